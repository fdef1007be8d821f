// What a model computes of a crop or of codes, in the worker: encode, decode, reconstruct, compare.

import { toPixels, toTensor } from "../vision/tensors.js";
import { drawErrors } from "./error_map.js";
import { randn } from "./noise.js";
import { kl, score } from "./scores.js";
import { compare, drawCodes } from "./typicality.js";

/**
 * @import { Code, Crop, Model, Reconstruction, Typicality } from "./types.js"
 * @import { Run } from "./browser/sessions.js"
 */

const SIDE = 64;
const NOISE_SEED = 0; // of the noise that is added to a face: the same each time

/**
 * @param {Crop} crop
 * @returns {Float32Array} (3, 64, 64) in [0, 1]
 */
export function readCrop(crop) {
  if (crop.length !== SIDE * SIDE * 4) throw new RangeError(`${crop.length} bytes are no crop of 64 x 64 pixels`);
  return toTensor({ data: crop, width: SIDE, height: SIDE });
}

/**
 * @param {Float32Array} face (3, 64, 64) in [0, 1]
 * @param {number} noise standard deviation
 */
export function addNoise(face, noise) {
  if (!noise) return face;
  const values = randn(NOISE_SEED, face.length);
  return face.map((value, i) => Math.min(1, Math.max(0, value + noise * values[i])));
}

/**
 * @param {Run} encoder
 * @param {Float32Array} x (3, 64, 64) in [0, 1]
 * @returns {Promise<Code>}
 */
async function readCode(encoder, x) {
  const { mean, logvar } = await encoder([{ data: x, dims: [1, 3, SIDE, SIDE] }]);
  return { mean: mean.slice(), logvar: logvar ? logvar.slice() : null };
}

/**
 * @param {Run} decoder
 * @param {Float32Array} codes (n, D)
 * @param {Model} model
 * @returns {Promise<Float32Array>} (n, C, 64, 64) in [0, 1]
 */
async function drawFaces(decoder, codes, { name, latents, channels }) {
  const n = codes.length / latents;
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`${codes.length} numbers are not codes of ${latents}`);
  const { reconstruction } = await decoder([{ data: codes, dims: [n, latents] }]);
  if (reconstruction.length !== n * channels * SIDE * SIDE) throw new RangeError(`${name} drew faces of another size`);
  return reconstruction;
}

/**
 * @param {Run} encoder
 * @param {Crop} crop
 */
export const encode = (encoder, crop) => readCode(encoder, readCrop(crop));

/**
 * @param {Run} decoder
 * @param {Float32Array} codes (n, D)
 * @param {Model} model
 * @returns {Promise<Uint8ClampedArray>} RGBA of n faces
 */
export async function decode(decoder, codes, model) {
  const faces = await drawFaces(decoder, codes, model);
  return toPixels(model.channels === 3 ? faces : repeatChannel(faces), SIDE * SIDE);
}

/**
 * @param {Float32Array} faces (n, 1, 64, 64)
 * @returns {Float32Array} (n, 3, 64, 64), grey
 */
function repeatChannel(faces) {
  const area = SIDE * SIDE;
  return Float32Array.from(
    { length: 3 * faces.length },
    (_, i) => faces[Math.floor(i / (3 * area)) * area + (i % area)],
  );
}

/**
 * @param {Run} encoder
 * @param {Run} decoder
 * @param {Model} model
 * @param {Crop} crop
 * @param {number} noise
 * @returns {Promise<Reconstruction>}
 */
export async function reconstruct(encoder, decoder, model, crop, noise) {
  const face = readCrop(crop);
  const code = await readCode(encoder, addNoise(face, noise));
  const reconstruction = await drawFaces(decoder, code.mean, model);
  const nats = kl(code);
  return {
    model: model.name,
    pixels: toPixels(reconstruction, SIDE * SIDE),
    errors: drawErrors(face, reconstruction),
    code,
    kl: nats,
    scores: score(face, reconstruction, nats),
  };
}

/**
 * @param {Run} encoder
 * @param {Run} decoder
 * @param {Model} model
 * @param {Crop} crop
 * @param {number} noise
 * @returns {Promise<Typicality | null>}
 */
export async function judge(encoder, decoder, model, crop, noise) {
  if (!model.typicality) return null;
  const seen = addNoise(readCrop(crop), noise);
  const code = await readCode(encoder, seen);
  const faces = await drawFaces(decoder, drawCodes(code, model.typicality.samples), model);
  return compare(seen, code, faces, model.typicality);
}
