// Models whose beta is an input: one network for every beta. Every other model has one beta of its own.

/** @typedef {import("./types.js").Model} Model */

/**
 * Return the betas of n codes: one each for a network of every beta, null for a model with a beta of its own.
 *
 * Raises RangeError if the network is given none, one that it does not reach, or another number of them; or if the
 * model takes none.
 *
 * @param {Model} model
 * @param {number | number[] | undefined} beta of all codes, or a list of each code's
 * @param {number} n
 * @returns {Float32Array | null}
 */
export function readBetas({ name, highest }, beta, n) {
  if (!highest) {
    if (beta !== undefined) throw new RangeError(`${name} takes no beta: it was trained for one.`);
    return null;
  }
  const betas = Array.isArray(beta) ? beta : Array(n).fill(beta);
  if (betas.length !== n) throw new RangeError(`${betas.length} betas are not those of ${n} codes.`);
  const wrong = betas.filter((one) => !(one >= 1 && one <= highest));
  if (wrong.length) throw new RangeError(`${name} takes a beta from 1 to ${highest}, not ${wrong[0]}.`);
  return Float32Array.from(betas);
}
