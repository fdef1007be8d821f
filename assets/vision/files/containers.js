// WebP and AVIF files, as in faces/files/containers.py.

import { ServerNeeded } from "../errors.js";
import { findText, readNumber, readText, writeNumber } from "./bytes.js";
import { keepWhole, readOrientation } from "./contents.js";
import { readProfile } from "./icc.js";

/** @import { Contents } from "./contents.js" */

const PIXELS = ["VP8 ", "VP8L", "ALPH", "ANIM", "ANMF"];
const [PROFILE, ALPHA, EXIF, XMP] = [0x20, 0x10, 0x08, 0x04]; // flags of VP8X
const MOST_CHUNKS = 100_000;
const HDR = [16, 18]; // PQ and HLG among the curves of ITU-T H.273
const TRANSPARENCY = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";

/**
 * Return the picture of a WebP file. Chromium does not turn it by its EXIF.
 * @param {Uint8Array} data
 * @returns {Contents}
 */
export function splitWebp(data) {
  const chunks = [...readChunks(data)];
  const find = (/** @type {string} */ name) => chunks.find(({ kind }) => kind === name)?.bytes;
  const head = find("VP8X");
  const cut = (/** @type {string[]} */ kinds, /** @type {number} */ dropped) =>
    write(data, [
      ...(head ? [dropFlags(head, dropped)] : []),
      ...chunks.filter(({ kind }) => kinds.includes(kind)).map(({ bytes }) => bytes),
    ]);
  return {
    type: "image/webp",
    parts: cut(["ICCP", ...PIXELS], EXIF | XMP),
    plain: cut(PIXELS, EXIF | XMP | PROFILE),
    profile: readProfile(find("ICCP")?.subarray(8) ?? new Uint8Array()),
    isOpaque: !find("VP8L") && !((head?.[8] ?? 0) & ALPHA),
    orientation: readOrientation(find("EXIF")?.subarray(8) ?? new Uint8Array()),
    area: head ? (1 + readNumber(head, 12, 3, "little")) * (1 + readNumber(head, 15, 3, "little")) : 0,
  };
}

/**
 * Yield the name and the bytes, with their header, of each chunk that is complete.
 * @param {Uint8Array} data
 */
function* readChunks(data) {
  let at = 12;
  for (let count = 0; at + 8 <= data.length && count < MOST_CHUNKS; count++) {
    const stop = at + 8 + readNumber(data, at + 4, 4, "little");
    if (stop > data.length) return; // in the middle of metadata or of a later frame
    yield { kind: readText(data, at, at + 4), bytes: data.subarray(at, stop + (stop % 2)) };
    at = stop + (stop % 2);
  }
}

/**
 * Return the chunk VP8X without some of its flags.
 * @param {Uint8Array} chunk with its header
 * @param {number} flags
 */
function dropFlags(chunk, flags) {
  const copy = chunk.slice();
  copy[8] &= ~flags;
  return copy;
}

/**
 * Return a WebP file of these chunks.
 * @param {Uint8Array} data
 * @param {Uint8Array[]} chunks
 */
function write(data, chunks) {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 4);
  return [data.subarray(0, 4), writeNumber(length, "little"), data.subarray(8, 12), ...chunks];
}

/**
 * Return an AVIF file as it is: a browser turns it as its own boxes say, not by EXIF.
 *
 * Throws ServerNeeded for what decoders show differently: transparency (by 20 levels), more than 8 bits, and HDR.
 * @param {Uint8Array} data
 * @returns {Contents}
 */
export function splitAvif(data) {
  const end = findText(data, "mdat");
  const head = end < 0 ? data : data.subarray(0, end);
  const [configuration, codes] = [findText(head, "av1C"), findText(head, "colrnclx")];
  if (findText(head, TRANSPARENCY) >= 0) throw new ServerNeeded("This AVIF file is transparent.");
  if (configuration < 0 || head[configuration + 6] & 0x40)
    throw new ServerNeeded("This AVIF file has more than 8 bits.");
  if (codes >= 0 && HDR.includes(readNumber(head, codes + 10, 2, "big"))) {
    throw new ServerNeeded("This AVIF file is HDR.");
  }
  return keepWhole(data, "image/avif");
}
