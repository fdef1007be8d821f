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
 * Return inputs of a graph with the betas as the second one, where it has any.
 *
 * @param {import("./browser/sessions.js").Input} input
 * @param {Float32Array | null} betas
 */
const withBetas = (input, betas) => (betas ? [input, { data: betas, dims: [betas.length] }] : [input]);

/**
 * @param {Run} encoder
 * @param {Float32Array} x (3, 64, 64) in [0, 1]
 * @param {Float32Array | null} betas (n,)
 * @returns {Promise<Code[]>} of each beta; one if there are none
 */
async function readCodes(encoder, x, betas) {
  const n = betas?.length ?? 1;
  const faces = new Float32Array(n * x.length);
  for (let i = 0; i < n; i++) faces.set(x, i * x.length);
  const { mean, logvar } = await encoder(withBetas({ data: faces, dims: [n, 3, SIDE, SIDE] }, betas));
  const latents = mean.length / n;
  return Array.from({ length: n }, (_, i) => ({
    mean: mean.slice(i * latents, (i + 1) * latents),
    logvar: logvar ? logvar.slice(i * latents, (i + 1) * latents) : null,
  }));
}

/**
 * @param {Run} decoder
 * @param {Float32Array} codes (n, D)
 * @param {Model} model
 * @param {Float32Array | null} betas (n,)
 * @returns {Promise<Float32Array>} (n, C, 64, 64) in [0, 1]
 */
async function drawFaces(decoder, codes, { name, latents, channels }, betas) {
  const n = codes.length / latents;
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`${codes.length} numbers are not codes of ${latents}`);
  const { reconstruction } = await decoder(withBetas({ data: codes, dims: [n, latents] }, betas));
  if (reconstruction.length !== n * channels * SIDE * SIDE) throw new RangeError(`${name} drew faces of another size`);
  return reconstruction;
}

/**
 * @param {Run} encoder
 * @param {Crop} crop
 * @param {number} noise
 * @param {Float32Array | null} betas (n,)
 * @returns {Promise<Code[]>} of each beta; one if there are none
 */
export const encode = (encoder, crop, noise, betas) => readCodes(encoder, addNoise(readCrop(crop), noise), betas);

/**
 * @param {Run} decoder
 * @param {Float32Array} codes (n, D)
 * @param {Model} model
 * @param {Float32Array | null} betas (n,)
 * @returns {Promise<Uint8ClampedArray>} RGBA of n faces
 */
export async function decode(decoder, codes, model, betas) {
  const faces = await drawFaces(decoder, codes, model, betas);
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
 * @param {Float32Array | null} betas (1,)
 * @returns {Promise<Reconstruction>}
 */
export async function reconstruct(encoder, decoder, model, crop, noise, betas) {
  const face = readCrop(crop);
  const [code] = await readCodes(encoder, addNoise(face, noise), betas);
  const reconstruction = await drawFaces(decoder, code.mean, model, betas);
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
  const [code] = await readCodes(encoder, seen, null);
  const faces = await drawFaces(decoder, drawCodes(code, model.typicality.samples), model, null);
  return compare(seen, code, faces, model.typicality);
}
