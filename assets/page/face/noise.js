// Noise that is added to the face before it is encoded: a slider, and the face as the models see it.

import { paint, toCrop, toPlanes } from "../facebar/picture.js";
import { createSlider } from "../parts/slider.js";
import { NOISE } from "../words/face.js";

const REST = 60; // milliseconds until the models are asked

/**
 * @param {import("../facebar/faces.js").Faces} faces
 * @param {() => string} first model that is rebuilt first
 * @param {() => void} changed
 */
export function createNoiseSlider(faces, first, changed) {
  let waiting = 0;
  const input = (/** @type {number} */ value) => {
    faces.noise = value;
    clearTimeout(waiting);
    waiting = window.setTimeout(() => faces.rebuild(first()), REST);
    changed();
  };
  return createSlider({ ...NOISE, min: 0, max: 0.5, value: 0, input }).root;
}

/**
 * Paint a face with its noise.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8ClampedArray} crop
 * @param {number} noise standard deviation
 */
export async function paintNoisy(canvas, crop, noise) {
  if (!noise) return paint(canvas, crop);
  const { addNoise } = await import("../../engine/models.js");
  return paint(canvas, toCrop(addNoise(toPlanes(crop), noise)));
}
