// A morph by all models, as pictures, as a film, and as codes.

import { drawSheet, save, saveJson, savePicture } from "../download.js";
import { cropAt } from "../facebar/picture.js";
import { filmEnding, filmType, recordFilm } from "../film.js";
import { createButton } from "../parts/controls.js";
import { MORPH } from "../words/morph.js";
import { STATES } from "../words/page.js";

const [STEPS, STRIP] = [41, 9]; // pictures of a film, of a sheet's line

/** @typedef {(steps: number) => Promise<import("../download.js").Line[]>} Along decodes the way, a model each */

/**
 * Decode evenly spaced codes of every model.
 *
 * @param {import("../../engine/types.js").Engine["decode"]} decode
 * @param {import("../models.js").Model[]} models
 * @param {(name: string, t: number) => Float32Array | null} codeAt
 * @param {number} steps
 */
function decodeAlong(decode, models, codeAt, steps) {
  return Promise.all(
    models.map(async ({ name, title, latents }) => {
      const codes = new Float32Array(steps * latents);
      for (let i = 0; i < steps; i++) codes.set(codeAt(name, i / (steps - 1)) ?? [], i * latents);
      const pixels = await decode(name, codes);
      return { title, crops: Array.from({ length: steps }, (_, i) => cropAt(pixels, i)) };
    }),
  );
}

/**
 * Record a film of all models, in two lines.
 *
 * @param {import("../download.js").Line[]} lines a model each
 * @param {(done: number, all: number) => void} tell
 */
function filmAlong(lines, tell) {
  const half = Math.ceil(lines.length / 2);
  const halves = [lines.slice(0, half), lines.slice(half)].filter((part) => part.length);
  const title = (/** @type {import("../download.js").Line[]} */ part) =>
    part.map((line) => line.title.replace(/.*, /, "")).join(" · ");
  const frame = (/** @type {number} */ step) =>
    drawSheet(
      MORPH.sheet,
      halves.map((part) => ({ title: title(part), crops: part.map(({ crops }) => crops[step]) })),
    );
  const canvas = frame(0);
  const show = (/** @type {number} */ step) => canvas.getContext("2d")?.drawImage(frame(step), 0, 0);
  return recordFilm(canvas, show, lines[0].crops.length, tell);
}

/** @param {Along} along */
async function savePictures(along) {
  savePicture(drawSheet(MORPH.sheet, await along(STRIP)), "vae-faces-morph.png");
}

/** @param {Along} along @param {(sentence: string) => void} say */
async function saveFilm(along, say) {
  if (!filmType()) return say(MORPH.noFilm);
  const film = await filmAlong(await along(STEPS), (n, m) => say(STATES.filming(n, m)));
  say("");
  return save(film, `vae-faces-morph.${filmEnding(film)}`);
}

/**
 * Save both faces' codes by every model.
 *
 * @param {Record<string, Float32Array>} first by model
 * @param {Record<string, Float32Array>} second
 */
function saveCodes(first, second) {
  const list = (/** @type {Record<string, Float32Array>} */ codes) =>
    Object.fromEntries(Object.entries(codes).map(([name, code]) => [name, [...code]]));
  saveJson({ first: list(first), second: list(second) }, "vae-faces-codes.json");
}

/**
 * Create the buttons that save a morph.
 *
 * @param {import("./way.js").Way} way
 * @param {import("../../engine/types.js").Engine["decode"]} decode
 * @param {(sentence: string) => void} say
 */
export function createDownloads(way, decode, say) {
  const along = (/** @type {number} */ steps) => decodeAlong(decode, way.open, (name, t) => way.at(name, t), steps);
  return [
    createButton(MORPH.film, () => saveFilm(along, say)),
    createButton(MORPH.pictures, () => savePictures(along)),
    createButton(MORPH.codes, () => saveCodes(way.first, way.second.codes)),
  ];
}
