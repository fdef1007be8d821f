// A strip of faces that touch: one code moved from one end of its range to the other.

import { make } from "../dom.js";
import { contextOf, cropAt, enlarge, newCanvas } from "../facebar/picture.js";

/** @typedef {import("../facebar/picture.js").Crop} Crop */

export const STEPS = 9;
const SIZE = 128; // pixels of a face

/**
 * Return codes at evenly spaced shares of a range, one after the other.
 *
 * @param {(share: number) => ArrayLike<number> | null} codeAt
 * @param {number} [steps]
 * @returns {Float32Array | null}
 */
export function codesAlong(codeAt, steps = STEPS) {
  /** @type {number[]} */
  const codes = [];
  for (let i = 0; i < steps; i++) {
    const code = codeAt(i / (steps - 1));
    if (!code) return null;
    codes.push(...Array.from(code));
  }
  return Float32Array.from(codes);
}

/**
 * Paint decoded faces side by side.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8ClampedArray} pixels of `steps` faces
 * @param {number} [steps]
 */
export function paintStrip(canvas, pixels, steps = STEPS) {
  canvas.width = steps * SIZE;
  canvas.height = SIZE;
  for (let i = 0; i < steps; i++) paintFace(canvas, cropAt(pixels, i), i);
}

/** Paint one face of a strip. @param {HTMLCanvasElement} canvas @param {Crop} crop @param {number} index */
export function paintFace(canvas, crop, index) {
  contextOf(canvas).drawImage(enlarge(crop, SIZE), index * SIZE, 0);
}

/** @param {string} label */
export function createStrip(label) {
  const canvas = newCanvas(STEPS * SIZE, SIZE);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  canvas.className = "strip";
  return canvas;
}

/** Create a strip with a label before it. @param {string} label @param {string} note */
export function labelledStrip(label, note) {
  const canvas = createStrip(label);
  const said = make("small", {}, note);
  const root = make(
    "figure",
    { className: "labelled-strip" },
    make("figcaption", {}, make("b", {}, label), said),
    make("div", { className: "strips", tabIndex: 0, role: "group", "aria-label": label }, canvas),
  );
  return { root, canvas, said };
}
