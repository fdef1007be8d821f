// PNG files without the chunks that do not concern their pixels, as in faces/files/png.py.

import { ServerNeeded } from "../errors.js";
import { readNumber, readText, writeNumber } from "./bytes.js";
import { readOrientation } from "./contents.js";
import { LARGEST_PROFILE, readProfile } from "./icc.js";
import { buildCodedProfile, buildPower, buildProfile, SRGB } from "./profiles.js";

/** @import { Contents } from "./contents.js" */
/** @import { Chromaticities } from "./profiles.js" */

const PIXELS = ["IHDR", "PLTE", "tRNS", "IDAT"];
const COLOURS = ["cICP", "iCCP", "sRGB", "gAMA", "cHRM"];
const END = [writeNumber(0, "big"), new Uint8Array([0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82])]; // IEND
const MOST_CHUNKS = 100_000;

/**
 * Return the picture of a PNG file; of an animation, the one that programs without animations show.
 *
 * Rejects with ServerNeeded for what a browser shows otherwise than faces/files: grey of 16 bits (Chromium drops eight
 * of them), transparent pixels with gAMA alone (taken for sRGB) and HDR.
 * @param {Uint8Array} data
 * @returns {Promise<Contents>}
 */
export async function splitPng(data) {
  const chunks = [...readChunks(data)];
  /** @type {Map<string, Uint8Array>} */
  const first = new Map();
  for (const { kind, content } of chunks) if (!first.has(kind)) first.set(kind, content);
  const header = first.get("IHDR") ?? new Uint8Array();
  const isOpaque = (header[9] & 4) === 0 && !first.has("tRNS");
  requireReadable(header, first, isOpaque);
  const cut = (/** @type {string[]} */ kinds) => [
    data.subarray(0, 8),
    ...chunks.filter(({ kind }) => kinds.includes(kind)).map(({ start, stop }) => data.subarray(start - 8, stop + 4)),
    ...END,
  ];
  return {
    type: "image/png",
    parts: cut([...PIXELS, ...COLOURS]),
    plain: cut(PIXELS),
    profile: await findProfile(first),
    isOpaque,
    orientation: readOrientation(first.get("eXIf") ?? new Uint8Array()),
    area: readNumber(header, 0, 4, "big") * readNumber(header, 4, 4, "big"),
  };
}

/**
 * Throw ServerNeeded for what a browser shows otherwise.
 * @param {Uint8Array} header data of the chunk IHDR
 * @param {Map<string, Uint8Array>} chunks
 * @param {boolean} isOpaque
 */
function requireReadable(header, chunks, isOpaque) {
  const isGrey = (header[9] & 2) === 0;
  if (header[8] === 16 && isGrey) throw new ServerNeeded("This PNG file is grey, with 16 bits.");
  const isPlainGamma = chunks.has("gAMA") && !["cICP", "iCCP", "sRGB", "cHRM"].some((kind) => chunks.has(kind));
  if (isPlainGamma && !isOpaque) throw new ServerNeeded("This PNG file is transparent, with colours by gAMA alone.");
}

/**
 * Return the profile that the chunks describe, in the order of precedence of PNG's third edition.
 * @param {Map<string, Uint8Array>} chunks
 */
async function findProfile(chunks) {
  const codes = chunks.get("cICP");
  if (codes?.length === 4) return buildCodedProfile(codes[0], codes[1]);
  const profile = await decompress(chunks.get("iCCP"));
  if (profile) return readProfile(profile);
  const gamma = readNumber(chunks.get("gAMA") ?? new Uint8Array(), 0, 4, "big") / 100_000;
  if (chunks.has("sRGB") || gamma < 0.1 || gamma > 10) return null;
  return buildProfile(readChromaticities(chunks.get("cHRM")), buildPower(1 / gamma));
}

/**
 * @param {Uint8Array | undefined} chunk cHRM
 * @returns {Chromaticities}
 */
function readChromaticities(chunk) {
  if (chunk?.length !== 32) return SRGB;
  const read = (/** @type {number} */ at) => readNumber(chunk, at, 4, "big") / 100_000;
  return [
    [read(0), read(4)],
    [read(8), read(12)],
    [read(16), read(20)],
    [read(24), read(28)],
  ];
}

/**
 * Return the profile of a chunk iCCP; null if there is none, or if it is damaged.
 * @param {Uint8Array | undefined} chunk
 */
async function decompress(chunk) {
  const start = (chunk?.indexOf(0) ?? -1) + 1;
  if (!chunk || start === 0 || chunk[start] !== 0) return null;
  const packed = new Blob([/** @type {BlobPart} */ (chunk.subarray(start + 1))]).stream();
  const reader = packed.pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  try {
    let length = 0;
    for (let part = await reader.read(); !part.done && length <= LARGEST_PROFILE; part = await reader.read()) {
      parts.push(part.value);
      length += part.value.length;
    }
    await reader.cancel();
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch {
    return null;
  }
}

/**
 * Yield the name and the data of each chunk, and where the data are.
 * @param {Uint8Array} data
 */
function* readChunks(data) {
  let start = 16;
  for (let count = 0; start <= data.length && count < MOST_CHUNKS; count++) {
    const stop = start + readNumber(data, start - 8, 4, "big");
    yield { kind: readText(data, start - 4, start), start, stop, content: data.subarray(start, stop) };
    start = stop + 12;
  }
}
