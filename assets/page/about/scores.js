// The table of scores: a row a model, a bar in every cell, and the same figures as a file.

import { make } from "../dom.js";
import { saveText, toCsv } from "../download.js";
import { termButton } from "../parts/card.js";
import { SCORES } from "../words/models.js";
import { number } from "../words/page.js";
import { writeFormula } from "./losses.js";
import { findBest, scaleBars } from "./record.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("./record.js").About} About
 * @typedef {import("./record.js").Description} Description
 * @typedef {import("../words/models.js").Score} Score
 */

const OPTIONAL = ["gaussian_total_correlation", "found"]; // columns that are left out if no model has them

/** @param {Description} description @param {string} key */
function readScore({ scores, inUse, found }, key) {
  if (key === "inUse") return inUse;
  return key === "found" ? found : (scores[key] ?? null);
}

/** @param {Model[]} models @param {About} about */
export function buildScores(models, about) {
  const rows = models.map((model) =>
    make("tr", { className: model.family }, make("th", { scope: "row" }, model.title)),
  );
  const columns = SCORES.columns.filter(
    ({ key }) => !OPTIONAL.includes(key) || models.some(({ name }) => readScore(about.models[name], key) !== null),
  );
  for (const column of columns) {
    const values = models.map(({ name }) => readScore(about.models[name], column.key));
    const [shares, best] = [scaleBars(values), findBest(values, column.better)];
    for (const [i, row] of rows.entries()) row.append(buildCell(values[i], shares[i], best[i], column.digits));
  }
  const head = make("tr", {}, make("th", { scope: "col" }, SCORES.model), ...columns.map(buildHead));
  const table = make("table", { className: "scores-table" }, make("thead", {}, head), make("tbody", {}, ...rows));
  const save = make("button", { type: "button", className: "plain" }, SCORES.csv);
  save.addEventListener("click", () => saveText(writeCsv(models, about), "text/csv", "vae-faces-models.csv"));
  return make(
    "div",
    {},
    make("div", { className: "scrolls", tabIndex: 0, role: "region", "aria-label": SCORES.table }, table),
    make(
      "div",
      { className: "below-table" },
      make("p", { className: "note" }, SCORES.about(describeFaces(models, about))),
      save,
    ),
  );
}

/** @param {Model[]} models @param {About} about */
function describeFaces(models, about) {
  const counts = new Set(models.map(({ name }) => about.models[name].facts.validation));
  const [first] = counts;
  return counts.size === 1 && typeof first === "number" ? SCORES.faces(first) : SCORES.anyFaces;
}

/** @param {Score} score */
function buildHead({ term, name, meaning, better }) {
  const mark = better
    ? [
        make(
          "small",
          { className: "better" },
          make("span", { "aria-hidden": "true" }, better === "lower" ? "↓ " : "↑ "),
          SCORES.better[better],
        ),
      ]
    : [];
  return make("th", { scope: "col" }, termButton(term, name), make("small", {}, meaning), ...mark);
}

/** @param {number | null} value @param {number | null} share @param {boolean} best @param {number} digits */
function buildCell(value, share, best, digits) {
  if (value === null) return make("td", { className: "missing" }, SCORES.missing);
  const bar = make("span", { className: "bar-of", "aria-hidden": "true" }, make("i"));
  bar.style.setProperty("--share", String(share));
  return make("td", {}, best ? make("b", {}, number(value, digits)) : number(value, digits), bar);
}

/**
 * Write the table as CSV, numbers as they are recorded.
 *
 * @param {Model[]} models
 * @param {About} about
 */
export function writeCsv(models, about) {
  const rows = models.map(({ name, beta }) => {
    const { recipe, objective, facts, scores, inUse, found } = about.models[name];
    return {
      model: name,
      recipe,
      beta,
      objective: writeFormula(objective),
      distortion: objective.distortion,
      distortion_weight: objective.weight,
      steps: facts.steps,
      images_seen: facts.imagesSeen,
      parameters: facts.parameters,
      ...scores,
      numbers_in_use: inUse,
      features_found: found,
    };
  });
  return toCsv([Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))]);
}
