// What can be taken away of the opening tab: pictures, a table, codes.

import { make } from "../dom.js";
import { drawSheet, saveJson, savePicture, saveText, toCsv } from "../download.js";
import { DOWNLOAD } from "../words/face.js";
import { SCORES } from "../words/page.js";
import { createButton } from "./controls.js";
import { facts } from "./facts.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {{model: import("../models.js").Model, copy: import("../facebar/faces.js").Copy}} Pair
 */

/** @param {Page} page @returns {Pair[]} */
const pairs = ({ faces }) =>
  faces.models.flatMap((model) => {
    const copy = faces.current?.copies.get(model.name);
    return copy ? [{ model, copy }] : [];
  });

/** @param {Page} page */
function savePictures(page) {
  const face = page.faces.current;
  if (!face) return;
  const lines = pairs(page).map(({ model, copy }) => ({ title: model.title, crops: [copy.pixels, copy.errors] }));
  const sheet = drawSheet(DOWNLOAD.heading, [{ title: DOWNLOAD.face, crops: [face.crop] }, ...lines]);
  savePicture(sheet, "vae-faces-reconstructions.png");
}

/** @param {Page} page */
function saveTable(page) {
  const head = ["model", "beta", ...SCORES.map(([key]) => key), "numbers in use"];
  const rows = pairs(page).map(({ model, copy: { scores: s } }) => [
    ...[model.name, model.beta, s.squaredError, s.mse, s.psnr, s.ssim, s.kl, model.inUse],
  ]);
  saveText(toCsv([head, ...rows]), "text/csv", "vae-faces-scores.csv");
}

/** @param {Page} page */
function saveCodes(page) {
  const codes = pairs(page).map(({ model, copy: { code } }) => [
    model.name,
    { mean: [...code.mean], logvar: code.logvar && [...code.logvar] },
  ]);
  saveJson(Object.fromEntries(codes), "vae-faces-codes.json");
}

/** @param {Page} page */
export function buildDownloads(page) {
  const buttons = [
    createButton(DOWNLOAD.pictures, () => savePictures(page)),
    createButton(DOWNLOAD.table, () => saveTable(page)),
    createButton(DOWNLOAD.codes, () => saveCodes(page)),
  ];
  const notes = [DOWNLOAD.average, DOWNLOAD.noiseNote(), DOWNLOAD.scale(facts.values)].map((text) =>
    make("p", { className: "note" }, text),
  );
  const title = make("h2", {}, DOWNLOAD.title);
  return make(
    "section",
    { "aria-label": DOWNLOAD.title },
    title,
    make("p", { className: "buttons" }, ...buttons),
    ...notes,
  );
}
