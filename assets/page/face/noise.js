// Noise that is added to the face before it is encoded: a slider, and the face as the models see it.

import { paint, toCrop, toPlanes } from "../facebar/picture.js";
import { nearestModel } from "../models.js";
import { createSlider } from "../parts/slider.js";
import { NOISE } from "../words/face.js";

const REST = 60; // milliseconds until the models are asked

/**
 * Rebuild the face with every change of the noise.
 *
 * @param {import("../page.js").Page} page
 */
export function bindNoise({ store, faces }) {
  let waiting = 0;
  faces.noise = store.get().noise;
  store.listen(
    ({ noise }) => {
      faces.noise = noise;
      clearTimeout(waiting);
      waiting = window.setTimeout(() => faces.rebuild(nearestModel(faces.models, store.get())?.name), REST);
    },
    ["noise"],
  );
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

/**
 * Create the slider of the noise.
 *
 * @param {import("../page.js").Page} page
 */
export function createNoiseSlider({ store }) {
  const value = store.get().noise;
  const slider = createSlider({
    ...NOISE,
    min: 0,
    max: 0.5,
    value,
    home: () => 0,
    input: (noise) => store.set({ noise }),
  });
  store.listen(({ noise }) => slider.set(noise), ["noise"]);
  return slider.root;
}
