// A morph by all models, as pictures and as a film.

import { drawSheet } from "../download.js";
import { recordFilm } from "../film.js";
import { cropAt } from "../picture.js";
import { MORPH } from "../words/morph.js";

/**
 * Decode evenly spaced codes of every model.
 *
 * @param {import("../../engine/types.js").Engine} engine
 * @param {import("../models.js").Model[]} models
 * @param {(name: string, t: number) => Float32Array | null} codeAt
 * @param {number} steps
 */
export function decodeAlong(engine, models, codeAt, steps) {
  return Promise.all(
    models.map(async ({ name, title, latents }) => {
      const codes = new Float32Array(steps * latents);
      for (let i = 0; i < steps; i++) codes.set(codeAt(name, i / (steps - 1)) ?? [], i * latents);
      const pixels = await engine.decode(name, codes);
      return { title, crops: Array.from({ length: steps }, (_, i) => cropAt(pixels, i)) };
    }),
  );
}

/**
 * A film of all models, in two lines.
 *
 * @param {import("../download.js").Line[]} lines a model each
 * @param {(done: number, all: number) => void} tell
 */
export function filmAlong(lines, tell) {
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
