// Networks of every beta: loss, curve beside models of one beta each, and what one takes along.

import { roundBetas } from "../dial/scale.js";
import { make } from "../dom.js";
import { saveText, toCsv } from "../download.js";
import { createButton } from "../parts/controls.js";
import { createCopyBlock } from "../parts/copy_block.js";
import { ABOUT_DIAL } from "../words/dial.js";
import { describeShared, LOAD } from "../words/origins.js";
import { FAMILIES, number } from "../words/page.js";
import { buildDialChart } from "./dial_chart.js";
import { buildLink, buildLoss, LOSSES } from "./losses.js";
import { describeOrigin } from "./origins.js";
import { splitFacts } from "./record.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Dial} Dial
 * @typedef {import("./record.js").About} About
 * @typedef {import("./record.js").DialDescription} DialDescription
 * @typedef {{beta: number, squared_error: number | null, kl: number | null, active_units: number | null}} Scores
 */

const DIGITS = { squared_error: 1, kl: 1, active_units: 0 };

/**
 * List a curve's scores at each of its betas.
 *
 * @param {NonNullable<DialDescription["curve"]>} curve
 * @returns {Scores[]}
 */
const listCurve = ({ beta, squared_error, kl, active_units }) =>
  beta.map((one, i) => ({ beta: one, squared_error: squared_error[i], kl: kl[i], active_units: active_units[i] }));

/**
 * Find the models of one beta each that a network is compared with: those of its family, and the VAE; seeds of a beta
 * are one.
 *
 * @param {import("../models.js").Model[]} models
 * @param {About} about
 * @param {string} base
 * @returns {Map<number, Scores & {family: string}>} by beta
 */
export function findSeparate(models, about, base) {
  const members = models.filter(({ family, beta }) => beta !== null && [base, "vae"].includes(family)).reverse();
  return new Map(
    members.map(({ name, family, beta }) => {
      const { scores, inUse } = about.models[name];
      const { squared_error = null, kl = null } = scores;
      return [Number(beta), { beta: Number(beta), family, squared_error, kl, active_units: inUse }];
    }),
  );
}

/** @param {Page} page @param {About} about */
export function buildDials(page, about) {
  return page.records.dials.map((dial) => buildDial(page, about, dial));
}

/** @param {Page} page @param {About} about @param {Dial} dial */
function buildDial(page, about, dial) {
  const description = about.dials?.[dial.name];
  if (!description) return make("div");
  const { base, curve } = description;
  const separate = findSeparate(page.records.models, about, base);
  const scores = curve ? listCurve(curve) : [];
  const round = scores.filter(({ beta }) => roundBetas(dial.highest).includes(beta));
  return make(
    "div",
    { className: "one-network" },
    make("div", {}, ...buildWords(page, dial, description, round, separate)),
    ...(curve ? [buildFigure(scores, round, separate, base)] : []),
    ...(curve ? [buildTable(round, separate, curve, dial.name)] : []),
    buildTake(description, dial.name, about),
  );
}

/**
 * @param {Page} page
 * @param {Dial} dial
 * @param {DialDescription} description
 * @param {Scores[]} round
 * @param {Map<number, Scores>} separate
 */
function buildWords(page, { name, title, highest, latents }, { base }, round, separate) {
  const both = round.findLast(({ beta }) => separate.has(beta));
  const [mine, theirs] = [both?.active_units, both && separate.get(both.beta)?.active_units];
  const links = roundBetas(highest).map((beta) => {
    const text = `β = ${beta}`;
    return buildLink(page, { family: name, beta }, text, ABOUT_DIAL.opens(text, title));
  });
  return [
    make("p", {}, ABOUT_DIAL.about(highest)),
    make("p", { className: "its-loss" }, make("b", {}, ABOUT_DIAL.loss), " ", buildLoss(LOSSES[base])),
    make("p", { className: "note" }, base === "beta-tcvae" ? ABOUT_DIAL.noteOfSteps : ABOUT_DIAL.note),
    ...(both && mine && theirs && mine > theirs
      ? [make("p", {}, ABOUT_DIAL.together(mine, latents, both.beta, theirs))]
      : []),
    make("p", { className: "stops-here" }, make("span", {}, ABOUT_DIAL.open), ...links),
  ];
}

