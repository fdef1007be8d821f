// Colour profiles of files that describe their colours by numbers: PNG's gAMA and cHRM, and the codes of ITU-T H.273, as
// in faces/files/profiles.py.

import { ServerNeeded } from "../errors.js";
import { buildFunction } from "./icc.js";

/** @import { Curve, Profile } from "./icc.js" */

/**
 * CIE x and y.
 * @typedef {[number, number]} Chromaticity
 */

/**
 * Colours of white, red, green and blue.
 * @typedef {[Chromaticity, Chromaticity, Chromaticity, Chromaticity]} Chromaticities
 */

/**
 * Matrix (3, 3).
 * @typedef {number[][]} Matrix
 */

/** @type {Chromaticity} */
const D65 = [0.3127, 0.329];
const D50 = [0.9642, 1, 0.8249]; // X, Y, Z of the white of every profile
const BRADFORD = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
/** @type {Chromaticities} */
export const SRGB = [D65, [0.64, 0.33], [0.3, 0.6], [0.15, 0.06]];
/** @type {Record<number, Chromaticities>} */
const PRIMARIES = {
  1: SRGB, // BT.709
  5: [D65, [0.64, 0.33], [0.29, 0.6], [0.15, 0.06]], // BT.601, 625 lines
  6: [D65, [0.63, 0.34], [0.31, 0.595], [0.155, 0.07]], // BT.601, 525 lines
  7: [D65, [0.63, 0.34], [0.31, 0.595], [0.155, 0.07]], // SMPTE 240M
  9: [D65, [0.708, 0.292], [0.17, 0.797], [0.131, 0.046]], // BT.2020
  12: [D65, [0.68, 0.32], [0.265, 0.69], [0.15, 0.06]], // Display P3
};
// of video: as a display shows it (BT.1886)
/** @type {Record<number, number>} */
const EXPONENTS = { 1: 2.4, 4: 2.2, 5: 2.8, 6: 2.4, 8: 1, 14: 2.4, 15: 2.4 };
const HDR = [16, 18]; // PQ and HLG

/**
 * Build the profile of two codes of ITU-T H.273; unknown codes mean sRGB's colours and curve.
 *
 * Throws ServerNeeded for HDR pictures, which the server refuses.
 * @param {number} primaries
 * @param {number} transfer
 */
export function buildCodedProfile(primaries, transfer) {
  if (HDR.includes(transfer)) throw new ServerNeeded("This picture is HDR.");
  const exponent = EXPONENTS[transfer];
  const sRgb = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].map(toFixed);
  const curve = exponent ? buildPower(exponent) : buildFunction(3, sRgb);
  return buildProfile(PRIMARIES[primaries] ?? SRGB, curve);
}

/**
 * Build the curve value ** exponent.
 * @param {number} exponent
 */
export const buildPower = (exponent) => buildFunction(0, [toFixed(exponent)]);

/**
 * Build the profile of three channels with one curve; null if the colours define no space.
 * @param {Chromaticities} colours
 * @param {Curve} curve
 * @returns {Profile | null}
 */
export function buildProfile(colours, curve) {
  if (!colours.flat().every((value) => value > 0)) return null;
  const [white, ...channels] = colours.map(([x, y]) => [x / y, 1, (1 - x - y) / y]);
  const columns = transpose(channels);
  if (Math.abs(computeDeterminant(columns)) < 1e-6) return null;
  const [light] = transpose(multiply(invert(columns), transpose([white])));
  const toWhite = columns.map((row) => row.map((value, channel) => value * light[channel]));
  const cone = (/** @type {number[]} */ colour) => multiply(BRADFORD, transpose([colour])).flat();
  const [from, to] = [cone(white), cone(D50)];
  const scaled = BRADFORD.map((row, i) => row.map((value) => (value * to[i]) / from[i]));
  const matrix = multiply(multiply(invert(BRADFORD), scaled), toWhite);
  if (!matrix.flat().every((value) => Math.abs(value) < 100)) return null;
  return { columns: transpose(matrix).map((column) => column.map(toFixed)), curves: [curve, curve, curve] };
}

/**
 * Round to the numbers that a profile can store.
 * @param {number} value
 */
const toFixed = (value) => Math.round(value * 65536) / 65536;

/**
 * @param {Matrix} matrix
 * @returns {Matrix}
 */
const transpose = (matrix) => matrix[0].map((_, x) => matrix.map((row) => row[x]));

/**
 * @param {Matrix} a
 * @param {Matrix} b
 * @returns {Matrix}
 */
const multiply = (a, b) =>
  a.map((row) => transpose(b).map((column) => row.reduce((sum, value, i) => sum + value * column[i], 0)));

/**
 * @param {Matrix} matrix
 */
const computeDeterminant = (matrix) =>
  matrix[0].reduce((sum, value, x) => sum + value * computeCofactor(matrix, 0, x), 0);

/**
 * @param {Matrix} matrix
 * @param {number} y
 * @param {number} x
 */
function computeCofactor(matrix, y, x) {
  const at = (/** @type {number} */ down, /** @type {number} */ right) => matrix[(y + down) % 3][(x + right) % 3];
  return at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1);
}

/**
 * @param {Matrix} matrix
 * @returns {Matrix}
 */
function invert(matrix) {
  const determinant = computeDeterminant(matrix);
  return matrix.map((row, y) => row.map((_, x) => computeCofactor(matrix, x, y) / determinant));
}
