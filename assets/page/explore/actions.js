// What can be done with a face in Explore: save, share, use everywhere, draw every number.

import { make } from "../dom.js";
import { drawSheet, save, saveFace, savePicture } from "../download.js";
import { cropAt } from "../facebar/picture.js";
import { filmEnding, filmType, recordFilm } from "../film.js";
import { createButton, createMenu } from "../parts/controls.js";
import { openDialog } from "../parts/dialog.js";
import { codesAlong, STEPS } from "../parts/strip.js";
import { EXPLORE } from "../words/explore.js";
import { STATES } from "../words/page.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("./stage.js").Stage} Stage
 * @typedef {import("./codes.js").Codes} Codes
 */

const FILM_STEPS = 21;

/**
 * Decode every number in use from low to high.
 *
 * @param {Stage} stage
 * @param {Codes} codes
 * @param {number} steps
 */
async function traverse(stage, codes, steps) {
  const { name } = stage.model;
  const lines = [];
  for (const one of codes.records[name].numbers.filter(({ in_use }) => in_use)) {
    const along = codesAlong((share) => {
      const code = codes.of(name);
      if (code) code[one.index] = one.low + (one.high - one.low) * share;
      return code;
    }, steps);
    if (!along) return [];
    const pixels = await stage.decode(name, along);
    lines.push({
      title: EXPLORE.number(one.index, one.name),
      crops: Array.from({ length: steps }, (_, i) => cropAt(pixels, i)),
    });
  }
  return lines;
}

/** @param {Stage} stage @param {Codes} codes */
async function showPicture(stage, codes) {
  const sheet = drawSheet(EXPLORE.sheet(stage.model.title), await traverse(stage, codes, STEPS));
  sheet.className = "sheet";
  const button = make("button", { type: "button", className: "primary" }, STATES.save);
  button.addEventListener("click", () => savePicture(sheet, `vae-faces-numbers-${stage.model.name}.png`));
  openDialog(EXPLORE.picture, button, sheet);
}

/** @param {Stage} stage @param {Codes} codes */
async function showFilm(stage, codes) {
  if (!filmType()) return openDialog(EXPLORE.film, make("p", {}, EXPLORE.noFilm));
  const said = make("p", { className: "note", role: "status" }, EXPLORE.drawing);
  openDialog(EXPLORE.film, said);
  const lines = await traverse(stage, codes, FILM_STEPS);
  const columns = 4;
  const frame = (/** @type {number} */ step) => {
    const rows = [];
    for (let i = 0; i < lines.length; i += columns) {
      const part = lines.slice(i, i + columns);
      rows.push({
        title: part.map(({ title }) => title.replace("Number ", "")).join(" · "),
        crops: part.map(({ crops }) => crops[step]),
      });
    }
    return drawSheet(EXPLORE.sheet(stage.model.title), rows);
  };
  const canvas = frame(0);
  const film = await recordFilm(
    canvas,
    (step) => canvas.getContext("2d")?.drawImage(frame(step), 0, 0),
    FILM_STEPS,
    (n, m) => {
      said.textContent = STATES.filming(n, m);
    },
  );
  const video = make("video", {
    src: URL.createObjectURL(film),
    loop: true,
    autoplay: true,
    muted: true,
    controls: true,
    className: "sheet",
  });
  const button = make("button", { type: "button", className: "primary" }, STATES.save);
  button.addEventListener("click", () => save(film, `vae-faces-numbers-${stage.model.name}.${filmEnding(film)}`));
  return openDialog(EXPLORE.film, button, video);
}

/**
 * Make the changed face the face of the page.
 *
 * @param {Page} page
 * @param {Stage} stage
 */
function useFace(page, stage) {
  if (!stage.crop) return undefined;
  const taken = page.faces.take("edited", EXPLORE.edited, stage.crop, stage.model.name);
  page.store.set({ face: "edited" });
  return taken;
}

/** Draw a code from where the chosen model's codes lie, number by number. @param {Stage} stage @param {Codes} codes */
function randomise({ model }, codes) {
  const record = codes.records[model.name];
  const code = record.mean.slice();
  for (const { index, low, high } of record.numbers) code[index] = (low + high) / 2 + ((high - low) / 6) * gaussian();
  codes.setCode(model.name, code);
}

/** Go to the middle of the prior; an AE has none but the middle of its codes. @param {Stage} stage @param {Codes} codes */
function goToMiddle({ model }, codes) {
  const { mean } = codes.records[model.name];
  codes.setCode(model.name, model.stochastic ? mean.map(() => 0) : mean);
}

const gaussian = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

/**
 * Build the buttons under the face.
 *
 * @param {Page} page
 * @param {Stage} stage
 * @param {Codes} codes
 * @param {{change: (act: () => void) => void, undo: () => void}} on
 */
export function buildActions(page, stage, codes, { change, undo }) {
  const say = (/** @type {string} */ title) => (/** @type {Error} */ error) =>
    openDialog(title, make("p", { className: "problem" }, error.message));
  const saveShown = () => stage.crop && saveFace(stage.crop, `vae-faces-${stage.model.name}.png`);
  const more = createMenu(
    EXPLORE.more,
    createButton(EXPLORE.random, () => change(() => randomise(stage, codes))),
    createButton(EXPLORE.middle, () => change(() => goToMiddle(stage, codes))),
    createButton(EXPLORE.picture, () => showPicture(stage, codes).catch(say(EXPLORE.picture))),
    createButton(EXPLORE.film, () => showFilm(stage, codes).catch(say(EXPLORE.film))),
  );
  return make(
    "div",
    { className: "buttons actions" },
    createButton(EXPLORE.save, saveShown, "primary"),
    createButton(EXPLORE.undo, undo),
    createButton(EXPLORE.reset, () => change(() => codes.reset())),
    createButton(EXPLORE.share, async () => (await import("../share/dialog.js")).openShare(page)),
    createButton(EXPLORE.use, () => useFace(page, stage)),
    more,
  );
}