/** @param {Scores[]} scores @param {Scores[]} round @param {Map<number, Scores & {family: string}>} separate @param {string} base */
function buildFigure(scores, round, separate, base) {
  const point = (/** @type {Scores} */ { beta, kl, squared_error }, family = "dial") =>
    kl === null || squared_error === null ? [] : [{ beta, nats: kl, error: squared_error, family }];
  const curve = scores.flatMap((one) => point(one));
  const models = [...separate.values()].flatMap((one) => point(one, one.family));
  const { name } = FAMILIES[/** @type {keyof typeof FAMILIES} */ (base)];
  return make(
    "figure",
    { className: "trade" },
    make("figcaption", {}, ABOUT_DIAL.chart(name)),
    buildDialChart(
      curve,
      models,
      round.map(({ beta }) => beta),
    ),
  );
}

/** @param {Scores[]} round @param {Map<number, Scores>} separate @param {NonNullable<DialDescription["curve"]>} curve @param {string} name */
function buildTable(round, separate, curve, name) {
  const keys = /** @type {(keyof typeof DIGITS)[]} */ (Object.keys(DIGITS));
  const cell = (/** @type {number | null | undefined} */ value, /** @type {number} */ digits) =>
    make("td", {}, value === null || value === undefined ? ABOUT_DIAL.missing : number(value, digits));
  const column = (/** @type {string} */ text, colSpan = 1) => make("th", { scope: "col", colSpan }, text);
  const rows = round.map((one) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, String(one.beta)),
      ...keys.flatMap((key) => [cell(one[key], DIGITS[key]), cell(separate.get(one.beta)?.[key], DIGITS[key])]),
    ),
  );
  const head = make("tr", {}, column(ABOUT_DIAL.beta), ...keys.map((key) => column(ABOUT_DIAL.columns[key], 2)));
  const kinds = make(
    "tr",
    {},
    make("td"),
    ...keys.flatMap(() => [column(ABOUT_DIAL.one), column(ABOUT_DIAL.separate)]),
  );
  const table = make("table", {}, make("thead", {}, head, kinds), make("tbody", {}, ...rows));
  const save = () => saveText(writeCurve(curve), "text/csv", `vae-faces-curve-${name}.csv`);
  return make(
    "div",
    { className: "curve-table" },
    make("div", { className: "scrolls", tabIndex: 0, role: "region", "aria-label": ABOUT_DIAL.table }, table),
    make(
      "div",
      { className: "below-table" },
      make("p", { className: "note" }, ABOUT_DIAL.rows(curve.beta.length)),
      createButton(ABOUT_DIAL.csv, save),
    ),
  );
}

/** Write a curve as CSV, numbers as they are recorded. @param {Record<string, (number | null)[]>} curve */
export function writeCurve(curve) {
  const columns = Object.values(curve);
  return toCsv([Object.keys(curve), ...columns[0].map((_, i) => columns.map((values) => values[i]))]);
}

/** Say what of a network's training is not the same for all models. @param {import("./record.js").Facts} facts @param {About} about */
export function describeOwn(facts, about) {
  const { shared } = splitFacts([facts, ...Object.values(about.models).map((model) => model.facts)]);
  const own = Object.fromEntries(Object.entries(facts).filter(([name]) => !(name in shared)));
  return `${describeShared(own)} ${shared.steps && shared.data ? ABOUT_DIAL.rest : ""}`.trim();
}

/** @param {DialDescription} description @param {string} name @param {About} about */
function buildTake({ load, origin, facts }, name, about) {
  const { button, block, set } = createCopyBlock(LOAD.copy, ABOUT_DIAL.load);
  set(load);
  const from = make("p", { className: "note" }, `${ABOUT_DIAL.from} `, ...describeOrigin(origin, name, false), ".");
  return make(
    "div",
    {},
    make("p", {}, describeOwn(facts, about)),
    make("div", { className: "block-head" }, from, button),
    block,
  );
}
