// Morph: from the page's face to a second one, through every model's codes.

import { DecodeLoop } from "../decode_loop.js";
import { draw, make, setText } from "../dom.js";
import { drawSheet, save, savePicture } from "../download.js";
import { filmEnding, filmType, recordFilm } from "../film.js";
import { lengthOf, lerp, slerp } from "../morph/paths.js";
import { SecondFace } from "../morph/second_face.js";
import { shortTitle, spokenTitle } from "../models.js";
import { Row } from "../parts/row.js";
import { createSlider } from "../parts/slider.js";
import { canvasOf, cropAt, newCanvas, paint } from "../picture.js";
import { ERRORS } from "../words/face.js";
import { MORPH } from "../words/morph.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 */

const [STEPS, STRIP, ROUND] = [41, 9, 4000]; // pictures of a film, of a sheet's line; milliseconds there and back
const [WIDTH, HEIGHT] = [320, 70]; // of the curve

class MorphTab {
  t = 0.5;
  arc = false;
  #playing = 0;
  #large = newCanvas(512);
  #first = canvasOf(null, MORPH.first, 160);
  #said = make("p", { className: "note", role: "status" });
  #lengths = make("p", { className: "note" });
  #curve = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": MORPH.length, class: "curve" });

  /** @param {HTMLElement} root @param {Page} page */
  constructor(root, page) {
    this.page = page;
    this.models = page.faces.models;
    this.chosen = (this.models.find(({ family }) => family === "vae") ?? this.models[0]);
    this.second = new SecondFace(page, () => this.refresh(), (sentence) => setText(this.#said, sentence));
    this.loop = this.#createLoop();
    const row = make("div", { className: "row explore-row", role: "group", "aria-label": MORPH.all });
    this.row = new Row(row, this.models, (model) => this.#choose(model), { original: false });
    this.#large.setAttribute("role", "img");
    root.append(make("div", { className: "head" }, make("h1", {}, MORPH.title), make("p", { className: "note" }, MORPH.about)), this.#stage(), row, this.#foot());
    page.faces.addEventListener("done", () => this.refresh());
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
    this.slider = createSlider({ name: MORPH.name, low: MORPH.low, high: MORPH.high, min: 0, max: 1, step: 0.005, value: 0.5, input: (value) => {
      this.#pause();
      this.#move(value);
    } });
    this.play = make("button", { type: "button", className: "primary" }, MORPH.play);
    this.play.addEventListener("click", () => (this.#playing ? this.#pause() : this.#play()));
    const button = (/** @type {string} */ text, /** @type {() => unknown} */ act) => {
      const element = make("button", { type: "button", className: "plain" }, text);
      element.addEventListener("click", act);
      return element;
    };
    const paths = [false, true].map((arc) => {
      const radio = make("input", { type: "radio", name: "path", checked: arc === this.arc });
      radio.addEventListener("change", () => {
        this.arc = arc;
        this.refresh();
      });
      return make("label", {}, radio, make("span", {}, arc ? MORPH.arc : MORPH.straight));
    });
    const path = make("fieldset", { className: "switch" }, make("legend", {}, MORPH.path), ...paths);
    const ends = make("div", { className: "ends" }, make("figure", {}, this.#first, make("figcaption", {}, MORPH.first)), make("div", { className: "picture large" }, this.#large), make("figure", {}, this.second.canvas, make("figcaption", {}, MORPH.second)));
    const controls = make("div", { className: "buttons" }, this.play, path, button(MORPH.swap, () => this.#swap()), button(MORPH.film, () => this.#film()), button(MORPH.pictures, () => this.#pictures()));
    const chooser = make("div", { className: "second" }, make("p", { className: "slider-name" }, MORPH.choose), this.second.build(), this.#said);
    return make("div", { className: "morph" }, ends, make("div", { className: "morph-side" }, this.slider.root, controls, chooser, this.#curve, this.#lengths));
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
    this.#mark?.setAttribute("cx", String(t * (WIDTH - 20) + 10));
  }

  refresh() {
    const face = this.page.faces.current;
    if (face) paint(this.#first, face.crop);
    this.#drawCurve();
    this.#move(this.t);
  }

  /** @type {Element | null} */
  #mark = null;

  #drawCurve() {
    const lengths = Array.from({ length: STEPS }, (_, i) => this.#codeAt(this.chosen.name, i / (STEPS - 1))).flatMap((code) => (code ? [lengthOf(code)] : []));
    if (!lengths.length) return;
    const most = Math.max(...lengths) * 1.1;
    const y = (/** @type {number} */ length) => HEIGHT - 6 - (length / most) * (HEIGHT - 14);
    const points = lengths.map((length, i) => `${((WIDTH - 20) * i) / (STEPS - 1) + 10},${y(length).toFixed(1)}`).join(" ");
    this.#mark = draw("circle", { r: 5, cx: this.t * (WIDTH - 20) + 10, cy: HEIGHT - 6 });
    this.#curve.replaceChildren(draw("line", { x1: 10, x2: WIDTH - 10, y1: HEIGHT - 6, y2: HEIGHT - 6 }), draw("polyline", { points }), this.#mark);
    setText(this.#lengths, `${MORPH.length}, ${shortTitle(this.chosen)}: ${MORPH.lengths(lengths[0], lengths[(STEPS - 1) / 2], lengths[STEPS - 1])}.`);
  }

  #play() {
    const mine = ++this.#playing;
    if (this.play) this.play.textContent = MORPH.pause;
    const start = performance.now() - (this.t * ROUND) / 2;
    const frame = (/** @type {number} */ now) => {
      if (mine !== this.#playing) return;
      const round = ((now - start) / ROUND) % 1;
      const t = round < 0.5 ? 2 * round : 2 - 2 * round;
      this.slider?.set(t);
      this.#move(t);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  #pause() {
    this.#playing = 0;
    if (this.play) this.play.textContent = MORPH.play;
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

  /** Pictures of all models along the way. @param {number} steps */
  async #along(steps) {
    return Promise.all(this.models.map(async ({ name, title, latents }) => {
      const codes = new Float32Array(steps * latents);
      for (let i = 0; i < steps; i++) codes.set(this.#codeAt(name, i / (steps - 1)) ?? [], i * latents);
      const pixels = await this.page.engine.decode(name, codes);
      return { title, crops: Array.from({ length: steps }, (_, i) => cropAt(pixels, i)) };
    }));
  }

  async #pictures() {
    savePicture(drawSheet(MORPH.sheet, await this.#along(STRIP)), "vae-faces-morph.png");
  }

  async #film() {
    if (!filmType()) return setText(this.#said, MORPH.noFilm);
    const lines = await this.#along(STEPS);
    const half = Math.ceil(lines.length / 2);
    const frame = (/** @type {number} */ step) => drawSheet(MORPH.sheet, [lines.slice(0, half), lines.slice(half)].filter((part) => part.length).map((part) => ({ title: part.map(({ title }) => title.replace(/.*, /, "")).join(" · "), crops: part.map(({ crops }) => crops[step]) })));
    const canvas = frame(0);
    const film = await recordFilm(canvas, (step) => canvas.getContext("2d")?.drawImage(frame(step), 0, 0), STEPS, (n, m) => setText(this.#said, MORPH.filming(n, m)));
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
