// Random numbers -> codes -> faces. The same seed gives the same numbers as the app's endpoints.

import { Generator } from "../engine/noise.js";
import { cropAt } from "./facebar/picture.js";
import { record } from "./models.js";
import { ERRORS } from "./words/page.js";

/**
 * @typedef {import("./models.js").Model} Model
 * @typedef {"standard" | "fitted"} Source
 * @typedef {{mean: number[], scale: number[][]}} Fitted scale: rows of the lower triangle
 */

/**
 * Draw the codes of `count` faces of a seed, one after the other.
 *
 * @param {number} seed
 * @param {number} count
 * @param {number} latents
 * @param {number} [temperature] factor on the random numbers
 * @param {Fitted | null} [fitted] null: the numbers are the codes
 * @returns {Float32Array} (count * latents)
 */
export function drawCodes(seed, count, latents, temperature = 1, fitted = null) {
  const generator = new Generator(seed);
  const codes = new Float32Array(count * latents);
  for (let row = 0; row < count; row++) {
    const noise = generator.randn(latents).map((value) => value * temperature);
    codes.set(fitted ? place(noise, fitted) : noise, row * latents);
  }
  return codes;
}

/**
 * mean + scale * noise
 *
 * @param {Float32Array} noise
 * @param {Fitted} fitted
 */
function place(noise, { mean, scale }) {
  return Float32Array.from(mean, (value, i) => scale[i].reduce((sum, weight, j) => sum + weight * noise[j], value));
}

/**
 * Return the fitted Gaussian of a model.
 *
 * @param {string} model
 * @returns {Promise<Fitted>}
 */
export const fittedOf = async (model) => (await record("priors.json"))[model];

/** @param {string} model @param {number} seed @param {number} row @param {Source} source */
export const sampledId = (model, seed, row, source) => `sampled:${model}:${seed}:${row}:${source}`;

/** @param {number} seed */
export const randomId = (seed) => `random:${seed}`;

/**
 * Draw the face that an id describes: "random:SEED", of the AE where there is one and from where its codes really lie;
 * or "sampled:MODEL:SEED:ROW:SOURCE", a face of Sample, with ":TEMPERATURE" unless it is 1.
 *
 * @param {string} id
 * @param {Model[]} models
 * @param {import("../engine/types.js").Engine} engine
 */
export async function drawFace(id, models, engine) {
  const [kind, ...parts] = id.split(":");
  const random = kind === "random";
  const [name, seed, row, source, temperature = "1"] = random ? ["", parts[0], "0", "fitted"] : parts;
  const model = random
    ? (models.find(({ family }) => family === "ae") ?? models[0])
    : models.find((one) => one.name === name);
  if (!model || !/^\d+$/.test(seed) || !/^\d{1,2}$/.test(row ?? "") || !(Number(temperature) <= 2))
    throw new Error(ERRORS.brokenLink);
  const fitted = source === "fitted" ? await fittedOf(model.name) : null;
  const codes = drawCodes(Number(seed), Number(row) + 1, model.latents, Number(temperature), fitted);
  const code = codes.slice(Number(row) * model.latents);
  return { model, crop: cropAt(await engine.decode(model.name, code), 0) };
}
