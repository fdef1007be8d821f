// What one takes along: code that loads a model, and the works to cite.

import { make } from "../dom.js";
import { createCopyBlock } from "../parts/copy_block.js";
import { CITE, LOAD } from "../words/origins.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("./record.js").About} About
 * @typedef {import("./record.js").Origin} Origin
 */

/** @param {Origin} origin */
function explain({ repository, source }) {
  if (repository) return LOAD.hub;
  return source === "bundled" ? LOAD.project : LOAD.folder;
}

/** @param {Model[]} models @param {About} about */
export function buildLoad(models, about) {
  const { button, block, set } = createCopyBlock(LOAD.copy, LOAD.block);
  const menu = make(
    "select",
    { id: "load-model", className: "choice" },
    ...models.map(({ name, title }) => make("option", { value: name }, title)),
  );
  const from = make("p", { className: "note", "aria-live": "polite" });
  const show = () => {
    const { load, origin } = about.models[menu.value];
    set(load);
    from.textContent = explain(origin);
  };
  menu.addEventListener("change", show);
  if (models.length) show();
  return make(
    "div",
    {},
    make(
      "div",
      { className: "block-head" },
      make("p", { className: "choose" }, make("label", { for: "load-model" }, LOAD.menu), menu),
      button,
    ),
    from,
    block,
  );
}

/** @param {About} about */
export function buildCite({ works, bibtex }) {
  const { button, block, set } = createCopyBlock(CITE.copy, CITE.block);
  set(bibtex);
  const list = works.map(({ title, authors, year, address }) =>
    make("li", {}, `${authors}${year ? ` ${year}` : ""}: `, make("a", { href: address }, title)),
  );
  return make(
    "div",
    {},
    make("div", { className: "block-head" }, make("p", { className: "note" }, CITE.about), button),
    block,
    make("ul", { className: "works" }, ...list),
  );
}
