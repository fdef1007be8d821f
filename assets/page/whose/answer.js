// The answer: the score beside what chance gives, and how each face was lost on the way to the last beta.

import { make } from "../dom.js";
import { canvasOf } from "../facebar/picture.js";
import { MARKS, SPOKEN, WHOSE } from "../words/whose.js";
import { COUNT, countWays } from "./round.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("./cast.js").Cast} Cast
 * @typedef {import("./cast.js").Copy} Copy
 */

/**
 * Show the score among those that guessing gives.
 *
 * @param {number} right
 * @returns {HTMLElement[]} a heading, and a chart
 */
export function showScore(right) {
  const ways = countWays();
  const most = Math.max(...ways);
  const bars = ways.map((count, i) => {
    const bar = make("li", {}, make("i"), make("b", {}, String(i)));
    bar.style.setProperty("--share", String(count / most));
    if (i === right) bar.setAttribute("aria-current", "true");
    return bar;
  });
  return [
    make("h2", { className: "score", tabIndex: -1 }, WHOSE.score(right, COUNT)),
    make(
      "figure",
      { className: "chance" },
      make("ul", { "aria-hidden": "true" }, ...bars),
      make("figcaption", { className: "note" }, WHOSE.chance(ways)),
    ),
  ];
}

/**
 * Show every face at every beta of the family.
 *
 * @param {Cast} cast
 * @param {Copy[][]} rows a row for each original
 */
export function showLoss({ ladder, originals }, rows) {
  const heads = [WHOSE.face, ...ladder.map(({ beta }) => `β = ${beta}`)];
  const body = originals.map((crop, i) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, canvasOf(crop, SPOKEN.original(i, -1)), make("small", {}, MARKS.original(i))),
      ...rows[i].map((copy, j) => cell(copy, i, ladder[j])),
    ),
  );
  const [low, high] = [ladder[0], ladder[ladder.length - 1]];
  const [much, little] = [meanNats(rows, 0), meanNats(rows, ladder.length - 1)];
  return [
    make("h2", {}, WHOSE.lost),
    make("p", { className: "lesson" }, WHOSE.lesson(low, much, high, little)),
    make(
      "table",
      { className: "lost" },
      make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, ...body),
    ),
  ];
}

/** @param {Copy} copy @param {number} original @param {Model} model */
function cell({ pixels, scores }, original, model) {
  return make("td", {}, canvasOf(pixels, SPOKEN.kept(original, model)), make("small", {}, WHOSE.nats(scores.kl ?? 0)));
}

/** @param {Copy[][]} rows @param {number} column */
const meanNats = (rows, column) => rows.reduce((sum, row) => sum + (row[column].scores.kl ?? 0), 0) / rows.length;
