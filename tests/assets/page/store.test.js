import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore, FIRST } from "../../../assets/page/store.js";

test("a change reaches the listeners of its keys alone", () => {
  const store = createStore();
  /** @type {[string, unknown][]} */
  const heard = [];
  store.listen(({ beta }) => heard.push(["beta", beta]), ["beta"]);
  store.listen(({ seed }) => heard.push(["seed", seed]), ["seed"]);
  store.set({ beta: 5 });
  assert.deepEqual(heard, [["beta", 5]]);
});

test("a value that is set again is no change", () => {
  const store = createStore();
  let calls = 0;
  store.listen(() => calls++);
  store.set({ family: FIRST.family, beta: FIRST.beta });
  assert.equal(calls, 0);
});

test("a listener that has ended hears nothing", () => {
  const store = createStore();
  let calls = 0;
  const end = store.listen(() => calls++);
  end();
  store.set({ seed: 8 });
  assert.equal(calls, 0);
});

test("a listener is given the state before and after", () => {
  const store = createStore();
  store.listen((state, before) => assert.deepEqual([before.seed, state.seed], [7, 9]));
  store.set({ seed: 9 });
  assert.equal(store.get().seed, 9);
});
