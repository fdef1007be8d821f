// Models: what each kind pays, whom they serve worse, scores, origins, how to load and to cite them, limits and terms.

import { buildFilms } from "../about/films.js";
import { buildGroups } from "../about/groups.js";
import { buildDefinitions, buildMaths } from "../about/losses.js";
import { buildOrigins, buildShared } from "../about/origins.js";
import { buildScores } from "../about/scores.js";
import { buildCite, buildLoad } from "../about/take.js";
import { make } from "../dom.js";
import { record } from "../models.js";
import { loadStyle } from "../parts/style.js";
import { GROUPS, LIMITS, PAYS, SCORES, TERMS_OF_USE } from "../words/models.js";
import { CITE, FILM, LOAD, ORIGINS, SHARED } from "../words/origins.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../about/record.js").About} About
 */

/**
 * Build a part of the tab.
 *
 * @param {string} id
 * @param {string} title
 * @param {...Node} content
 */
function buildPart(id, title, ...content) {
  return make(
    "section",
    { id, className: "part", "aria-labelledby": `${id}-title` },
    make("h2", { id: `${id}-title`, tabIndex: -1 }, title),
    ...content,
  );
}

/** @param {About} about */
function buildLimits({ celeba }) {
  const items = (celeba ? LIMITS.celeba : LIMITS.other).map(([head, text]) =>
    make("li", {}, make("b", {}, head), ` ${text}`),
  );
  return make("ul", { className: "limits" }, ...items);
}

/** @param {About} about */
function buildTerms({ celeba }) {
  return make(
    "dl",
    { className: "terms-of-use" },
    make("dt", {}, TERMS_OF_USE.weights),
    make("dd", {}, celeba ? TERMS_OF_USE.celeba : TERMS_OF_USE.other),
    make("dt", {}, TERMS_OF_USE.code),
    make("dd", {}, TERMS_OF_USE.licence),
  );
}

/** @param {Page} page @param {About} about @param {HTMLElement[]} networks the part of those of every beta, if there are any */
function buildParts(page, about, networks) {
  const { models, dials = [] } = page.records;
  const filmed = [...models, ...dials].filter(({ film }) => film);
  return [
    make(
      "div",
      { className: "head" },
      make("h1", {}, PAYS.title),
      make("p", { className: "note" }, PAYS.about(Object.keys(about.recipes).length)),
    ),
    buildDefinitions(page, about.recipes),
    buildMaths(about.recipes),
    ...(about.groups ? [buildPart("groups", GROUPS.title, buildGroups(about.groups))] : []),
    buildPart("table", SCORES.title, buildScores(models, about)),
    ...networks,
    buildPart("origins", ORIGINS.title, buildOrigins(models, about)),
    ...(filmed.length
      ? [buildPart("films", FILM.title, make("p", { className: "note" }, FILM.about), buildFilms(filmed))]
      : []),
    make(
      "div",
      { className: "two" },
      make(
        "div",
        {},
        buildPart("same", models.length > 1 ? SHARED.title : SHARED.one, buildShared(models, about)),
        buildPart("load", LOAD.title, buildLoad(models, about)),
      ),
      buildPart("cite", CITE.title, buildCite(about)),
    ),
    make(
      "div",
      { className: "two limits-and-terms" },
      buildPart("limits", LIMITS.title, buildLimits(about)),
      buildPart("terms", TERMS_OF_USE.title, buildTerms(about)),
    ),
  ];
}

/** Build the part of the networks of every beta, where there are any. @param {Page} page @param {About} about */
async function buildNetworks(page, about) {
  if (!page.records.dials?.length) return [];
  const [{ buildDials }, { ABOUT_DIAL }] = await Promise.all([
    import("../about/dials.js"),
    import("../words/dial.js"),
    loadStyle("dial/dial.css"),
  ]);
  return [buildPart("one-network", ABOUT_DIAL.title, ...buildDials(page, about))];
}

/** @param {HTMLElement} root @param {Page} page */
export async function build(root, page) {
  /** @type {About} */
  const about = await record("about.json");
  root.append(...buildParts(page, about, await buildNetworks(page, about)));
  page.store.listen(() => jump(root, page), ["part"]);
  return { show: () => jump(root, page) };
}

/** Go to the part that the address names, once. @param {HTMLElement} root @param {Page} page */
async function jump(root, { store }) {
  await null; // first the frame scrolls to the top
  const { tab, part: name } = store.get();
  if (tab !== "models" || !name) return;
  store.set({ part: "" });
  const title = root.querySelector(`#${CSS.escape(name)}-title`);
  if (!(title instanceof HTMLElement)) return;
  title.focus({ preventScroll: true });
  title.parentElement?.scrollIntoView();
}
