// Morph: from the page's face to a second one, through every model's codes.

import { isInAddress } from "../address.js";
import { DecodeLoop } from "../decode_loop.js";
import { closeCells, createDecode, forRow, isDialModel } from "../dial/model.js";
import { DialPanel, loadDialStyle } from "../dial/panel.js";
import { make, setText } from "../dom.js";
import { canvasOf, newCanvas, paint } from "../facebar/picture.js";
import { shortTitle, spokenTitle } from "../models.js";
import { Curve } from "../morph/curve.js";
import { createDownloads } from "../morph/files.js";
import { Player } from "../morph/player.js";
import { SecondFace } from "../morph/second_face.js";
import { Way } from "../morph/way.js";
import { choose, createButton, createSwitch } from "../parts/controls.js";
import { Row } from "../parts/row.js";
import { createSlider } from "../parts/slider.js";
import { ERRORS } from "../words/face.js";
import { MORPH } from "../words/morph.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 */

class MorphTab {
  #large = newCanvas(512);
  #first = canvasOf(null, MORPH.first, 160);
  #said = make("p", { className: "note", role: "status" });
  curve = new Curve();

  /** @param {HTMLElement} root @param {Page} page */
  constructor(root, page) {
    this.page = page;
    this.dial = new DialPanel(page);
    this.models = [...page.faces.models, ...this.dial.models];
    this.decode = createDecode(page, this.models);
    this.t = page.store.get().at;
    this.second = new SecondFace(
      page,
      () => this.refresh(),
      (sentence) => setText(this.#said, sentence),
    );
    this.way = new Way(page, this.models, this.second, this.dial);
    this.loop = this.#createLoop();
    this.slider = this.#createSlider();
    const move = (/** @type {number} */ t) => {
      this.slider.set(t);
      this.#move(t);
    };
    const rest = () => page.store.set({ at: Number(this.t.toFixed(3)) }); // not in every frame
    this.player = new Player(() => this.t, move, rest);
    const row = make("div", { className: "row explore-row", role: "group", "aria-label": MORPH.all });
    const pick = (/** @type {Model} */ { name }) =>
      name === this.chosen.name ? this.#choose() : page.store.set({ model: name }); // one that has failed is tried again
    this.row = new Row(row, forRow(this.models), pick, { original: false });
    closeCells(row);
    this.#large.setAttribute("role", "img");
    root.append(
      make("div", { className: "head" }, make("h1", {}, MORPH.title), make("p", { className: "note" }, MORPH.about)),
      this.#stage(),
      row,
      make("p", { className: "note" }, MORPH.note(this.chosen.latents)),
    );
    page.faces.addEventListener("done", () => this.#isShown && this.refresh());
    this.#listen();
    this.#choose();
  }

  #listen() {
    const { store } = this.page;
    store.listen(() => this.#isShown && this.#choose(), ["model"]);
    store.listen(() => this.#isShown && this.#turn(), ["beta"]);
    this.dial.codes.addEventListener("code", () => this.refresh());
    this.dial.codes.addEventListener("failed", (event) => this.#fail(/** @type {CustomEvent} */ (event).detail));
    store.listen(
      ({ path }) => {
        if (this.path) choose(this.path, path);
        this.refresh();
      },
      ["path"],
    );
    store.listen(
      ({ at }) => {
        if (at === this.t) return;
        this.slider.set(at);
        this.#move(at);
      },
      ["at"],
    );
  }

  get #isShown() {
    return this.page.store.get().tab === "morph";
  }

  /** Return the model of the large picture. @returns {Model} */
  get chosen() {
    const { model } = this.page.store.get();
    return this.models.find(({ name }) => name === model) ?? this.models[0];
  }

  #createLoop() {
    return new DecodeLoop({
      decode: this.decode,
      codeOf: (name) => this.way.at(name, this.t),
      chosen: () => this.chosen.name,
      done: (name, crop) => {
        this.row.paint(name, crop);
        if (name === this.chosen.name) paint(this.#large, crop);
      },
      failed: (_, { message }) => setText(this.#said, message),
    });
  }

  #stage() {
    const first = make("figure", {}, this.#first, make("figcaption", {}, MORPH.first));
    const second = make("figure", {}, this.second.canvas, make("figcaption", {}, MORPH.second));
    const ends = make(
      "div",
      { className: "ends" },
      first,
      make("div", { className: "picture large" }, this.#large),
      second,
    );
    const chooser = make("p", { className: "slider-name" }, MORPH.choose);
    return make(
      "div",
      { className: "morph" },
      ends,
      make(
        "div",
        { className: "morph-side" },
        this.slider.root,
        this.dial.root,
        this.#controls(),
        make("div", { className: "second" }, chooser, this.second.build(), this.#said),
        this.curve.root,
        this.curve.said,
      ),
    );
  }

  #createSlider() {
    return createSlider({
      name: MORPH.name,
      low: MORPH.low,
      high: MORPH.high,
      min: 0,
      max: 1,
      step: 0.005,
      value: this.t,
      home: () => 0.5,
      input: (value) => {
        this.player.pause();
        this.#move(value);
        this.page.store.set({ at: value });
      },
    });
  }

  #controls() {
    /** @type {[import("../store.js").State["path"], string][]} */
    const paths = [
      ["straight", MORPH.straight],
      ["arc", MORPH.arc],
    ];
    const { store } = this.page;
    this.path = createSwitch(MORPH.path, "path", paths, store.get().path, (path) => store.set({ path }));
    return make(
      "div",
      { className: "buttons" },
      this.player.button,
      this.path,
      createButton(MORPH.swap, () => this.#swap()),
      ...createDownloads(this.way, this.decode, (sentence) => setText(this.#said, sentence)),
    );
  }

  #choose() {
    this.dial.choose(this.chosen, this.row);
    this.row.mark(new Map([[this.chosen.name, 1]]));
    this.refresh();
  }

  /** Follow the slider for beta: the same codes, at another price. */
  #turn() {
    this.dial.note(this.row);
    this.loop.refresh(this.dial.opened);
    this.#name();
  }

  /** @param {{name: string, error: Error}} failure */
  #fail({ name, error }) {
    this.row.fail(name, ERRORS.notLoadedShort);
    setText(this.#said, error.message);
  }

  #name() {
    const percent = Math.round(100 * this.t);
    this.#large.setAttribute("aria-label", MORPH.spoken(percent, spokenTitle(this.chosen)));
  }

  /** @param {number} t */
  #move(t) {
    this.t = t;
    this.loop.refresh(this.models.map(({ name }) => name));
    this.#name();
    this.curve.move(t);
  }

  refresh() {
    if (!this.#isShown) return; // show() does it
    const face = this.page.faces.current;
    if (face) paint(this.#first, face.crop);
    this.dial.codes.follow();
    for (const name of this.dial.opened) this.second.add(name);
    const { chosen } = this;
    this.curve.follow((t) => this.way.at(chosen.name, t), isDialModel(chosen) ? chosen.dial : shortTitle(chosen));
    this.#move(this.t);
  }

  async #swap() {
    const face = this.page.faces.current;
    const { id, crop, codes } = this.second;
    if (!face || !crop || !Object.keys(codes).length) return;
    const name = isInAddress(id) ? id : "second";
    this.second.set(face.id, face.crop, this.way.first);
    const taken = this.page.faces.take(name, { name: MORPH.second, note: "" }, crop, this.chosen.name);
    this.page.store.set({ face: name });
    await taken;
  }

  show() {
    if (!this.second.crop && this.page.faces.current) this.second.begin();
    this.#choose();
  }

  hide() {
    this.player.pause();
  }
}

/** @param {HTMLElement} root @param {Page} page */
export async function build(root, page) {
  if (!page.faces.models.length) {
    root.append(make("p", { className: "problem" }, ERRORS.drawings));
    return {};
  }
  await loadDialStyle(page);
  const tab = new MorphTab(root, page);
  return { show: () => tab.show(), hide: () => tab.hide() };
}
