// OpenCV's warpAffine with INTER_CUBIC, WARP_INVERSE_MAP and BORDER_REPLICATE, to the last bit: coordinates and weights
// are whole multiples of small fractions.

import { roundHalfEven } from "./rounding.js";

/** @import { Box, Picture } from "./types.js" */

const STEP_BITS = 5;
const STEPS = 1 << STEP_BITS; // positions between two pixels
const FIXED_BITS = 10; // coordinates before they are rounded to steps
const WEIGHT_BITS = 15;
const ONE = 1 << WEIGHT_BITS; // as a weight
const A = -0.75; // parameter of the cubic kernel
const WEIGHTS = computeWeights();

/**
 * Resample a region of a picture by a matrix (2, 3) from pixels of the result to pixels of the region. Outside of the
 * region its edge pixels are repeated.
 * @param {Picture} picture
 * @param {Box} region whole numbers
 * @param {number[]} matrix row by row
 * @param {number} width
 * @param {number} height
 * @returns {Picture}
 */
export function warpAffine(picture, region, matrix, width, height) {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  const acrossX = computeSteps(matrix[0], width);
  const acrossY = computeSteps(matrix[3], width);
  for (let y = 0; y < height; y++) {
    // half a step more, because the shift below rounds down
    const rowX = toFixed(matrix[1] * y + matrix[2]) + (1 << (FIXED_BITS - STEP_BITS - 1));
    const rowY = toFixed(matrix[4] * y + matrix[5]) + (1 << (FIXED_BITS - STEP_BITS - 1));
    for (let x = 0; x < width; x++) {
      const atX = (rowX + acrossX[x]) >> (FIXED_BITS - STEP_BITS);
      const atY = (rowY + acrossY[x]) >> (FIXED_BITS - STEP_BITS);
      interpolate(picture, region, atX, atY, data, (y * width + x) * 4);
    }
  }
  return { data, width, height };
}

/**
 * @param {number} coordinate
 */
const toFixed = (coordinate) => roundHalfEven(coordinate * (1 << FIXED_BITS));

/**
 * @param {number} step
 * @param {number} count
 */
const computeSteps = (step, count) => Int32Array.from({ length: count }, (_, x) => toFixed(step * x));

/**
 * Write the weighted sum of 4 x 4 pixels around a point, given in steps, to `data`.
 * @param {Picture} picture
 * @param {Box} region
 * @param {number} atX
 * @param {number} atY
 * @param {Uint8ClampedArray} data
 * @param {number} to
 */
function interpolate(picture, region, atX, atY, data, to) {
  const pixels = picture.data;
  const column = region[0] + (atX >> STEP_BITS) - 1;
  const row = region[1] + (atY >> STEP_BITS) - 1;
  let at = ((atY & (STEPS - 1)) * STEPS + (atX & (STEPS - 1))) * 16;
  let red = ONE / 2;
  let green = ONE / 2;
  let blue = ONE / 2;
  for (let y = row; y < row + 4; y++) {
    const start = clamp(y, region[1], region[3]) * picture.width;
    for (let x = column; x < column + 4; x++) {
      const from = (start + clamp(x, region[0], region[2])) * 4;
      const weight = WEIGHTS[at++];
      red += pixels[from] * weight;
      green += pixels[from + 1] * weight;
      blue += pixels[from + 2] * weight;
    }
  }
  data[to] = red >> WEIGHT_BITS;
  data[to + 1] = green >> WEIGHT_BITS;
  data[to + 2] = blue >> WEIGHT_BITS;
}

/**
 * @param {number} index
 * @param {number} first
 * @param {number} end
 */
const clamp = (index, first, end) => (index < first ? first : index < end ? index : end - 1);

/**
 * Compute the weights of 4 x 4 pixels for each of 32 x 32 positions between two pixels.
 */
function computeWeights() {
  const weights = new Int16Array(STEPS * STEPS * 16);
  const cubic = Array.from({ length: STEPS }, (_, step) => weighCubic(step / STEPS));
  for (let at = 0; at < weights.length; at++) {
    const [y, x] = [cubic[at >> 9], cubic[(at >> 4) & (STEPS - 1)]];
    const weight = Math.fround(y[(at >> 2) & 3] * x[at & 3]);
    weights[at] = Math.min(roundHalfEven(weight * ONE), ONE - 1);
  }
  for (let at = 0; at < weights.length; at += 16) correctSum(weights.subarray(at, at + 16));
  return weights;
}

/**
 * Return the weights of four pixels at a position between the two in the middle, computed in 32 bits.
 * @param {number} x
 */
function weighCubic(x) {
  const f = Math.fround;
  const weighNear = (/** @type {number} */ d) => f(f(f(f(f(A + 2) * d) - f(A + 3)) * d) * d + 1);
  const far = f(x + 1);
  const outer = f(f(f(f(f(f(A * far) - f(5 * A)) * far) + f(8 * A)) * far) - f(4 * A));
  const inner = [weighNear(x), weighNear(f(1 - x))];
  return [outer, ...inner, f(f(f(1 - outer) - inner[0]) - inner[1])];
}

/**
 * Make the sum of 16 weights exactly 1, by the largest or the smallest of four of them.
 * @param {Int16Array} weights
 */
function correctSum(weights) {
  const excess = weights.reduce((sum, weight) => sum + weight, 0) - ONE;
  const sign = excess < 0 ? -1 : 1;
  // OpenCV looks at the second half of both axes, not at the four in the middle
  const chosen = [10, 11, 14, 15].reduce((best, at) => (sign * weights[at] < sign * weights[best] ? at : best));
  weights[chosen] -= excess;
}
