// The losses of the four kinds of model: as text with every term in its colour, and in symbols on demand.

import { writeAddress } from "../address.js";
import { make } from "../dom.js";
import { spokenTitle } from "../models.js";
import { termButton } from "../parts/card.js";
import { LOSS_WORDS, PAYS, SYMBOLS } from "../words/models.js";
import { TERMS } from "../words/terms.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("./record.js").Objective} Objective
 * @typedef {"error" | "likelihood" | "information" | "overlap"} Term
 * @typedef {{term: Term, weight: string}} Part of a loss; weight "": 1
 */

/** @type {Record<string, Part[]>} */
export const LOSSES = {
  ae: [{ term: "error", weight: "" }],
  vae: [
    { term: "error", weight: "" },
    { term: "information", weight: "" },
  ],
  "beta-vae": [
    { term: "error", weight: "" },
    { term: "information", weight: "β" },
  ],
  "beta-tcvae": [
    { term: "error", weight: "" },
    { term: "information", weight: "" },
    { term: "overlap", weight: "(β − 1)" },
  ],
};

/** @type {Record<string, [Term, string][]>} */
const MATHS = {
  ae: [["error", "‖x − g(f(x))‖²"]],
  vae: [
    ["error", "E_{z∼q} ‖x − g(z)‖²"],
    ["information", "KL(q(z|x) ‖ p(z))"],
  ],
  "beta-vae": [
    ["error", "E_{z∼q} ‖x − g(z)‖²"],
    ["information", "β KL(q(z|x) ‖ p(z))"],
  ],
  "beta-tcvae": [
    ["error", "E_{z∼q} ‖x − g(z)‖²"],
    ["information", "KL(q(z|x) ‖ p(z))"],
    ["overlap", "(β − 1) KL(q(z) ‖ ∏_{j} q(z_{j}))"],
  ],
};

/** @returns {[string, string][]} */
const listSymbols = () => [
  ["x", TERMS.x[1]],
  ["z", TERMS.code[1]],
  ["f", TERMS.encoder[1]],
  ["g", TERMS.decoder[1]],
  ["q(z|x)", SYMBOLS.answer],
  ["E_{z∼q}", SYMBOLS.average],
  ["p(z)", TERMS.prior[1]],
  ["KL(q(z|x) ‖ p(z))", TERMS.information[1]],
  ["q(z), q(z_{j})", SYMBOLS.all],
  ["KL(q(z) ‖ ∏_{j} q(z_{j}))", TERMS.overlap[1]],
  ["β", TERMS.beta[1]],
];

/** @type {Record<Objective["distortion"], [Term, string]>} */
const DISTORTIONS = { squared_error: ["error", "‖x − x̂‖²"], bernoulli: ["likelihood", "−log p(x|z)"] };

/**
 * List the parts of a trained model's loss; terms of weight 0 are left out.
 *
 * @param {Objective} objective
 * @returns {Part[]}
 */
export function listParts({ distortion, weight, kl, tc }) {
  /** @type {[Term, number][]} */
  const terms = [
    [DISTORTIONS[distortion][0], weight],
    ["information", kl],
    ["overlap", tc],
  ];
  return terms
    .filter(([, factor]) => factor !== 0)
    .map(([term, factor]) => ({ term, weight: factor === 1 ? "" : String(factor) }));
}

/**
 * Write a loss on one line, for tables: "‖x − x̂‖² + 5 KL".
 *
 * @param {Objective} objective
 */
export function writeFormula(objective) {
  const symbols = {
    error: DISTORTIONS.squared_error[1],
    likelihood: DISTORTIONS.bernoulli[1],
    information: "KL",
    overlap: "TC",
  };
  return listParts(objective)
    .map(({ term, weight }) => `${weight} ${symbols[term]}`.trim())
    .join(" + ");
}

/**
 * Build a loss as text, each term in its colour.
 *
 * @param {Part[]} parts
 * @param {boolean} [cards] whether its words open their cards
 */
