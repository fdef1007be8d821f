// The tables that tables.py writes, as pictures.

import { readFileSync } from "node:fs";

/** @import { Picture } from "../../../assets/vision/types.js" */

/**
 * @typedef {{ width: number, height: number, rgb: string }} Packed
 */

export const TABLES = JSON.parse(readFileSync(new URL("tables.json", import.meta.url), "utf-8"));

/**
 * Return a packed picture as RGBA.
 * @param {Packed} packed
 * @returns {Picture}
 */
export function unpack({ width, height, rgb }) {
  const levels = Buffer.from(rgb, "hex");
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let at = 0; at < levels.length; at++) data[Math.floor(at / 3) * 4 + (at % 3)] = levels[at];
  return { data, width, height };
}
