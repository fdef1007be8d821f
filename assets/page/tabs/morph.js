// Morph: from the page's face to a second one, through every model's codes.

import { isInAddress } from "../address.js";
import { DecodeLoop } from "../decode_loop.js";
import { make, setText } from "../dom.js";
import { canvasOf, newCanvas, paint } from "../facebar/picture.js";
import { shortTitle, spokenTitle } from "../models.js";
import { Curve } from "../morph/curve.js";
import { decodeAlong, saveCodes, saveFilm, savePictures } from "../morph/files.js";
import { lengthOf, lerp, slerp } from "../morph/paths.js";
import { Player } from "../morph/player.js";
import { SecondFace } from "../morph/second_face.js";
import { choose, createButton, createSwitch } from "../parts/controls.js";
import { Row } from "../parts/row.js";
import { createSlider } from "../parts/slider.js";
import { ERRORS } from "../words/face.js";
import { MORPH } from "../words/morph.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 */

const STEPS = 41; // of the curve

class MorphTab {
  #large = newCanvas(512);
  #first = canvasOf(null, MORPH.first, 160);
  #said = make("p", { className: "note", role: "status" });
  #lengths = make("p", { className: "note" });
  curve = new Curve(MORPH.length);

  /** @param {HTMLElement} root @param {Page} page */
  constructor(root, page) {
    this.page = page;
    this.models = page.faces.models;
    this.t = page.store.get().at;
    this.second = new SecondFace(
      page,
      () => this.refresh(),
      (sentence) => setText(this.#said, sentence),
    );
    this.loop = this.#createLoop();
    this.slider = this.#createSlider();
    const move = (/** @type {number} */ t) => {
      this.slider.set(t);
      this.#move(t);
    };
    const rest = () => page.store.set({ at: Number(this.t.toFixed(3)) }); // not in every frame
    this.player = new Player(() => this.t, move, rest);
    const row = make("div", { className: "row explore-row", role: "group", "aria-label": MORPH.all });
    this.row = new Row(row, this.models, (model) => page.store.set({ model: model.name }), {
      original: false,
    });
    this.#large.setAttribute("role", "img");
    root.append(
      make("div", { className: "head" }, make("h1", {}, MORPH.title), make("p", { className: "note" }, MORPH.about)),
      this.#stage(),
      row,
      this.#foot(),
    );
    page.faces.addEventListener("done", () => page.store.get().tab === "morph" && this.refresh());
    this.#listen();
    this.#choose();
  }

  #listen() {
    const { store } = this.page;
    store.listen(() => this.#choose(), ["model"]);
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

  /** Return the model of the large picture. @returns {Model} */
  get chosen() {
    const { model } = this.page.store.get();
    return this.models.find(({ name }) => name === model) ?? this.models[0];
  }

  #createLoop() {
    return new DecodeLoop({
      decode: this.page.engine.decode,
      codeOf: (name) => this.#codeAt(name, this.t),
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
        this.#controls(),
        make("div", { className: "second" }, chooser, this.second.build(), this.#said),
        this.curve.root,
        this.#lengths,
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
    const along = (/** @type {number} */ steps) =>
      decodeAlong(this.page.engine, this.models, (name, t) => this.#codeAt(name, t), steps);
    return make(
      "div",
      { className: "buttons" },
      this.player.button,
      this.path,
      createButton(MORPH.swap, () => this.#swap()),
      createButton(MORPH.film, () => saveFilm(along, (sentence) => setText(this.#said, sentence))),
      createButton(MORPH.pictures, () => savePictures(along)),
      createButton(MORPH.codes, () => saveCodes(this.page.faces.current, this.second.codes)),
    );
  }

  #foot() {
    return make("p", { className: "note" }, MORPH.note(this.chosen.latents));
  }

  /** @param {string} name of the model @param {number} t */
  #codeAt(name, t) {
    const a = this.page.faces.current?.copies.get(name)?.code.mean;
    const b = this.second.codes[name];
    if (!a || !b) return null;
    return this.page.store.get().path === "arc" ? slerp(a, b, t) : lerp(a, b, t);
  }

  #choose() {
    this.row.mark(new Map([[this.chosen.name, 1]]));
    this.refresh();
  }

  /** @param {number} t */
  #move(t) {
    this.t = t;
    this.loop.refresh(this.models.map(({ name }) => name));
    this.#large.setAttribute("aria-label", MORPH.spoken(Math.round(100 * t), spokenTitle(this.chosen)));
    this.curve.move(t);
  }

  refresh() {
    const face = this.page.faces.current;
    if (face) paint(this.#first, face.crop);
    this.#drawCurve();
    this.#move(this.t);
  }

  #drawCurve() {
    const codes = Array.from({ length: STEPS }, (_, i) => this.#codeAt(this.chosen.name, i / (STEPS - 1)));
    const lengths = codes.flatMap((code) => (code ? [lengthOf(code)] : []));
    if (!lengths.length) return;
    this.curve.show(lengths);
    const words = MORPH.lengths(lengths[0], lengths[(STEPS - 1) / 2], lengths[STEPS - 1]);
    setText(this.#lengths, `${MORPH.length}, ${shortTitle(this.chosen)}: ${words}.`);
  }

  async #swap() {
    const face = this.page.faces.current;
    const { id, crop, codes } = this.second;
    if (!face || !crop || !Object.keys(codes).length) return;
    const name = isInAddress(id) ? id : "second";
    const codesBefore = Object.fromEntries([...face.copies].map(([model, copy]) => [model, copy.code.mean]));
    this.second.set(face.id, face.crop, codesBefore);
    const taken = this.page.faces.take(name, { name: MORPH.second, note: "" }, crop, this.chosen.name);
    this.page.store.set({ face: name });
    await taken;
  }

  show() {
    if (!this.second.crop && this.page.faces.current) this.second.begin();
    this.refresh();
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
  const tab = new MorphTab(root, page);
  return { show: () => tab.show(), hide: () => tab.hide() };
}
