// From the levels of a colour profile to sRGB, by the whole numbers of Little CMS (its "matrix shaper"), which
// faces/files/colour.py uses: a browser's own conversion differs from it by one level here and there.

/** @import { Curve, Profile } from "./files/icc.js" */

/**
 * @typedef {object} Transform
 * @property {Int32Array[]} lights of each channel, light of its 256 levels
 * @property {number[]} matrix (3, 3), row by row
 */

const ONE = 1 << 14; // light of white
const STEPS = 9; // of each channel, to compare a profile with sRGB
// from X, Y and Z under D50 to light of sRGB's channels
const FROM_XYZ = [
  [3.134186364236819, -1.6172089589982752, -0.49069406400638405],
  [-0.9787485041906941, 1.9161300967735873, 0.03343339915999558],
  [0.07196392780224677, -0.22899387345320327, 1.4057537328964442],
];
const EDGE = ((0.04045 + 0.055) / 1.055) ** 2.4; // light below which sRGB's curve is straight
const LEVELS = computeLevels();

/**
 * Build the transform from a profile to sRGB; null if it changes no colour by more than 1.
 * @param {Profile} profile
 * @returns {Transform | null}
 */
export function buildTransform({ columns, curves }) {
  const product = FROM_XYZ.map((row) =>
    columns.map((column) => row.reduce((sum, value, i) => sum + value * column[i], 0)),
  );
  const transform = { lights: curves.map(computeLights), matrix: product.flat().map(toFixed) };
  return changesColours(transform) ? transform : null;
}

/**
 * Convert pixels in place.
 * @param {Uint8ClampedArray} data RGBA
 * @param {Transform} transform
 */
export function convert(data, { lights, matrix }) {
  const [reds, greens, blues] = lights;
  const [a, b, c, d, e, f, g, h, i] = matrix;
  for (let at = 0; at < data.length; at += 4) {
    const red = reds[data[at]];
    const green = greens[data[at + 1]];
    const blue = blues[data[at + 2]];
    data[at] = LEVELS[clamp((a * red + b * green + c * blue + ONE / 2) >> 14)];
    data[at + 1] = LEVELS[clamp((d * red + e * green + f * blue + ONE / 2) >> 14)];
    data[at + 2] = LEVELS[clamp((g * red + h * green + i * blue + ONE / 2) >> 14)];
  }
}

/**
 * @param {number} light
 */
const clamp = (light) => Math.min(Math.max(light, 0), ONE);

/**
 * @param {number} value
 */
const toFixed = (value) => Math.floor(value * ONE + 0.5);

/**
 * Compute the light of the 256 levels of a channel.
 * @param {Curve} curve
 */
const computeLights = (curve) =>
  Int32Array.from({ length: 256 }, (_, level) => toFixed(Math.fround(curve(Math.fround(level / 255)))));

/**
 * Compute the level of sRGB for each amount of light.
 */
function computeLevels() {
  return Uint8Array.from({ length: ONE + 1 }, (_, light) => {
    const value = Math.fround(light / ONE);
    const level = value >= EDGE ? 1.055 * value ** (1 / 2.4) - 0.055 : value * 12.92;
    const word = Math.floor(Math.min(1, Math.max(0, Math.fround(level))) * 65535 + 0.5);
    return Math.floor((word * 65281 + 8388608) / 16777216);
  });
}

/**
 * Return whether a transform changes any of 729 colours by more than 1.
 * @param {Transform} transform
 */
function changesColours(transform) {
  const levels = Array.from({ length: STEPS }, (_, step) => Math.floor((step * 255) / (STEPS - 1)));
  const cube = levels.flatMap((red) => levels.flatMap((green) => levels.map((blue) => [red, green, blue, 255]))).flat();
  const after = Uint8ClampedArray.from(cube);
  convert(after, transform);
  return after.some((level, at) => Math.abs(level - cube[at]) > 1);
}
