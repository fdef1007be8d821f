// Similarity transforms of the plane (rotation, scale, shift), as in faces/similarity.py.

/** @import { Eyes, Point } from "./types.js" */

/**
 * The map z -> turn z + shift of complex numbers x + iy. |turn| is the scale, its argument the angle, clockwise because
 * y points down.
 * @typedef {object} Similarity
 * @property {Point} turn
 * @property {Point} shift
 */

/**
 * Add two complex numbers.
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
export const add = (a, b) => [a[0] + b[0], a[1] + b[1]];

/**
 * Subtract two complex numbers.
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
export const subtract = (a, b) => [a[0] - b[0], a[1] - b[1]];

/**
 * Multiply two complex numbers.
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
export const multiply = (a, b) => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];

/**
 * Divide two complex numbers by Smith's method, in the order of operations of Python: a last digit can decide which
 * pixels are read.
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
export function divide(a, b) {
  if (Math.abs(b[0]) >= Math.abs(b[1])) {
    const ratio = b[1] / b[0];
    const denominator = b[0] + b[1] * ratio;
    return [(a[0] + a[1] * ratio) / denominator, (a[1] - a[0] * ratio) / denominator];
  }
  const ratio = b[0] / b[1];
  const denominator = b[0] * ratio + b[1];
  return [(a[0] * ratio + a[1]) / denominator, (a[1] * ratio - a[0]) / denominator];
}

/**
 * Return the absolute value of a complex number, as exact as Python's; `Math.hypot` is less exact.
 * @param {Point} z
 */
export function length(z) {
  const rough = Math.sqrt(z[0] * z[0] + z[1] * z[1]);
  if (rough === 0) return 0;
  const [whole, rest] = square(rough);
  const [x, restOfX] = square(z[0]);
  const [y, restOfY] = square(z[1]);
  const [large, small] = x > y ? [x, y] : [y, x];
  return rough - (whole - large - small + (rest - restOfX - restOfY)) / (2 * rough);
}

/**
 * Return a square and the error of its rounding (Dekker 1971).
 * @param {number} x
 * @returns {[number, number]}
 */
function square(x) {
  const split = 134217729 * x; // 2 ** 27 + 1
  const high = split - (split - x);
  const low = x - high;
  return [x * x, high * high - x * x + 2 * high * low + low * low];
}

/**
 * Map a point.
 * @param {Similarity} similarity
 * @param {Point} z
 * @returns {Point}
 */
export const apply = (similarity, z) => add(multiply(similarity.turn, z), similarity.shift);

/**
 * Return the similarity that maps the two points of `source` to those of `target`.
 * @param {Eyes} source
 * @param {Eyes} target
 * @returns {Similarity}
 */
export function fit(source, target) {
  const turn = divide(subtract(target[1], target[0]), subtract(source[1], source[0]));
  return { turn, shift: subtract(target[0], multiply(turn, source[0])) };
}
