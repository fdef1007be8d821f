// A face's codes along a network of every beta, encoded once at a few betas and blended between them.

/** @typedef {import("../../engine/types.js").Code} Code */

const COUNT = 25;

/**
 * Spread betas from 1 to the highest, evenly on a logarithmic scale.
 *
 * @param {number} highest
 * @param {number} [count]
 */
export const spreadBetas = (highest, count = COUNT) =>
  Array.from({ length: count }, (_, i) => Math.min(highest, highest ** (i / (count - 1))));

/**
 * Blend the two codes around a position.
 *
 * @param {Code[]} codes at the betas of `spreadBetas`
 * @param {number} place of a beta, from 0 to 1 on the logarithmic scale
 * @returns {Code}
 */
export function codeAt(codes, place) {
  const at = Math.min(1, Math.max(0, place)) * (codes.length - 1);
  const low = Math.min(Math.floor(at), codes.length - 2);
  const [a, b] = [codes[low], codes[low + 1]];
  const blend = (/** @type {Float32Array} */ from, /** @type {Float32Array} */ to) =>
    from.map((value, j) => value + (to[j] - value) * (at - low));
  return { mean: blend(a.mean, b.mean), logvar: a.logvar && b.logvar && blend(a.logvar, b.logvar) };
}

/**
 * Read a curve of means at a beta, between its betas linear in log beta.
 *
 * @param {import("../models.js").Curve} curve
 * @param {number} beta
 * @returns {{error: number, nats: number, inUse: number}}
 */
export function curveAt({ beta: betas, squared_error, kl, active_units }, beta) {
  const above = betas.findIndex((one) => one >= beta);
  const high = above < 0 ? betas.length - 1 : above;
  const low = Math.max(0, high - 1);
  const gap = Math.log(betas[high] / betas[low]);
  const share = gap > 0 ? Math.min(1, Math.log(beta / betas[low]) / gap) : 0;
  const [error, nats, inUse] = [squared_error, kl, active_units].map(
    (values) => values[low] + (values[high] - values[low]) * share,
  );
  return { error, nats, inUse };
}
