import assert from "node:assert/strict";
import { test } from "node:test";
import { BrowserWay } from "../../../assets/engine/browser/browser.js";

const SETUP = { runtime: "", networks: {}, models: [] };

/** Worker that answers every request as `answer` says. */
class FakeWorker {
  isEnded = false;
  sent = /** @type {any[]} */ ([]);
  /** @type {(event: {data: any}) => void} */
  onmessage = () => {};
  /** @type {(event: {preventDefault: () => void}) => void} */
  onerror = () => {};

  /** @param {(id: number) => any} answer */
  constructor(answer) {
    this.answer = answer;
  }

  /** @param {any} message */
  postMessage(message) {
    this.sent.push(message);
    if (message.ask) queueMicrotask(() => this.onmessage({ data: this.answer(message.ask.id) }));
  }

  terminate() {
    this.isEnded = true;
  }
}

/** @param {((id: number) => any)[]} answers of the workers, in the order in which they are created */
function createWay(answers) {
  const workers = /** @type {FakeWorker[]} */ ([]);
  const way = new BrowserWay(
    SETUP,
    () => {},
    () => {
      workers.push(new FakeWorker(answers[workers.length]));
      return /** @type {Worker} */ (/** @type {unknown} */ (workers.at(-1)));
    },
  );
  return { way, workers, ask: (request = {}) => way.ask("encode", "vae", {}, request) };
}

test("one worker is created, with the first request, and gets its setup first", async () => {
  const { workers, ask } = createWay([(id) => ({ id, value: id })]);
  assert.equal(workers.length, 0);
  assert.deepEqual(await Promise.all([ask(), ask()]), [1, 2]);
  assert.equal(workers.length, 1);
  assert.deepEqual(workers[0].sent[0], { setup: SETUP });
});

test("a broken runtime ends its worker, fails all its requests alike, and the next request gets another", async () => {
  const broken = (/** @type {number} */ id) => ({ id, error: { name: "RuntimeFailure", message: "broken" } });
  const { workers, ask } = createWay([broken, (id) => ({ id, value: "answer" })]);
  const results = await Promise.allSettled([ask(), ask()]);
  const [first, second] = results.map((result) => result.status === "rejected" && result.reason);
  assert.equal(first, second);
  assert.equal(workers[0].isEnded, true);
  assert.equal(await ask(), "answer");
});

test("an error of a request leaves the worker running, and keeps its name", async () => {
  const { workers, ask } = createWay([(id) => ({ id, error: { name: "NoFaceFound", message: "No face." } })]);
  await assert.rejects(ask(), { name: "NoFaceFound", message: "No face." });
  assert.equal(workers[0].isEnded, false);
});

test("a worker that cannot be created is a failure of the runtime", async () => {
  const way = new BrowserWay(
    SETUP,
    () => {},
    () => {
      throw new DOMException("forbidden", "SecurityError");
    },
  );
  await assert.rejects(way.ask("encode", "vae", {}, {}), { name: "RuntimeFailure" });
});

test("a signal that is aborted is passed on, and one that was aborted before is not even sent", async () => {
  const { workers, ask } = createWay([(id) => ({ id, value: "answer" })]);
  const controller = new AbortController();
  const asked = ask({ signal: controller.signal });
  controller.abort();
  await asked;
  assert.deepEqual(workers[0].sent.at(-1), { cancel: 1 });
  await assert.rejects(ask({ signal: controller.signal }), { name: "AbortError" });
  assert.equal(workers[0].sent.length, 3);
});
