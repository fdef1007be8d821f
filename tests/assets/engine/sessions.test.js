import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { fetchBytes, unpack } from "../../../assets/engine/browser/files.js";
import { Queue } from "../../../assets/engine/browser/queue.js";
import { Sessions } from "../../../assets/engine/browser/sessions.js";

/** @import { Runtime } from "../../../assets/engine/browser/sessions.js" */
/** @import { Progress } from "../../../assets/engine/types.js" */

const FOLDER = "http://page/onnxruntime/";
const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/**
 * @param {Record<string, (() => Response)>} answers by address; others are 404
 * @returns {string[]} the addresses that are asked for
 */
function answerFetches(answers) {
  const asked = /** @type {string[]} */ ([]);
  globalThis.fetch = async (address) => {
    asked.push(String(address));
    return answers[String(address)]?.() ?? new Response("", { status: 404 });
  };
  return asked;
}

const wasm = { [`${FOLDER}ort-wasm-simd-threaded.wasm.gz`]: () => new Response(gzipSync("wasm")) };
const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

/** @param {{calls: number, most: number}} counter of runs and of those at a time */
function fakeRuntime(counter) {
  let running = 0;
  const work = async () => {
    counter.calls++;
    counter.most = Math.max(counter.most, ++running);
    await pause();
    running--;
  };
  const run = async (/** @type {Record<string, {data: Float32Array}>} */ { z }) => {
    await work();
    return { reconstruction: { data: z.data.map((value) => 2 * value) } };
  };
  const create = async () => {
    await work();
    return { inputNames: ["z"], run };
  };
  class Tensor {
    /** @param {string} _ @param {Float32Array} data */
    constructor(_, data) {
      this.data = data;
    }
  }
  return /** @type {Runtime} */ (/** @type {unknown} */ ({ env: { wasm: {} }, Tensor, InferenceSession: { create } }));
}

test("no two runs overlap, nor does the opening of a model", async () => {
  const counter = { calls: 0, most: 0 };
  const models = Array.from({ length: 5 }, (_, i) => `http://page/${i}.onnx`);
  answerFetches({ ...wasm, ...Object.fromEntries(models.map((model) => [model, () => new Response("model")])) });
  const queue = new Queue();
  const sessions = new Sessions(
    FOLDER,
    queue,
    () => {},
    async () => fakeRuntime(counter),
  );
  const input = { data: Float32Array.of(1, 2), dims: [1, 2] };
  const requests = [...models, ...models, ...models].map((model, id) => {
    const opened = sessions.open(model);
    return queue.add({ id, ready: opened, work: async () => (await opened)([input]) });
  });
  const answers = await Promise.all(requests);
  assert.deepEqual([...answers[14].reconstruction], [2, 4]);
  assert.deepEqual(counter, { calls: 20, most: 1 }); // 5 models are opened once and run 3 times
});

test("a model that could not be loaded is loaded by the next request", async () => {
  let tries = 0;
  const model = "http://page/model.onnx";
  answerFetches({ ...wasm, [model]: () => new Response("", { status: ++tries === 1 ? 503 : 200 }) });
  const sessions = new Sessions(
    FOLDER,
    new Queue(),
    () => {},
    async () => fakeRuntime({ calls: 0, most: 0 }),
  );
  await assert.rejects(sessions.open(model), { name: "LoadError", message: /^model.onnx could not be loaded/ });
  await sessions.open(model);
  await sessions.open(model);
  assert.equal(tries, 2);
});

test("a runtime that could not be loaded is loaded by the next request", async () => {
  let tries = 0;
  const model = "http://page/model.onnx";
  answerFetches({ ...wasm, [model]: () => new Response("model") });
  const sessions = new Sessions(
    FOLDER,
    new Queue(),
    () => {},
    async () => {
      if (++tries === 1) throw new TypeError("no connection");
      return fakeRuntime({ calls: 0, most: 0 });
    },
  );
  await assert.rejects(sessions.open(model), { name: "LoadError", isModule: true });
  await sessions.open(model);
});

test("progress ends with the bytes of the file", async () => {
  const size = 300_000;
  const reports = /** @type {Progress[]} */ ([]);
  const headers = { "Content-Length": String(size) };
  answerFetches({ "http://page/f": () => new Response(new Uint8Array(size), { headers }) });
  const bytes = await fetchBytes("http://page/f", (progress) => reports.push(progress));
  assert.equal(bytes.length, size);
  assert.deepEqual(reports.at(-1), { file: "http://page/f", loaded: size, total: size });
  assert.deepEqual(
    reports.map(({ loaded }) => loaded),
    reports.map(({ loaded }) => loaded).toSorted((a, b) => a - b),
  );
  assert.ok(reports.every(({ total }) => total === size));
});

test("the length of an answer that was compressed on its way is not taken for the file's", async () => {
  const reports = /** @type {Progress[]} */ ([]);
  const headers = { "Content-Length": "5", "Content-Encoding": "gzip" };
  answerFetches({ "http://page/f": () => new Response(new Uint8Array(50), { headers }) });
  await fetchBytes("http://page/f", (progress) => reports.push(progress));
  assert.deepEqual([reports[0].total, reports.at(-1)?.total], [0, 50]);
});

test("gzip is unpacked, other bytes stay as they are", async () => {
  for (const bytes of [gzipSync("wasm"), Buffer.from("wasm")]) {
    assert.equal(Buffer.from(await unpack(new Uint8Array(bytes))).toString(), "wasm");
  }
});

test("a file is announced with its size until it is opened, and none is waited for after a failure", async () => {
  answerFetches({ ...wasm, "http://page/decoder.onnx": () => new Response("model") });
  const reports = /** @type {Progress[]} */ ([]);
  const counter = { calls: 0, most: 0 };
  const sessions = new Sessions(
    FOLDER,
    new Queue(),
    (one) => reports.push(one),
    async () => fakeRuntime(counter),
  );
  sessions.announce("http://page/decoder.onnx", 5);
  assert.deepEqual(reports.splice(0), [{ file: "http://page/decoder.onnx", loaded: 0, total: 5 }]);
  await sessions.open("http://page/decoder.onnx");
  reports.length = 0;
  sessions.announce("http://page/decoder.onnx", 5);
  assert.deepEqual(reports, []);
  await assert.rejects(sessions.open("http://page/missing.onnx"), { name: "LoadError" });
  assert.deepEqual(reports.at(-1), { file: "http://page/missing.onnx", loaded: 0, total: 0 });
});
