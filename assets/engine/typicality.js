// A picture compared with the photographs that a VAE was validated on (ui/typicality.py). Both scores describe the
// picture and say nothing about a person.

import { randn } from "./noise.js";
import { kl, squaredError, unexplainedVariance } from "./scores.js";

/** @import { Code, Standing, Typical, Typicality } from "./types.js" */

const SEED = 0; // of the codes that the expectation is over: the same picture gets the same answer

/**
 * Draw the codes whose faces `compare` needs: the mean code, then samples of the posterior.
 *
 * @param {Code} code of a VAE
 * @param {number} samples
 * @returns {Float32Array} (1 + samples, D)
 */
export function drawCodes({ mean, logvar }, samples) {
  if (!logvar) throw new TypeError("a point code has no distribution to draw from");
  const latents = mean.length;
  const noise = randn(SEED, samples * latents);
  const codes = new Float32Array((1 + samples) * latents);
  codes.set(mean);
  for (let i = 0; i < noise.length; i++) {
    const j = i % latents;
    codes[latents + i] = mean[j] + Math.exp(0.5 * logvar[j]) * noise[i];
  }
  return codes;
}

/**
 * @param {Float32Array} x the picture, (3, 64, 64) in [0, 1]
 * @param {Code} code of the picture
 * @param {Float32Array} faces of `drawCodes`, (1 + samples, 3, 64, 64)
 * @param {Typical} typical
 * @returns {Typicality}
 */
export function compare(x, code, faces, typical) {
  const face = (/** @type {number} */ i) => faces.subarray(i * x.length, (i + 1) * x.length);
  let distortion = 0;
  for (let i = 1; i <= typical.samples; i++) distortion += squaredError(x, face(i)) / typical.samples;
  const nats = (kl(code) ?? new Float32Array()).reduce((sum, value) => sum + value, 0);
  const { negative_elbo, unexplained_variance } = typical.quantiles;
  return {
    negativeElbo: rank(typical.weight * distortion + nats, negative_elbo),
    unexplained: rank(unexplainedVariance(x, face(0)), unexplained_variance),
  };
}

/**
 * Find the share of the photographs with a lower score, between evenly spaced quantiles.
 *
 * @param {number} value
 * @param {number[]} quantiles ascending
 * @returns {Standing}
 */
export function rank(value, quantiles) {
  const last = quantiles.length - 1;
  if (value <= quantiles[0]) return { value, shareBelow: 0 };
  if (value >= quantiles[last]) return { value, shareBelow: 1 };
  const below = quantiles.findLastIndex((quantile) => quantile <= value);
  const step = (value - quantiles[below]) / (quantiles[below + 1] - quantiles[below]);
  return { value, shareBelow: (below + step) / last };
}
