// Where each model came from: its loss, its source, what else differs, and what could not be loaded.

import { make } from "../dom.js";
import { count } from "../parts/facts.js";
import { DOWNLOAD } from "../words/face.js";
import { SCORES } from "../words/models.js";
import { describeShared, ORIGINS, SHARED } from "../words/origins.js";
import { buildLoss, listParts } from "./losses.js";
import { splitFacts } from "./record.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("./record.js").About} About
 * @typedef {import("./record.js").Origin} Origin
 * @typedef {import("./record.js").Fact} Fact
 */

const HUB = "https://huggingface.co";

/** @param {Model[]} models @param {About} about */
export function buildOrigins(models, about) {
  const facts = models.map(({ name }) => about.models[name].facts);
  const differing = splitFacts(facts).differing.filter((fact) => ORIGINS.facts[fact]);
  const head = [SCORES.model, ORIGINS.loss, ORIGINS.from, ...differing.map((fact) => ORIGINS.facts[fact] ?? "")];
  const places = new Set(models.map(({ name }) => about.models[name].origin.where));
  const rows = models.map(({ name, title, family }, i) => {
    const { objective, origin } = about.models[name];
    const values = differing.map((fact) => make("td", { className: "value" }, writeFact(facts[i][fact])));
    return make(
      "tr",
      { className: family },
      make("th", { scope: "row" }, title),
      make("td", {}, buildLoss(listParts(objective), false)),
      make("td", {}, ...describeOrigin(origin, name, places.size > 1)),
      ...values,
    );
  });
  const table = make(
    "table",
    { className: "origins-table" },
    make("thead", {}, make("tr", {}, ...head.map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, ...rows),
  );
  const all = places.size === 1 ? [make("p", { className: "note" }, ORIGINS.all([...places][0]))] : [];
  return make(
    "div",
    {},
    ...all,
    make("div", { className: "scrolls", tabIndex: 0, role: "region", "aria-label": ORIGINS.table }, table),
    ...listFailures(about, models),
  );
}

/** @param {string | number | null} value */
const writeFact = (value) => (value === null ? SCORES.missing : typeof value === "number" ? count(value) : value);

/** @param {Origin} origin @param {string} folder @param {boolean} named whether the kind of source is said too */
export function describeOrigin({ source, where, repository, commit }, folder, named) {
  const text = named ? `${where[0].toUpperCase()}${where.slice(1)}: ` : "";
  if (!repository) return [text, make("code", {}, source === "bundled" ? `assets/weights/${folder}` : folder)];
  const link = make("a", { href: commit ? `${HUB}/${repository}/tree/${commit}` : `${HUB}/${repository}` }, repository);
  return [text, link, ...(commit ? [" ", make("span", { title: commit }, ORIGINS.at(commit))] : [])];
}

/** @param {About} about @param {Model[]} models */
function listFailures({ failures }, models) {
  if (!failures.length) return [];
  const present = new Set(models.map(({ name }) => name));
  const allHere = failures.every(({ names }) => names.every((name) => present.has(name)));
  const lines = failures.map((failure) => make("li", {}, ORIGINS.failure(failure)));
  return [
    make(
      "div",
      { className: "problem" },
      make("p", {}, allHere ? ORIGINS.allHere : ORIGINS.someFailed),
      make("ul", {}, ...lines),
    ),
  ];
}

/** @param {Model[]} models @param {About} about */
export function buildShared(models, about) {
  const all = models.map(({ name }) => about.models[name].facts);
  const { shared, differing } = splitFacts(all);
  const sameScale = !differing.includes("weight") && !differing.includes("distortion");
  const ending = sameScale ? (about.onlyLossDiffers ? SHARED.onlyLoss : "") : SHARED.scales;
  const note = shared.values ? [make("p", { className: "note" }, DOWNLOAD.scale(Number(shared.values)))] : [];
  return make("div", {}, make("p", {}, `${describeShared(shared)} ${ending}`), ...note);
}
