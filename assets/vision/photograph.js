// From a file to its upright pixels in sRGB, with transparency laid on white, as `read_picture` in faces/image.py.
//
// The browser decodes JPEG, PNG, WebP, GIF and AVIF to the same pixels as Pillow does (measured in Chromium), but its
// conversion of colours differs by one level: profiles with a matrix are converted here, others by the browser. The
// server's way is needed for what browsers decode otherwise, or not at all: TIFF, BMP, PPM and HEIC; JPEG with four
// channels; grey PNG of 16 bits; transparent PNG with gAMA alone; AVIF with transparency or more than 8 bits; HDR;
// damaged files, of which the server says what is wrong; and browsers that protect themselves against fingerprinting by
// changing the pixels that a page reads.

import { buildTransform, convert } from "./colour.js";
import { LARGEST } from "./constants.js";
import { PictureError, ServerNeeded } from "./errors.js";
import { readText } from "./files/bytes.js";
import { splitAvif, splitWebp } from "./files/containers.js";
import { keepWhole } from "./files/contents.js";
import { splitJpeg } from "./files/jpeg.js";
import { splitPng } from "./files/png.js";

/** @import { Contents } from "./files/contents.js" */
/** @import { Picture } from "./types.js" */

const ROWS = 1024; // that are drawn at a time: browsers limit the area of a canvas

/** @type {[RegExp, (data: Uint8Array) => Contents | Promise<Contents>][]} */
const FORMATS = [
  [/^\xff\xd8\xff/, splitJpeg],
  [/^\x89PNG\r\n.\n/s, splitPng],
  [/^RIFF.{4}WEBP/s, splitWebp],
  [/^GIF8[79]a/, (data) => keepWhole(data, "image/gif")],
  [/^.{4}ftyp(?:.{4}){0,8}?avi[fs]/s, splitAvif],
];

// BMP, TIFF, PPM, HEIC
const OTHER_FORMATS = /^(?:BM|II[*+]\0|MM\0[*+]|P[1-6f]\s|.{4}ftyp(?:.{4}){0,8}?(?:he[iv][cmsx]|mif1|msf1))/s;

/**
 * The transform (a, b, c, d, e, f) that turns a bitmap upright, for EXIF's orientations from 1 on.
 * @type {((width: number, height: number) => [number, number, number, number, number, number])[]}
 */
const TURNS = [
  () => [1, 0, 0, 1, 0, 0],
  (width) => [-1, 0, 0, 1, width, 0],
  (width, height) => [-1, 0, 0, -1, width, height],
  (_, height) => [1, 0, 0, -1, 0, height],
  () => [0, 1, 1, 0, 0, 0],
  (_, height) => [0, 1, -1, 0, height, 0],
  (width, height) => [0, -1, -1, 0, height, width],
  (width) => [0, -1, 1, 0, 0, width],
];

/**
 * Decode a file, of an animation its first frame.
 *
 * Rejects with PictureError if it is no picture, and with ServerNeeded if this browser cannot give the server's pixels.
 * @param {Blob} file
 * @returns {Promise<Picture>}
 */
export async function decodePhotograph(file) {
  if (!("OffscreenCanvas" in globalThis))
    throw new ServerNeeded("This browser is too old to read the pixels of files.");
  const data = new Uint8Array(await file.arrayBuffer());
  const head = readText(data, 0, 64);
  const split = FORMATS.find(([signature]) => signature.test(head))?.[1];
  if (!split) {
    if (!data.length) throw new PictureError("This file is empty (0 bytes): choose a picture.");
    if (OTHER_FORMATS.test(head)) throw new ServerNeeded("This file is of no format that browsers read exactly.");
    throw new PictureError("This file is not a picture that can be read: choose a JPEG, PNG or WebP.");
  }
  const contents = await split(data);
  requireArea(contents.area);
  const { parts, transform } = chooseConversion(contents);
  const bitmap = await decodeBitmap(new Blob(/** @type {BlobPart[]} */ (parts), { type: contents.type }));
  try {
    requireArea(bitmap.width * bitmap.height);
    const picture = readPixels(bitmap, contents.orientation);
    if (transform) convert(picture.data, transform);
    return picture;
  } finally {
    bitmap.close();
  }
}

/**
 * @param {number} area pixels
 */
function requireArea(area) {
  if (area > LARGEST) throw new ServerNeeded("This picture has too many pixels.");
}

/**
 * Return the parts of a file for the browser, and the transform to sRGB if it is not left to the browser, as it is for
 * transparent pixels (whose colours a canvas does not keep) and for profiles without a matrix.
 * @param {Contents} contents
 */
function chooseConversion({ profile, parts, plain, isOpaque }) {
  if (!profile) return { parts, transform: null };
  const transform = buildTransform(profile);
  return transform && !isOpaque ? { parts, transform: null } : { parts: plain, transform };
}

/**
 * @param {Blob} blob
 */
async function decodeBitmap(blob) {
  try {
    // not premultiplied: eight bits lose colours under transparency
    return await createImageBitmap(blob, { premultiplyAlpha: "none" });
  } catch (cause) {
    throw new ServerNeeded("This browser cannot decode the file.", { cause });
  }
}

/**
 * Draw a bitmap, upright and on white, and read its pixels in strips.
 * @param {ImageBitmap} bitmap
 * @param {number} orientation
 * @returns {Picture}
 */
function readPixels(bitmap, orientation) {
  const turn = TURNS[orientation - 1](bitmap.width, bitmap.height);
  const [width, height] = orientation >= 5 ? [bitmap.height, bitmap.width] : [bitmap.width, bitmap.height];
  const context = new OffscreenCanvas(width, Math.min(ROWS, height)).getContext("2d", { willReadFrequently: true });
  if (!context) throw new ServerNeeded("This browser has no canvas of this size.");
  requireExactPixels(context);
  context.imageSmoothingEnabled = false;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let top = 0; top < height; top += ROWS) {
    const rows = Math.min(ROWS, height - top);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "white";
    context.fillRect(0, 0, width, rows);
    context.setTransform(turn[0], turn[1], turn[2], turn[3], turn[4], turn[5] - top);
    context.drawImage(bitmap, 0, 0);
    data.set(context.getImageData(0, 0, width, rows).data, top * width * 4);
  }
  return { data, width, height };
}

/**
 * Throw ServerNeeded if a canvas does not give the pixels that were put on it.
 * @param {OffscreenCanvasRenderingContext2D} context
 */
function requireExactPixels(context) {
  const side = Math.min(16, context.canvas.width, context.canvas.height);
  const known = new ImageData(side, side);
  for (let at = 0; at < known.data.length; at++) known.data[at] = at % 4 === 3 ? 255 : (at * 37) % 251;
  context.putImageData(known, 0, 0);
  const read = context.getImageData(0, 0, side, side).data;
  if (known.data.some((level, at) => Math.abs(level - read[at]) > 1)) {
    throw new ServerNeeded("This browser changes the pixels that a page reads.");
  }
}
