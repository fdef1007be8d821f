// Networks of every beta in Explore and Morph: their models, the codes of the page's face, and the slider for beta.

import { make } from "../dom.js";
import { loadStyle } from "../parts/style.js";
import { DIALS } from "../words/dial.js";
import { BetaSlider } from "./beta_slider.js";
import { DialCodes } from "./codes.js";
import { dialModels, isDialModel } from "./model.js";
import { within } from "./scale.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("./model.js").DialModel} DialModel
 * @typedef {import("../parts/row.js").Row} Row
 */

export class DialPanel {
  /** @type {DialModel[]} */
  models;
  /** @type {HTMLElement} */
  root = make("div", { hidden: true });
  /** @type {DialModel | null} */
  #shown = null;

  /** @param {Page} page @param {(model: DialModel) => void} [touch] when the visitor takes hold of the slider */
  constructor(page, touch = () => {}) {
    this.page = page;
    this.models = dialModels(page);
    this.codes = new DialCodes(page);
    if (!this.models.length) return;
    this.slider = new BetaSlider(page.store, () => this.#shown && touch(this.#shown));
    this.root = this.slider.root;
  }

  /** Show the slider with a network of every beta, and ask it for the face's code; hide it with any other. @param {Model} model @param {Row} row */
  choose(model, row) {
    this.#shown = isDialModel(model) ? model : null;
    this.slider?.show(this.#shown);
    if (this.#shown) this.codes.open(this.#shown.name);
    this.codes.follow();
    this.note(row);
  }

  /** Write under each network's cell its beta, or before it is opened its range. @param {Row} row */
  note(row) {
    const { beta } = this.page.store.get();
    for (const { name, highest } of this.models)
      row.note(name, this.codes.isOpen(name) ? DIALS.value(within(beta, highest)) : DIALS.range(highest));
  }

  /** List the names of the networks that were opened. */
  get opened() {
    return this.models.map(({ name }) => name).filter((name) => this.codes.isOpen(name));
  }
}

/** Fetch the style sheet of the slider, where there is a network for it. @param {Page} page */
export async function loadDialStyle(page) {
  if (page.records.dials?.length) await loadStyle("dial/dial.css");
}
