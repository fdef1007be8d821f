// A face that came as codes in a link: every model with a code redraws it.

import { drawErrors } from "../../engine/error_map.js";
import { score } from "../../engine/scores.js";
import { cropAt, toPlanes } from "../facebar/picture.js";
import { readCodes } from "./codes.js";

/**
 * @typedef {import("./codes.js").Given} Given
 * @typedef {import("../../engine/types.js").Engine} Engine
 * @typedef {import("../../engine/types.js").Reconstruction} Copy
 */

/**
 * Read the codes of a link, and draw the face: by the model with the least error, the closest that the link has.
 *
 * @param {string} text of the address
 * @param {import("../models.js").Model[]} models
 * @param {Engine} engine
 * @returns {Promise<{crop: Uint8ClampedArray, given: Map<string, Given>} | null>} null: there is no code of these models
 */
export async function openCodes(text, models, engine) {
  const given = readCodes(text, models);
  const [best] = [...given].sort(([, a], [, b]) => (a.error ?? 0) - (b.error ?? 0));
  if (!best) return null;
  const [name, { mean }] = best;
  return { crop: cropAt(await engine.decode(name, mean), 0), given };
}

/**
 * Make a model's copy from a code of the link. Error and information are those of the face that was shared; without
 * them, the error is the difference from the face that was redrawn.
 *
 * @param {Engine} engine
 * @param {string} model
 * @param {Given} given
 * @param {Uint8ClampedArray} crop the face that was redrawn
 * @returns {Promise<Copy>}
 */
export async function copyFromCode(engine, model, { mean, error, information }, crop) {
  const pixels = cropAt(await engine.decode(model, mean, { key: `copy ${model}` }), 0);
  const [x, y] = [toPlanes(crop), toPlanes(pixels)];
  const scores = { ...score(x, y, null), kl: information };
  if (error !== null) {
    const mse = error / x.length;
    Object.assign(scores, { squaredError: error, mse, psnr: -10 * Math.log10(mse), ssim: null });
  }
  return { model, pixels, errors: drawErrors(x, y), code: { mean, logvar: null }, kl: null, scores };
}
