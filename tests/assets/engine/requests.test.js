import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { createAsk, createModelMethods, createPhotographMethods } from "../../../assets/engine/requests.js";
import { Ways } from "../../../assets/engine/ways.js";

/** @import { BrowserWay } from "../../../assets/engine/browser/browser.js" */
/** @import { ServerWay } from "../../../assets/engine/server.js" */

const VAE = { name: "vae", latents: 2, channels: 3, encoder: "e", decoder: "d", typicality: null };
const CROP = new Uint8ClampedArray(16_384);
const CODE = { mean: Float32Array.of(1, 2), logvar: null };
const FACE = { leftEye: [1, 2], rightEye: [3, 2], box: [0, 0, 4, 4] };
const FOUND = { width: 9, height: 9, faces: [FACE, FACE], more: 0 };

beforeEach(() => {
  Object.assign(globalThis, { Worker: class {} }); // node has none of this name
});

/** @param {string} name */
const fail = (name) => Promise.reject(Object.assign(new Error(`${name}.`), { name }));

/**
 * @param {((method: string) => Promise<any>)[]} answers of the browser, one after the other; the last one stays
 * @param {{hasServer?: boolean, model?: object}} options
 */
function createMethods(answers, { hasServer = true, model = {} } = {}) {
  const asked = /** @type {string[]} */ ([]);
  const heard = /** @type {string[]} */ ([]);
  const browser = {
    ask(/** @type {string} */ method) {
      asked.push(`browser ${method}`);
      return (answers.length > 1 ? answers.shift() : answers[0])?.(method);
    },
  };
  const server = {
    ask: (/** @type {object} */ _, /** @type {() => Promise<any>} */ work) => work(),
    async encode() {
      asked.push("server encode");
      return [CODE];
    },
    async find() {
      asked.push("server find");
      return { found: structuredClone(FOUND), crops: [CROP, CROP.with(0, 1)] };
    },
  };
  const models = [{ ...VAE, ...model }];
  const ways = new Ways(models, hasServer, (name, { way }) => heard.push(`${name} ${way}`));
  const open = async () => /** @type {ServerWay} */ (/** @type {unknown} */ (server));
  const ask = createAsk(ways, /** @type {BrowserWay} */ (/** @type {unknown} */ (browser)), hasServer ? open : null);
  return { ...createModelMethods(ask, models), ...createPhotographMethods(ask), asked, heard, ways };
}

test("the browser answers alone while it can", async () => {
  const { encode, asked, heard, ways } = createMethods([async () => [CODE]]);
  await encode("vae", CROP);
  await encode("vae", CROP);
  assert.deepEqual(asked, ["browser encode", "browser encode"]);
  assert.deepEqual([heard, ways.of("vae")], [[], { way: "browser", reason: "" }]);
});

test("the server answers for a model without files, and the browser is not asked", async () => {
  const { encode, asked, ways } = createMethods([async () => [CODE]], { model: { encoder: null } });
  await encode("vae", CROP);
  assert.deepEqual(asked, ["server encode"]);
  assert.deepEqual(ways.of("vae"), { way: "server", reason: "This model has no ONNX files." });
});

test("a failed load rejects, and the next request asks the browser again", async () => {
  const { encode, asked, heard } = createMethods([() => fail("LoadError"), async () => [CODE]]);
  await assert.rejects(encode("vae", CROP), { name: "LoadError" });
  await encode("vae", CROP);
  assert.deepEqual([asked, heard], [["browser encode", "browser encode"], []]);
});

test("after three failed loads in a row the server answers, and listeners hear of it", async () => {
  const { encode, asked, heard } = createMethods([() => fail("LoadError")]);
  await assert.rejects(encode("vae", CROP));
  await assert.rejects(encode("vae", CROP));
  await encode("vae", CROP);
  await encode("vae", CROP);
  assert.deepEqual(asked, [...Array(3).fill("browser encode"), "server encode", "server encode"]);
  assert.deepEqual(heard, ["vae server"]);
});

test("failed loads that are not in a row do not end the attempts", async () => {
  const loadFailure = () => fail("LoadError");
  const { encode, heard } = createMethods([
    loadFailure,
    loadFailure,
    async () => [CODE],
    loadFailure,
    async () => [CODE],
  ]);
  for (let i = 0; i < 5; i++) await encode("vae", CROP).catch(() => {});
  assert.deepEqual(heard, []);
});

test("without a server a failed load never ends the attempts", async () => {
  const { encode, asked } = createMethods([() => fail("LoadError")], { hasServer: false });
  for (let i = 0; i < 5; i++) await assert.rejects(encode("vae", CROP), { name: "LoadError" });
  assert.equal(asked.length, 5);
});

test("a broken runtime is started once more before the server answers for good", async () => {
  const restarted = createMethods([() => fail("RuntimeFailure"), async () => [CODE]]);
  await restarted.encode("vae", CROP);
  assert.deepEqual([restarted.asked, restarted.heard], [["browser encode", "browser encode"], []]);

  const broken = createMethods([() => fail("RuntimeFailure")]);
  await broken.encode("vae", CROP);
  await broken.encode("vae", CROP);
  assert.deepEqual(broken.asked, ["browser encode", "browser encode", "server encode", "server encode"]);
  assert.deepEqual(broken.heard.toSorted(), ["null server", "vae server"]);
});

