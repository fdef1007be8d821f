// Compare: one feature in every model, the number that shows it best from low to high (report, Fig. 1).

import { make, roveFocus, setText } from "../dom.js";
import { drawSheet, savePicture } from "../download.js";
import { cropAt } from "../facebar/picture.js";
import { record, spokenTitle } from "../models.js";
import { termButton } from "../parts/card.js";
import { createButton } from "../parts/controls.js";
import { codesAlong, labelledStrip, paintStrip, STEPS } from "../parts/strip.js";
import { COMPARE } from "../words/compare.js";
import { ERRORS } from "../words/face.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../models.js").Feature} Feature
 * @typedef {import("../explore/codes.js").ModelRecord} ModelRecord
 */

const WEAK = 0.65; // score of a single number below which its row is grey

class CompareTab {
  #job = 0;
  #focus = -1; // row that is shown alone while presenting; -1: all
  /** @type {Map<string, {root: HTMLElement, canvas: HTMLCanvasElement, said: HTMLElement}>} */
  #rows = new Map();
  /** @type {Map<string, Uint8ClampedArray>} */
  #pixels = new Map();

  /** @param {HTMLElement} root @param {Page} page @param {Record<string, ModelRecord>} records */
  constructor(root, page, records) {
    this.root = root;
    this.page = page;
    this.records = records;
    this.models = page.faces.models.filter(({ name }) => Object.keys(records[name]?.single ?? {}).length);
    this.features = page.records.features.filter(({ key }) =>
      this.models.some(({ name }) => records[name].single[key]),
    );
    this.chips = make("div", { className: "chips", role: "group", "aria-label": COMPARE.features });
    this.ends = make("p", { className: "slider-ends strip-ends", "aria-hidden": "true" }, make("span"), make("span"));
    root.append(
      this.#head(),
      this.#controls(),
      this.ends,
      make("div", { className: "comparison" }, ...this.models.map((model) => this.#row(model))),
    );
    this.#listen();
  }

  #head() {
    return make(
      "div",
      { className: "head" },
      make("h1", {}, COMPARE.title),
      make("p", { className: "note" }, COMPARE.about),
    );
  }

  #controls() {
    for (const { key, name } of this.features) {
      const chip = make("button", { type: "button", className: "plain chip" }, name);
      chip.dataset.feature = key;
      chip.addEventListener("click", () => this.page.store.set({ feature: key }));
      this.chips.append(chip);
    }
    roveFocus(this.chips, "button");
    const present = createButton(COMPARE.present, () =>
      document.querySelector("#present")?.dispatchEvent(new MouseEvent("click")),
    );
    const picture = createButton(COMPARE.save, () => this.#save());
    return make(
      "div",
      { className: "controls compare-controls" },
      this.chips,
      make("div", { className: "buttons" }, present, picture),
    );
  }

  /** @param {Model} model */
  #row(model) {
    const { root, canvas, said } = labelledStrip(model.title, "");
    root.classList.add(model.family);
    this.#rows.set(model.name, { root, canvas, said });
    return root;
  }

  #listen() {
    const { store, faces } = this.page;
    store.listen(() => this.draw(), ["feature"]);
    faces.addEventListener("copy", () => this.draw());
    faces.addEventListener("done", () => this.draw());
    addEventListener("keydown", (event) => this.#key(event));
    document.documentElement.addEventListener(
      "theme",
      () => !document.documentElement.classList.contains("present") && this.#show(-1),
    );
  }

  /** Go from feature to feature and from model to model by arrow keys, while presenting. @param {KeyboardEvent} event */
  #key(event) {
    if (this.page.store.get().tab !== "compare" || !document.documentElement.classList.contains("present")) return;
    const feature = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const row = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (feature) {
      const at = this.features.findIndex(({ key }) => key === this.feature.key);
      this.page.store.set({ feature: this.features[(at + feature + this.features.length) % this.features.length].key });
    }
    if (row) this.#show(Math.max(-1, Math.min(this.models.length - 1, this.#focus + row)));
    if (feature || row) event.preventDefault();
  }

  /** @param {number} index of the row that is shown alone; -1: all */
  #show(index) {
    this.#focus = index;
    for (const [i, { name }] of this.models.entries())
      this.#rows.get(name)?.root.classList.toggle("aside", index >= 0 && i !== index);
  }

  /** Return the chosen feature. @returns {Feature} */
  get feature() {
    const { feature } = this.page.store.get();
    return this.features.find(({ key }) => key === feature) ?? this.features[0];
  }

  async draw() {
    if (this.page.store.get().tab !== "compare") return;
    const job = ++this.#job;
    const { key, low, high } = this.feature;
    for (const chip of this.chips.children)
      chip.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (chip).dataset.feature === key));
    setText(this.ends.children[0], low);
    setText(this.ends.children[1], high);
    await Promise.all(this.models.map((model) => this.#drawRow(model, job)));
  }

  /** @param {Model} model @param {number} job */
  async #drawRow(model, job) {
    const row = this.#rows.get(model.name);
    const single = this.records[model.name].single[this.feature.key];
    const copy = this.page.faces.current?.copies.get(model.name);
    if (!row || !copy) return;
    row.root.classList.toggle("weak", !single || single.auroc < WEAK);
    if (!single) return setText(row.said, COMPARE.none);
    const said = COMPARE.row(single.index, single.auroc);
    row.said.replaceChildren(single.auroc < WEAK ? `${COMPARE.weak} ` : "", termButton("probe", said));
    row.canvas.setAttribute(
      "aria-label",
      COMPARE.spoken(STEPS, spokenTitle(model), this.feature.low, this.feature.high),
    );
    try {
      const codes = codesAlong((share) => this.#codeAt(model, copy.code.mean, share));
      if (!codes) return undefined;
      const pixels = await this.page.engine.decode(model.name, codes, { key: `compare ${model.name}` });
      if (job !== this.#job) return undefined;
      this.#pixels.set(model.name, pixels);
      paintStrip(row.canvas, pixels);
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError") setText(row.said, /** @type {Error} */ (error).message);
    }
    return undefined;
  }

  /** @param {Model} model @param {Float32Array} mean @param {number} share */
  #codeAt(model, mean, share) {
    const { numbers, single } = this.records[model.name];
    const { index, rises } = single[this.feature.key];
    const range = numbers.find((one) => one.index === index);
    const code = mean.slice();
    if (range) code[index] = range.low + (range.high - range.low) * (rises ? share : 1 - share);
    return code;
  }

  #save() {
    const lines = this.models.flatMap(({ name, title }) => {
      const pixels = this.#pixels.get(name);
      return pixels ? [{ title, crops: Array.from({ length: STEPS }, (_, i) => cropAt(pixels, i)) }] : [];
    });
    savePicture(
      drawSheet(COMPARE.sheet(this.feature.name), lines),
      `vae-faces-${this.feature.key.replaceAll(" ", "-")}.png`,
    );
  }
}

/** @param {HTMLElement} root @param {Page} page */
export async function build(root, page) {
  if (!page.faces.models.length) {
    root.append(make("p", { className: "problem" }, ERRORS.drawings));
    return {};
  }
  const tab = new CompareTab(root, page, await record("explore.json"));
  if (!tab.features.length) {
    root.replaceChildren(make("p", { className: "problem" }, COMPARE.noFeatures));
    return {};
  }
  return { show: () => tab.draw() };
}
