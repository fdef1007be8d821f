// The smallest page on the engine: a photograph in, its reconstructions and scores out.

import { createEngine } from "../../../../assets/engine/engine.js";

/** @import { Crop, Model, Reconstruction } from "../../../../assets/engine/types.js" */

const SIDE = 64;
const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @param {Crop} pixels
 * @param {string} words
 * @returns {HTMLElement}
 */
function draw(pixels, words) {
  const figure = document.createElement("figure");
  const canvas = document.createElement("canvas");
  const caption = document.createElement("figcaption");
  canvas.width = canvas.height = SIDE;
  const picture = new ImageData(SIDE, SIDE);
  picture.data.set(pixels);
  canvas.getContext("2d")?.putImageData(picture, 0, 0);
  caption.textContent = words;
  figure.append(canvas, caption);
  return figure;
}

/** @param {Reconstruction} reconstruction */
function show({ model, pixels, errors, scores }) {
  const nats = scores.kl === null ? "" : `, ${scores.kl.toFixed(1)} nats`;
  const words = `${scores.mse.toFixed(4)}, ${scores.psnr.toFixed(1)} dB, ${scores.ssim.toFixed(3)}${nats}`;
  find("faces").append(draw(pixels, model), draw(errors, words));
}

/**
 * Send a photograph through all models, the first of them first.
 *
 * @param {Blob} photo
 */
async function reconstruct(photo) {
  const start = performance.now();
  const found = await engine.find(photo, { key: "photograph" });
  const crop = await engine.align(found);
  find("faces").replaceChildren(draw(crop, "crop"));
  const best = await engine.reconstruct(models[0].name, crop);
  show(best);
  const first = performance.now();
  const rest = models.slice(1).map(({ name }) => engine.reconstruct(name, crop));
  for (const answer of rest) answer.then(show);
  const reconstructions = [best, ...(await Promise.all(rest))];
  const typicality = await engine.typicality(crop);
  find("typicality").textContent = JSON.stringify(typicality);
  const end = performance.now();
  return { start, first, end, found, crop, reconstructions, typicality };
}

/** @type {Model[]} */
const models = await (await fetch("models.json")).json();
const engine = createEngine({
  models,
  server: new URLSearchParams(location.search).get("server"),
  finder: "finder/",
});
const ways = /** @type {object[]} */ ([]);
const progress = /** @type {object[]} */ ([]);
engine.events.addEventListener("way", (event) => ways.push(/** @type {CustomEvent} */ (event).detail));
engine.events.addEventListener("progress", (event) => progress.push(/** @type {CustomEvent} */ (event).detail));
async function answer() {
  const [photo] = /** @type {HTMLInputElement} */ (find("photograph")).files ?? [];
  if (!photo) return;
  find("status").textContent = "computing";
  try {
    Object.assign(globalThis, { last: await reconstruct(photo) });
    find("status").textContent = `done by the ${engine.way(models[0].name).way}`;
  } catch (error) {
    find("status").textContent = /** @type {Error} */ (error).message;
  }
}

engine.load();
engine.load(models[0].name);
Object.assign(globalThis, { engine, models, ways, progress, reconstruct });
find("photograph").addEventListener("change", answer);
find("status").textContent = "ready";
answer(); // a photograph may have been chosen before this script came
