// Pictures warped by similarities, as `warp` in faces/similarity.py.

import { warpAffine } from "./affine.js";
import { resize } from "./resample.js";
import { roundHalfEven } from "./rounding.js";
import { apply, length, subtract } from "./similarity.js";

/** @import { Box, Picture, Point } from "./types.js" */
/** @import { Similarity } from "./similarity.js" */

/**
 * Resample a window of `width` x `height`; `onto` maps points of the window to points of the picture.
 *
 * Antialiased when it shrinks. Outside of the picture its edge pixels are repeated.
 * @param {Picture} picture
 * @param {Similarity} onto
 * @param {number} width
 * @param {number} height
 * @returns {Picture}
 */
export function warp(picture, onto, width, height) {
  const scale = length(onto.turn);
  const region = findRegion(picture, onto, width, height);
  const [left, top, right, bottom] = region;
  let part = picture;
  let bounds = region;
  let [across, down] = [1, 1];
  if (scale > 1) {
    const [columns, rows] = [right - left, bottom - top].map((side) => Math.max(1, roundHalfEven(side / scale)));
    part = resize(picture, columns, rows, "bicubic", region);
    bounds = [0, 0, columns, rows];
    [across, down] = [columns / (right - left), rows / (bottom - top)];
  }
  const shift = subtract(apply(onto, [0.5, 0.5]), [left, top]);
  const [x, y] = onto.turn;
  const matrix = [x * across, -y * across, shift[0] * across - 0.5, y * down, x * down, shift[1] * down - 0.5];
  return warpAffine(part, bounds, matrix, width, height);
}

/**
 * Return the part of the picture that the window shows, with a margin for the kernels.
 * @param {Picture} picture
 * @param {Similarity} onto
 * @param {number} width
 * @param {number} height
 * @returns {Box}
 */
function findRegion(picture, onto, width, height) {
  /** @type {Point[]} */
  const window = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  const corners = window.map((corner) => apply(onto, corner));
  const margin = 4 * Math.max(1, length(onto.turn));
  const [left, right] = findRange(
    corners.map((corner) => corner[0]),
    margin,
    picture.width,
  );
  const [top, bottom] = findRange(
    corners.map((corner) => corner[1]),
    margin,
    picture.height,
  );
  return [left, top, right, bottom];
}

/**
 * Return the non-empty range of pixels that contains all `values` and a margin, as far as it is below `end`.
 * @param {number[]} values
 * @param {number} margin
 * @param {number} end
 * @returns {[number, number]}
 */
function findRange(values, margin, end) {
  const first = Math.min(Math.max(0, Math.floor(Math.min(...values) - margin)), end - 1);
  return [first, Math.max(first + 1, Math.min(end, Math.ceil(Math.max(...values) + margin)))];
}
