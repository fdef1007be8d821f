// Sample: the same random numbers in every model, side by side (report, Fig. 2).

import { make, roveFocus, setText } from "../dom.js";
import { drawSheet, saveJson, savePicture } from "../download.js";
import { canvasOf, cropAt } from "../facebar/picture.js";
import { groupByFamily, shortTitle, spokenTitle } from "../models.js";
import { termButton } from "../parts/card.js";
import { choose, createButton, createMenu, createSwitch } from "../parts/controls.js";
import { createSlider } from "../parts/slider.js";
import { drawCodes, fittedOf, sampledId } from "../sampling.js";
import { BRACKETS } from "../words/page.js";
import { hintOf, SAMPLE } from "../words/sample.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../sampling.js").Source} Source
 */

const [MOST, LARGEST_SEED] = [36, 99999];

class SampleTab {
  #job = 0;
  /** @type {Map<string, {codes: Float32Array, pixels: Uint8ClampedArray}>} */
  #drawn = new Map();
  /** @type {Map<string, {list: HTMLElement, hint: HTMLElement}>} */
  #columns = new Map();

  /** @param {HTMLElement} root @param {Page} page */
  constructor(root, page) {
    this.page = page;
    this.models = page.records.models;
    root.append(this.#head(), this.#controls(), this.#grid());
    page.store.listen(() => this.draw(), ["seed", "source", "temperature", "count"]);
    page.faces.addEventListener("face", () => this.#mark());
  }

  #head() {
    const sizes = new Set(this.models.map(({ latents }) => latents));
    return make(
      "div",
      { className: "head" },
      make("h1", {}, SAMPLE.title),
      make("p", { className: "note" }, `${SAMPLE.about} ${sizes.size > 1 ? SAMPLE.sizes : ""}`),
    );
  }

  #controls() {
    const fresh = make("button", { type: "button", className: "primary" }, SAMPLE.button);
    fresh.addEventListener("click", () => this.page.store.set({ seed: Math.floor(Math.random() * LARGEST_SEED) }));
    /** @type {[Source, string][]} */
    const sources = [
      ["standard", SAMPLE.standard],
      ["fitted", SAMPLE.fitted],
    ];
    const { store } = this.page;
    const source = createSwitch(SAMPLE.source, "source", sources, this.state.source, (value) =>
      store.set({ source: value }),
    );
    const where = make(
      "div",
      { className: "field" },
      make("p", { className: "slider-name" }, SAMPLE.source, " ", termButton("prior", "?")),
      source,
    );
    const temperature = createSlider({
      ...SAMPLE.temperature,
      min: 0.3,
      max: 2,
      step: 0.05,
      value: this.state.temperature,
      home: () => 1,
      input: (value) => store.set({ temperature: value }),
    });
    store.listen(
      (state) => {
        choose(source, state.source);
        temperature.set(state.temperature);
      },
      ["source", "temperature"],
    );
    return make("div", { className: "controls" }, fresh, where, temperature.root, this.#more());
  }

  /** Return what the visitor has chosen. */
  get state() {
    return this.page.store.get();
  }

  /** @param {"seed" | "count"} key @param {number} least @param {number} most */
  #numberField(key, least, most) {
    const { store } = this.page;
    const field = make("input", { type: "number", min: String(least), max: String(most), step: "1" });
    const show = () => {
      field.value = String(this.state[key]);
    };
    field.addEventListener("change", () => {
      if (field.validity.valid && field.value !== "") store.set({ [key]: field.valueAsNumber });
    });
    store.listen(show, [key]);
    show();
    return field;
  }

  #more() {
    const seed = this.#numberField("seed", 0, 2 ** 32 - 1);
    const count = this.#numberField("count", 1, MOST);
    return createMenu(
      SAMPLE.more,
      make("label", { className: "field" }, SAMPLE.seed, seed),
      make("label", { className: "field" }, SAMPLE.count, count),
      createButton(SAMPLE.pictures, () => this.#savePictures()),
      createButton(SAMPLE.codes, () => this.#saveCodes()),
    );
  }

  #grid() {
    const groups = groupByFamily(this.models).map(({ family, models }) => {
      const columns = models.map((model) => this.#column(model));
      const group = make(
        "div",
        { className: `group ${family}` },
        make("span", { className: "bracket" }, BRACKETS[family] ?? family),
        ...columns,
      );
      group.style.setProperty("--n", String(models.length));
      return group;
    });
    const grid = make("div", { className: "row samples" }, ...groups);
    grid.style.setProperty("--cells", String(this.models.length));
    return grid;
  }

  /** @param {Model} model */
  #column(model) {
    const list = make("div", { className: "column-faces", role: "group", "aria-label": spokenTitle(model) });
    const hint = make("p", { className: "note" });
    this.#columns.set(model.name, { list, hint });
    roveFocus(list, "button");
    return make("section", { className: "cell" }, make("h2", {}, shortTitle(model)), list, hint);
  }

