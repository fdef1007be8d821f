// The functions of assets/vision that the tests call in Chromium, with files and pixels as base64.

import { align } from "../../../assets/vision/align.js";
import { findFaces } from "../../../assets/vision/finder/finder.js";
import { decodePhotograph } from "../../../assets/vision/photograph.js";
import { toTensor } from "../../../assets/vision/tensors.js";

/** @import { Face, Picture } from "../../../assets/vision/types.js" */

const ASSETS = new URL("../../../assets/", import.meta.url);
const MODELS = new URL("../../../faces/models/", import.meta.url);

/** @type {Promise<any> | undefined} */
let runtime;
/** @type {Map<string, Promise<any>>} */
const sessions = new Map();

/**
 * @param {string} file
 */
const decode = async (file) => decodePhotograph(await (await fetch(`data:;base64,${file}`)).blob());

/**
 * @param {Picture} picture
 */
function pack({ data, width, height }) {
  let binary = "";
  for (let at = 0; at < data.length; at += 8192) binary += String.fromCharCode(...data.subarray(at, at + 8192));
  return { width, height, rgba: btoa(binary) };
}

/**
 * Return the pixels of a file.
 * @param {string} file
 */
export const read = async (file) => pack(await decode(file));

/**
 * Return the name of the error of a file, or "".
 * @param {string} file
 */
export async function fail(file) {
  try {
    await decode(file);
    return "";
  } catch (error) {
    return error instanceof Error ? error.name : "no Error";
  }
}

/**
 * Align a face by its eyes; return its pixels and the code of a model.
 * @param {{ file: string, eyes: Pick<Face, "leftEye" | "rightEye">, model: string }} request
 */
export async function alignAndEncode({ file, eyes, model }) {
  const crop = align(await decode(file), { ...eyes, box: [0, 0, 0, 0] });
  const address = new URL(`weights/${model}/encoder.onnx`, ASSETS).href;
  const { mean } = model ? await run(address, toTensor(crop)) : { mean: [] };
  return { ...pack(crop), code: [...mean] };
}

/**
 * Find the faces of a file; return null if there is none.
 * @param {string} file
 */
export async function find(file) {
  const network = (/** @type {string} */ name) => (/** @type {Float32Array} */ input) =>
    run(new URL(`${name}.onnx`, MODELS).href, input);
  const networks = {
    face_detection_full_range: network("face_detection_full_range"),
    face_landmark: network("face_landmark"),
  };
  try {
    return await findFaces(await decode(file), networks);
  } catch (error) {
    if (error instanceof Error && error.name === "NoFaceFound") return null;
    throw error;
  }
}

/**
 * @param {string} address of an ONNX file
 * @param {Float32Array} input (1, 3, n, n)
 * @returns {Promise<Record<string, Float32Array>>}
 */
export async function run(address, input) {
  runtime ??= loadRuntime();
  const ort = await runtime;
  if (!sessions.has(address)) sessions.set(address, ort.InferenceSession.create(address));
  const session = await sessions.get(address);
  const side = Math.sqrt(input.length / 3);
  const tensor = new ort.Tensor("float32", input, [1, 3, side, side]);
  const outputs = await session.run({ [session.inputNames[0]]: tensor });
  return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.data]));
}

async function loadRuntime() {
  const ort = await import(new URL("onnxruntime/ort.wasm.bundle.min.mjs", ASSETS).href);
  const packed = await fetch(new URL("onnxruntime/ort-wasm-simd-threaded.wasm.gz", ASSETS));
  const stream = packed.body?.pipeThrough(new DecompressionStream("gzip"));
  Object.assign(ort.env.wasm, { wasmBinary: await new Response(stream).arrayBuffer(), numThreads: 1, proxy: false });
  return ort;
}
