import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue } from "../../../assets/engine/browser/queue.js";

const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

/** @param {Promise<unknown>} promise */
const nameOfError = (promise) =>
  promise.then(
    () => "",
    (error) => error.name,
  );

test("jobs never overlap, however many are added at once", async () => {
  const queue = new Queue();
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await pause();
    running--;
  };
  await Promise.all(Array.from({ length: 40 }, (_, id) => queue.add({ id, work })));
  assert.equal(most, 1);
});

test("jobs run in the order in which they were added", async () => {
  const queue = new Queue();
  const order = /** @type {number[]} */ ([]);
  await Promise.all([3, 1, 2].map((id) => queue.add({ id, work: async () => order.push(id) })));
  assert.deepEqual(order, [3, 1, 2]);
});

test("a job that is not ready is overtaken", async () => {
  const queue = new Queue();
  const order = /** @type {string[]} */ ([]);
  const late = queue.add({ id: 1, ready: pause(), work: async () => order.push("late") });
  await queue.add({ id: 2, work: async () => order.push("ready") });
  await late;
  assert.deepEqual(order, ["ready", "late"]);
});

test("a job rejects with what it waits for, and never runs", async () => {
  const queue = new Queue();
  let ran = false;
  const job = queue.add({
    id: 1,
    ready: Promise.reject(new RangeError("no file")),
    work: async () => {
      ran = true;
    },
  });
  await assert.rejects(job, RangeError);
  await queue.add({ id: 2, work: pause });
  assert.equal(ran, false);
});

test("a failed job does not stop the next one", async () => {
  const queue = new Queue();
  const failed = queue.add({ id: 1, work: () => Promise.reject(new RangeError("broken")) });
  const thrown = queue.add({
    id: 3,
    work: () => {
      throw new TypeError("broken at once");
    },
  });
  const next = queue.add({ id: 2, work: async () => "answer" });
  await assert.rejects(failed, RangeError);
  await assert.rejects(thrown, TypeError);
  assert.equal(await next, "answer");
});

test("a newer job replaces those of its key that wait, but not the running one", async () => {
  const queue = new Queue();
  const add = (/** @type {number} */ id) => queue.add({ id, key: "slider", work: () => pause().then(() => id) });
  const running = add(1);
  await Promise.resolve(); // it has started
  const [waiting, newest] = [add(2), add(3)];
  assert.equal(await nameOfError(waiting), "AbortError");
  assert.deepEqual(await Promise.all([running, newest]), [1, 3]);
});

test("jobs of other keys, or of none, are not replaced", async () => {
  const queue = new Queue();
  const keys = ["a", "b", undefined, undefined];
  const jobs = keys.map((key, id) => queue.add({ id, key, work: async () => id }));
  assert.deepEqual(await Promise.all(jobs), [0, 1, 2, 3]);
});

test("a job that is cancelled while it waits rejects with AbortError", async () => {
  const queue = new Queue();
  const running = queue.add({ id: 1, work: pause });
  await Promise.resolve(); // it has started
  const waiting = queue.add({ id: 2, work: pause });
  queue.cancel(2);
  queue.cancel(1);
  assert.equal(await nameOfError(waiting), "AbortError");
  assert.equal(await nameOfError(running), "");
});

test("a pause before each job lets newer jobs replace it", async () => {
  const queue = new Queue(pause);
  const add = (/** @type {number} */ id) => queue.add({ id, key: "slider", work: async () => id });
  const [first, newest] = [add(1), add(2)];
  assert.equal(await nameOfError(first), "AbortError");
  assert.equal(await newest, 2);
  assert.equal(await add(3), 3);
});