  /** Draw every column anew; a newer call ends an older one. */
  async draw() {
    const job = ++this.#job;
    await Promise.all(this.models.map((model) => this.#drawColumn(model, job)));
  }

  /** @param {Model} model @param {number} job */
  async #drawColumn(model, job) {
    const column = this.#columns.get(model.name);
    if (!column) return;
    column.list.setAttribute("aria-busy", "true");
    try {
      const { seed, source, temperature, count } = this.state;
      const fitted = source === "fitted" ? await fittedOf(model.name) : null;
      const codes = drawCodes(seed, count, model.latents, temperature, fitted);
      const pixels = await this.page.engine.decode(model.name, codes, { key: `sample ${model.name}` });
      if (job !== this.#job) return;
      this.#drawn.set(model.name, { codes, pixels });
      this.#show(model, pixels, column.list);
      setText(column.hint, hintOf(model, source));
    } catch (error) {
      if (/** @type {Error} */ (error).name === "AbortError" || job !== this.#job) return;
      setText(column.hint, /** @type {Error} */ (error).message);
    }
    if (job === this.#job) column.list.removeAttribute("aria-busy");
  }

  /** @param {Model} model @param {Uint8ClampedArray} pixels @param {HTMLElement} list */
  #show(model, pixels, list) {
    const faces = Array.from({ length: this.state.count }, (_, row) => {
      const crop = cropAt(pixels, row);
      const button = make(
        "button",
        { type: "button" },
        canvasOf(crop, SAMPLE.face(spokenTitle(model), row + 1, this.state.count)),
      );
      button.dataset.face = this.#idOf(model, row);
      button.addEventListener("click", () => this.#choose(model, row, crop));
      return button;
    });
    list.replaceChildren(...faces);
    this.#mark();
  }

  /** @param {Model} model @param {number} row */
  #idOf(model, row) {
    const { seed, source, temperature } = this.state;
    const id = sampledId(model.name, seed, row, source);
    return temperature === 1 ? id : `${id}:${temperature}`;
  }

  /** @param {Model} model @param {number} row @param {Uint8ClampedArray} crop */
  async #choose(model, row, crop) {
    const words = {
      name: SAMPLE.face(model.title, row + 1, this.state.count),
      note: SAMPLE.chosen(model.title, row + 1),
    };
    const id = this.#idOf(model, row);
    if (model.channels !== 3 || this.page.faces.current?.id === id) return;
    const taken = this.page.faces.take(id, words, crop);
    this.page.store.set({ face: id });
    await taken;
  }

  /** Mark the face of the page where it was picked. */
  #mark() {
    const id = this.page.faces.current?.id;
    for (const { list } of this.#columns.values()) {
      for (const button of list.querySelectorAll("button"))
        button.setAttribute("aria-pressed", String(button.dataset.face === id));
    }
  }

  #savePictures() {
    const { seed } = this.page.store.get();
    const lines = this.models.flatMap(({ name, title }) => {
      const drawn = this.#drawn.get(name);
      return drawn
        ? [{ title, crops: Array.from({ length: this.state.count }, (_, row) => cropAt(drawn.pixels, row)) }]
        : [];
    });
    savePicture(drawSheet(SAMPLE.sheet(seed), lines), "vae-faces-samples.png");
  }

  #saveCodes() {
    const { seed, source, temperature, count } = this.state;
    const codes = Object.fromEntries(
      [...this.#drawn].map(([name, drawn]) => {
        const size = drawn.codes.length / count;
        return [name, Array.from({ length: count }, (_, row) => [...drawn.codes.slice(row * size, (row + 1) * size)])];
      }),
    );
    saveJson({ seed, count, prior: source, temperature, codes }, "vae-faces-codes.json");
  }
}

/** @param {HTMLElement} root @param {Page} page */
export async function build(root, page) {
  const tab = new SampleTab(root, page);
  tab.draw();
  return {};
}
