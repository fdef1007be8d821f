// The parts of a picture's file that decide how it looks, as in faces/files/contents.py.

import { readNumber, readText } from "./bytes.js";

/** @import { Profile } from "./icc.js" */

const ORIENTATION = 0x0112; // tag of EXIF
/** @type {Record<number, number>} */
const WIDTHS = { 3: 2, 4: 4 }; // bytes of a value, by the types SHORT and LONG
const MOST_ENTRIES = 4096; // of a directory; a photograph's has about 20

/**
 * File without its metadata: other browsers, or later ones, must not turn what is turned here.
 * @typedef {object} Contents
 * @property {string} type media type
 * @property {Uint8Array[]} parts of the file, with the description of its colours
 * @property {Uint8Array[]} plain the same without it
 * @property {Profile | null} profile null: none, or one that is left to the browser
 * @property {boolean} isOpaque
 * @property {number} orientation EXIF's, 1 to 8
 * @property {number} area pixels; 0 if only the decoder knows
 */

/**
 * Return a file as it is: a browser reads everything that is in it.
 * @param {Uint8Array} data
 * @param {string} type
 * @returns {Contents}
 */
export const keepWhole = (data, type) => ({
  type,
  parts: [data],
  plain: [data],
  profile: null,
  isOpaque: false,
  orientation: 1,
  area: 0,
});

/**
 * Return the orientation of EXIF data, with or without their header: 1 to 8, and 1 if there is no valid one.
 * @param {Uint8Array} exif
 */
export function readOrientation(exif) {
  const data = readText(exif, 0, 6) === "Exif\0\0" ? exif.subarray(6) : exif;
  const mark = readText(data, 0, 2);
  const order = mark === "II" ? "little" : "big";
  const start = readNumber(data, 4, 4, order);
  if (!["II", "MM"].includes(mark) || start < 8) return 1;
  const entries = Math.min(readNumber(data, start, 2, order), MOST_ENTRIES);
  for (let at = start + 2; at < start + 2 + 12 * entries && at + 12 <= data.length; at += 12) {
    const width = WIDTHS[readNumber(data, at + 2, 2, order)];
    const count = readNumber(data, at + 4, 4, order);
    if (readNumber(data, at, 2, order) !== ORIENTATION || !width || count === 0) continue;
    const from = width * count > 4 ? readNumber(data, at + 8, 4, order) : at + 8;
    const value = readNumber(data, from, width, order);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