test("requests that a worker leaves behind count as one breakdown", async () => {
  const error = Object.assign(new Error("broken"), { name: "RuntimeFailure" });
  const answers = [...Array(3).fill(() => Promise.reject(error)), async () => [CODE]];
  const { encode, asked } = createMethods(answers);
  await Promise.all([1, 2, 3].map(() => encode("vae", CROP)));
  assert.deepEqual(asked, Array(6).fill("browser encode"));
});

test("a model that cannot be opened goes to the server, the other requests do not", async () => {
  const { encode, find, asked, heard } = createMethods([() => fail("OpenFailure"), async () => structuredClone(FOUND)]);
  await encode("vae", CROP);
  await find(new Blob());
  assert.deepEqual(asked, ["browser encode", "server encode", "browser find"]);
  assert.deepEqual(heard, ["vae server"]);
});

test("a photograph that the browser cannot read goes to the server, the next one does not", async () => {
  const { find, align, asked, heard } = createMethods([
    () => fail("ServerNeeded"),
    async () => structuredClone(FOUND),
    async () => CROP,
  ]);
  const large = await find(new Blob());
  const crop = await align(large, 1);
  assert.equal(crop[0], 1);
  const small = await find(new Blob());
  await align(small);
  assert.deepEqual(asked, ["browser find", "server find", "browser find", "browser align"]);
  assert.deepEqual(heard, ["null server", "null browser"]);
});

test("errors of the picture itself are the caller's, whichever way it is", async () => {
  for (const name of ["NoFaceFound", "PictureError", "AbortError"]) {
    const { find, asked, heard } = createMethods([() => fail(name)]);
    await assert.rejects(find(new Blob()), { name });
    assert.deepEqual([asked, heard], [["browser find"], []]);
  }
});

test("unknown models and faces are refused before anybody is asked", async () => {
  const { encode, decode, align, asked } = createMethods([async () => [CODE]]);
  await assert.rejects(encode("gan", CROP), RangeError);
  await assert.rejects(decode("vae", new Float32Array(3)), RangeError);
  await assert.rejects(align(/** @type {any} */ (FOUND)), RangeError);
  assert.deepEqual(asked, []);
});

/** Ask a network for every beta up to 50 instead of the VAE. @param {((method: string, args: any) => Promise<any>)} answer */
function createDial(answer) {
  const asked = /** @type {any[]} */ ([]);
  const methods = createMethods([], { model: { name: "dial", highest: 50 } });
  const browser = {
    ask(/** @type {string} */ method, /** @type {string} */ _, /** @type {any} */ args) {
      asked.push([method, args.betas && [...args.betas]]);
      return answer(method, args);
    },
  };
  const ask = createAsk(methods.ways, /** @type {BrowserWay} */ (/** @type {unknown} */ (browser)), null);
  return { ...createModelMethods(ask, [{ ...VAE, name: "dial", highest: 50 }, VAE]), asked };
}

test("a network for every beta gets one with every code", async () => {
  const { encode, encodeAlong, decode, reconstruct, asked } = createDial(async () => [CODE]);
  assert.equal(await encode("dial", CROP, { beta: 2 }), CODE);
  await encodeAlong("dial", CROP, [1, 5, 50]);
  await decode("dial", new Float32Array(4), { beta: 2 });
  await decode("dial", new Float32Array(4), { beta: [2, 4] });
  await reconstruct("dial", CROP, { beta: 50 });
  assert.deepEqual(asked, [
    ["encode", [2]],
    ["encode", [1, 5, 50]],
    ["decode", [2, 2]],
    ["decode", [2, 4]],
    ["reconstruct", [50]],
  ]);
});

test("a beta that makes no sense is refused before anybody is asked", async () => {
  const { encode, encodeAlong, decode, reconstruct, asked } = createDial(async () => [CODE]);
  for (const beta of [undefined, 0.9, 51, Number.NaN]) {
    await assert.rejects(encode("dial", CROP, { beta }), RangeError);
    await assert.rejects(decode("dial", new Float32Array(2), { beta }), RangeError);
    await assert.rejects(reconstruct("dial", CROP, { beta }), RangeError);
  }
  await assert.rejects(encodeAlong("dial", CROP, [1, 51]), { message: "dial takes a beta from 1 to 50, not 51." });
  await assert.rejects(decode("dial", new Float32Array(4), { beta: [1, 2, 3] }), RangeError);
  await assert.rejects(encode("vae", CROP, { beta: 1 }), { message: "vae takes no beta: it was trained for one." });
  assert.deepEqual(asked, []);
});

test("a request of this browser alone never asks the server", async () => {
  const broken = createMethods([() => fail("OpenFailure")]);
  await assert.rejects(broken.encode("vae", CROP, { local: true }), { message: "OpenFailure." });
  const missing = createMethods([async () => [CODE]], { model: { encoder: null } });
  await assert.rejects(missing.encode("vae", CROP, { local: true }), /no ONNX files/);
  assert.deepEqual([broken.asked, missing.asked], [["browser encode"], []]);
});

test("a camera's frame never goes to the server", async () => {
  const frame = /** @type {ImageBitmap} */ ({});
  const { follow, asked } = createMethods([() => fail("OpenFailure")]);
  await assert.rejects(follow(frame, 0), { message: "OpenFailure." });
  await assert.rejects(follow(frame, 1), { message: "OpenFailure." });
  assert.deepEqual(asked, ["browser follow"]);
});
