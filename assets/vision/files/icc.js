// ICC colour profiles of three channels with a matrix and a curve each, such as Display P3 and Adobe RGB.

import { readNumber, readText } from "./bytes.js";

/**
 * @typedef {(value: number) => number} Curve from 0 to 1
 */

/**
 * Colours of red, green and blue under D50, and the curves from values to light.
 * @typedef {object} Profile
 * @property {number[][]} columns X, Y and Z of each channel
 * @property {Curve[]} curves of each channel
 */

export const LARGEST_PROFILE = 4_000_000; // bytes
const MOST_TAGS = 100;
// the parameters of ICC's functions 0 to 4, of g, a, b, c, d, e and f
const PARAMETERS = [1, 3, 4, 5, 7];

/**
 * Read a profile; return null if it has no matrix and curves, if its black is not black, or if it is unreadable.
 * @param {Uint8Array} data
 * @returns {Profile | null}
 */
export function readProfile(data) {
  const isMatrix = readText(data, 16, 24) === "RGB XYZ " && readText(data, 36, 40) === "acsp";
  if (data.length > LARGEST_PROFILE || !isMatrix) return null;
  const tags = readTags(data);
  const columns = ["rXYZ", "gXYZ", "bXYZ"].map((name) => readColumn(tags.get(name)));
  const curves = ["rTRC", "gTRC", "bTRC"].map((name) => readCurve(tags.get(name)));
  if (tags.has("A2B0") || ![...columns, ...curves].every((value) => value !== null)) return null;
  const profile = /** @type {Profile} */ ({ columns, curves });
  return profile.curves.every((curve) => curve(0) === 0) ? profile : null;
}

/**
 * @param {Uint8Array} data
 */
function readTags(data) {
  /** @type {Map<string, Uint8Array>} */
  const tags = new Map();
  const count = Math.min(readNumber(data, 128, 4, "big"), MOST_TAGS);
  for (let at = 132; at < 132 + 12 * count; at += 12) {
    const start = readNumber(data, at + 4, 4, "big");
    tags.set(readText(data, at, at + 4), data.subarray(start, start + readNumber(data, at + 8, 4, "big")));
  }
  return tags;
}

/**
 * Return a signed number of 16 bits before and 16 after the point.
 * @param {Uint8Array} data
 * @param {number} at
 */
const readFixed = (data, at) => (readNumber(data, at, 4, "big") | 0) / 65536;

/**
 * @param {Uint8Array | undefined} tag
 */
function readColumn(tag) {
  if (!tag || tag.length < 20 || readText(tag, 0, 4) !== "XYZ ") return null;
  return [8, 12, 16].map((at) => readFixed(tag, at));
}

/**
 * @param {Uint8Array | undefined} tag
 * @returns {Curve | null}
 */
function readCurve(tag) {
  const kind = tag && readText(tag, 0, 4);
  if (tag && kind === "para") return readFunction(tag);
  if (!tag || kind !== "curv") return null;
  const count = readNumber(tag, 8, 4, "big");
  if (tag.length < 12 + 2 * count) return null;
  if (count === 0) return (value) => value;
  if (count === 1) return buildFunction(0, [readNumber(tag, 12, 2, "big") / 256]);
  return buildTable(Uint16Array.from({ length: count }, (_, index) => readNumber(tag, 12 + 2 * index, 2, "big")));
}

/**
 * @param {Uint8Array} tag
 */
function readFunction(tag) {
  const kind = readNumber(tag, 8, 2, "big");
  const count = PARAMETERS[kind] ?? 0;
  if (!count || tag.length < 12 + 4 * count) return null;
  const parameters = Array.from({ length: count }, (_, index) => readFixed(tag, 12 + 4 * index));
  return buildFunction(kind, parameters);
}

/**
 * Build a curve of ICC.1, section 10.18.
 * @param {number} kind
 * @param {number[]} parameters
 * @returns {Curve}
 */
export function buildFunction(kind, [g, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0]) {
  const power = (/** @type {number} */ value) => Math.max(0, a * value + b) ** g;
  if (kind === 0) return power;
  if (kind === 1) return (value) => (value >= -b / a ? power(value) : 0);
  if (kind === 2) return (value) => (value >= -b / a ? power(value) + c : c);
  return (value) => (value >= d ? power(value) + e : c * value + f);
}

/**
 * Build a curve from a table, with the whole numbers of Little CMS.
 * @param {Uint16Array} table
 * @returns {Curve}
 */
function buildTable(table) {
  const last = table.length - 1;
  return (value) => {
    const level = Math.min(65535, Math.floor(value * 65535 + 0.5));
    if (level === 65535) return table[last] / 65535;
    const product = last * level;
    const at = product + Math.floor((product + 0x7fff) / 0xffff);
    const [cell, rest] = [Math.floor(at / 65536), at % 65536];
    const step = (table[cell + 1] - table[cell]) * rest + 0x8000;
    return (table[cell] + Math.floor(step / 65536)) / 65535;
  };
}