export function buildLoss(parts, cards = true) {
  const line = make("span", { className: "loss" });
  for (const [i, { term, weight }] of parts.entries()) {
    const word = cards && term in TERMS ? termButton(term, LOSS_WORDS[term]) : LOSS_WORDS[term];
    const part = make("span", { className: `pays ${term}` }, ...(weight ? [`${weight} × `] : []), word);
    line.append(...(i ? [make("span", { className: "plus" }, " + "), part] : [part]));
  }
  return line;
}

/**
 * Turn a formula into elements: single letters are variables, `_{...}` is an index.
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function typeset(text) {
  const pieces = text.split(/(_\{[^}]*\}|(?<![A-Za-z])[a-zβ](?![A-Za-z]))/);
  return pieces.filter(Boolean).map((piece) => {
    if (piece.startsWith("_{")) return make("sub", {}, ...typeset(piece.slice(2, -1)));
    return /^[a-zβ]$/.test(piece) ? make("i", {}, piece) : piece;
  });
}

/** @param {Page} page @param {Record<string, string>} recipes */
export function buildDefinitions(page, recipes) {
  const cards = Object.entries(recipes)
    .filter(([family]) => family in LOSSES)
    .map(([family, title]) => {
      const members = page.records.models.filter((model) => model.family === family);
      const loss = make("p", { className: "its-loss" }, make("b", {}, PAYS.loss), " ", buildLoss(LOSSES[family]));
      return make(
        "article",
        { className: `kind ${family}` },
        make("h2", {}, title),
        make("p", {}, TERMS[family][1]),
        loss,
        make("p", { className: "note" }, PAYS.notes[family]),
        ...buildLinks(page, members),
      );
    });
  return make("div", { className: "kinds" }, ...cards);
}

/**
 * Build a link to the opening tab. A click keeps the face that the page has by then.
 *
 * @param {Page} page
 * @param {Partial<import("../store.js").State>} state of the slider
 * @param {string} text
 * @param {string} spoken
 */
export function buildLink(page, state, text, spoken) {
  const change = { ...state, tab: /** @type {const} */ ("face") };
  const link = make("a", { href: writeAddress({ ...page.store.get(), ...change }), "aria-label": spoken }, text);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    page.store.set(change);
    scrollTo({ top: 0 });
  });
  return link;
}

/** @param {string} family @returns {family is import("../store.js").Family} */
const isFamily = (family) => family === "beta-vae" || family === "beta-tcvae";

/** Build links from a kind to its models on the opening tab. @param {Page} page @param {Model[]} members */
function buildLinks(page, members) {
  const stops = members.filter((model, i) => i === 0 || model.beta !== members[i - 1].beta); // seeds share a stop
  const links = stops.map((model) => {
    const change = { beta: model.beta, ...(isFamily(model.family) ? { family: model.family } : {}) };
    const text = model.beta === null ? model.title : `β = ${model.beta}`;
    return buildLink(page, change, text, PAYS.spoken(text, spokenTitle(model)));
  });
  return links.length ? [make("p", { className: "stops-here" }, make("span", {}, PAYS.open), ...links)] : [];
}

/** @param {Record<string, string>} recipes */
export function buildMaths(recipes) {
  const lines = Object.entries(MATHS).flatMap(([family, terms]) => {
    const formula = make("dd", { className: "maths" });
    for (const [i, [term, text]] of terms.entries())
      formula.append(...(i ? [" + "] : []), make("span", { className: `pays ${term}` }, ...typeset(text)));
    return [make("dt", {}, recipes[family]), formula];
  });
  const legend = listSymbols().map(([symbol, meaning]) =>
    make("div", {}, make("dt", { className: "maths" }, ...typeset(symbol)), make("dd", {}, meaning)),
  );
  return make(
    "details",
    { className: "fold" },
    make("summary", {}, SYMBOLS.title),
    make("dl", { className: "formulas" }, ...lines),
    make("p", { className: "note" }, SYMBOLS.about),
    make("dl", { className: "legend-of-symbols" }, ...legend),
  );
}
