// Morph: from the page's face to a second one, through every model's codes.

import { DecodeLoop } from "../decode_loop.js";
import { make, setText } from "../dom.js";
import { drawSheet, save, savePicture } from "../download.js";
import { canvasOf, newCanvas, paint } from "../facebar/picture.js";
import { filmEnding, filmType } from "../film.js";
import { shortTitle, spokenTitle } from "../models.js";
import { Curve } from "../morph/curve.js";
import { decodeAlong, filmAlong, saveCodes } from "../morph/files.js";
import { lengthOf, lerp, slerp } from "../morph/paths.js";
import { SecondFace } from "../morph/second_face.js";
import { createButton, createSwitch } from "../parts/controls.js";
import { Row } from "../parts/row.js";
import { createSlider } from "../parts/slider.js";
import { ERRORS } from "../words/face.js";
import { MORPH } from "../words/morph.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 */

const [STEPS, STRIP, ROUND] = [41, 9, 4000]; // pictures of a film, of a sheet's line; milliseconds there and back

class MorphTab {
  t = 0.5;
  arc = false;
  #playing = 0;
  #large = newCanvas(512);
  #first = canvasOf(null, MORPH.first, 160);
  #said = make("p", { className: "note", role: "status" });
  #lengths = make("p", { className: "note" });
  curve = new Curve(MORPH.length);

  /** @param {HTMLElement} root @param {Page} page */
  constructor(root, page) {
    this.page = page;
    this.models = page.faces.models;
    this.chosen = this.models.find(({ family }) => family === "vae") ?? this.models[0];
    this.second = new SecondFace(
      page,
      () => this.refresh(),
      (sentence) => setText(this.#said, sentence),
    );
    this.loop = this.#createLoop();
    this.slider = this.#createSlider();
    this.play = createButton(MORPH.play, () => (this.#playing ? this.#pause() : this.#play()), "primary");
    const row = make("div", { className: "row explore-row", role: "group", "aria-label": MORPH.all });
    this.row = new Row(row, this.models, (model) => this.#choose(model), { original: false });
    this.#large.setAttribute("role", "img");
    root.append(
      make("div", { className: "head" }, make("h1", {}, MORPH.title), make("p", { className: "note" }, MORPH.about)),
      this.#stage(),
      row,
      this.#foot(),
    );
    page.faces.addEventListener("done", () => page.store.get().tab === "morph" && this.refresh());
    this.#choose(this.chosen);
  }

  #createLoop() {
    return new DecodeLoop({
      decode: (name, code) => this.page.engine.decode(name, code),
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
      value: 0.5,
      input: (value) => {
        this.#pause();
        this.#move(value);
      },
    });
  }

  #controls() {
    /** @type {[string, string][]} */
    const paths = [
      ["straight", MORPH.straight],
      ["arc", MORPH.arc],
    ];
    const path = createSwitch(MORPH.path, "path", paths, "straight", (value) => {
      this.arc = value === "arc";
      this.refresh();
    });
    return make(
      "div",
      { className: "buttons" },
      this.play,
      path,
      createButton(MORPH.swap, () => this.#swap()),
      createButton(MORPH.film, () => this.#film()),
      createButton(MORPH.pictures, () => this.#pictures()),
      createButton(MORPH.codes, () => saveCodes(this.page.faces.current, this.second.codes)),
    );
  }

  #foot() {
    return make("p", { className: "note" }, MORPH.note);
  }

  /** @param {string} name of the model @param {number} t */
  #codeAt(name, t) {
    const a = this.page.faces.current?.copies.get(name)?.code.mean;
    const b = this.second.codes[name];
    if (!a || !b) return null;
    return this.arc ? slerp(a, b, t) : lerp(a, b, t);
  }

  /** @param {Model} model */
  #choose(model) {
    this.chosen = model;
    this.row.mark(new Map([[model.name, 1]]));
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

  #play() {
    const mine = ++this.#playing;
    this.play.textContent = MORPH.pause;
    const start = performance.now() - (this.t * ROUND) / 2;
    const frame = (/** @type {number} */ now) => {
      if (mine !== this.#playing) return;
      const round = ((now - start) / ROUND) % 1;
      const t = round < 0.5 ? 2 * round : 2 - 2 * round;
      this.slider.set(t);
      this.#move(t);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  #pause() {
    this.#playing = 0;
    this.play.textContent = MORPH.play;
  }

  async #swap() {
    const face = this.page.faces.current;
    const { crop, codes } = this.second;
    if (!face || !crop || !Object.keys(codes).length) return;
    this.second.set(face.crop, Object.fromEntries([...face.copies].map(([name, copy]) => [name, copy.code.mean])));
    const taken = this.page.faces.take("second", { name: MORPH.second, note: "" }, crop, this.chosen.name);
    this.page.store.set({ face: "second" });
    await taken;
  }

  /** @param {number} steps */
  #along(steps) {
    return decodeAlong(this.page.engine, this.models, (name, t) => this.#codeAt(name, t), steps);
  }

  async #pictures() {
    savePicture(drawSheet(MORPH.sheet, await this.#along(STRIP)), "vae-faces-morph.png");
  }

  async #film() {
    if (!filmType()) return setText(this.#said, MORPH.noFilm);
    const film = await filmAlong(await this.#along(STEPS), (n, m) => setText(this.#said, MORPH.filming(n, m)));
    setText(this.#said, "");
    return save(film, `vae-faces-morph.${filmEnding(film)}`);
  }

  show() {
    if (!this.second.crop && this.page.faces.current) this.second.begin();
    this.refresh();
  }

  hide() {
    this.#pause();
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
