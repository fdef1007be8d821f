// JPEG files without the segments that do not concern their pixels, as in faces/files/jpeg.py.

import { ServerNeeded } from "../errors.js";
import { readNumber, readText } from "./bytes.js";
import { readOrientation } from "./contents.js";
import { readProfile } from "./icc.js";

/** @import { Contents } from "./contents.js" */

/**
 * Marker with its data.
 * @typedef {object} Segment
 * @property {number} marker
 * @property {number} start of the marker
 * @property {number} stop
 * @property {Uint8Array} data without marker and length
 */

const START = new Uint8Array([0xff, 0xd8]);
const TABLES = [0xc4, 0xcc, 0xdb, 0xdd];
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const MOST_SEGMENTS = 100_000;

/**
 * Return the first picture of a JPEG file, with its colour profile.
 *
 * Throws ServerNeeded if its end is missing, or if its four channels are inks.
 * @param {Uint8Array} data
 * @returns {Contents}
 */
export function splitJpeg(data) {
  const segments = readSegments(data);
  const scan = segments.pop();
  if (scan?.marker !== START_OF_SCAN || findEnd(data, scan.stop) < 0) {
    throw new ServerNeeded("The end of this JPEG file is missing.");
  }
  const frame = segments.find((segment) => isFrame(segment.marker));
  if (frame?.data[5] === 4) {
    throw new ServerNeeded("This JPEG file has four channels.");
  }
  const profile = segments.filter((segment) => segment.marker === 0xe2 && isNamed(segment, "ICC_PROFILE\0", 15));
  const exif = segments.find((segment) => segment.marker === 0xe1 && isNamed(segment, "Exif\0", 6));
  const rest = data.subarray(scan.start);
  const cut = (/** @type {Segment[]} */ kept) => kept.map(({ start, stop }) => data.subarray(start, stop));
  const pixels = segments.filter(isPixels);
  const plain = [START, ...cut(pixels), rest];
  return {
    type: "image/jpeg",
    parts: isComplete(profile) ? [START, ...cut(pixels), ...cut(profile), rest] : plain,
    plain,
    profile: isComplete(profile) ? readProfile(join(profile)) : null,
    isOpaque: true,
    orientation: exif ? readOrientation(exif.data.subarray(6)) : 1,
    area: frame ? readNumber(frame.data, 1, 2, "big") * readNumber(frame.data, 3, 2, "big") : 0,
  };
}

/**
 * Read the segments up to the first scan, which is the last one.
 * @param {Uint8Array} data
 */
function readSegments(data) {
  /** @type {Segment[]} */
  const segments = [];
  let at = 2;
  while (segments.length < MOST_SEGMENTS) {
    while (at + 1 < data.length && !isMarker(data, at)) at++;
    if (at + 4 > data.length || data[at + 1] === END_OF_IMAGE) break;
    const [marker, start] = [data[at + 1], at];
    at += 2;
    if (marker === 0x01 || marker === 0xd8) continue; // without a length
    const stop = at + Math.max(2, readNumber(data, at, 2, "big"));
    segments.push({ marker, start, stop, data: data.subarray(at + 2, stop) });
    if (marker === START_OF_SCAN) break;
    at = stop;
  }
  return segments;
}

/**
 * Return whether a marker begins here: not a stuffed byte, a restart marker, or a filling byte.
 * @param {Uint8Array} data
 * @param {number} at
 */
function isMarker(data, at) {
  const marker = data[at + 1];
  return data[at] === 0xff && marker > 0 && marker < 0xff && !(marker >= 0xd0 && marker <= 0xd7);
}

/**
 * Return the index of the marker that ends the picture, or -1.
 * @param {Uint8Array} data
 * @param {number} start
 */
function findEnd(data, start) {
  let at = data.indexOf(0xff, start);
  while (at >= 0 && data[at + 1] !== END_OF_IMAGE) at = data.indexOf(0xff, at + 1);
  return at;
}

/**
 * @param {number} marker
 */
const isFrame = (marker) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/**
 * @param {Segment} segment
 * @param {string} name
 * @param {number} least bytes
 */
const isNamed = ({ data }, name, least) => data.length >= least && readText(data, 0, name.length) === name;

/**
 * @param {Segment} segment
 */
function isPixels(segment) {
  if (segment.marker === 0xe0) return isNamed(segment, "JFIF\0", 14);
  if (segment.marker === 0xee) return isNamed(segment, "Adobe", 12);
  return isFrame(segment.marker) || TABLES.includes(segment.marker);
}

/**
 * Return whether all parts of a colour profile are there.
 * @param {Segment[]} parts
 */
function isComplete(parts) {
  const numbers = new Set(parts.map((part) => part.data[12]));
  const count = parts.at(-1)?.data[13] ?? 0;
  return count > 0 && numbers.size === count && [...numbers].every((number) => number >= 1 && number <= count);
}

/**
 * Join the parts of a colour profile.
 * @param {Segment[]} parts
 */
function join(parts) {
  const ordered = parts.toSorted((a, b) => a.data[12] - b.data[12]);
  return Uint8Array.from(ordered.flatMap((part) => [...part.data.subarray(14)]));
}
