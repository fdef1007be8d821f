// Step 4, Dials: one feature in all models at once; those that show it too faintly are grey.

import { DecodeLoop } from "../decode_loop.js";
import { make } from "../dom.js";
import { Codes, STRONGEST } from "../explore/codes.js";
import { newCanvas, paint } from "../facebar/picture.js";
import { record, spokenTitle } from "../models.js";
import { createSlider } from "../parts/slider.js";
import { ALT } from "../words/face.js";
import { PICTURES } from "../words/tour.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../facebar/faces.js").Copy} Copy
 */

const LINES = [
  ["ae", "beta-vae"],
  ["vae", "beta-tcvae"],
];

export class Dials {
  /** @type {Codes | null} */
  #codes = null;
  /** @type {import("../facebar/faces.js").Face | null} */
  #face = null; // whose codes these are
  #known = 0; // models that have rebuilt it
  #amount = 0; // of the feature
  /** @type {Map<string, {root: HTMLElement, canvas: HTMLCanvasElement}>} */
  #cells = new Map();

  /**
   * @param {import("../page.js").Page} page
   * @param {import("./facts.js").Facts} facts
   * @param {() => void} done the task of the step
   */
  constructor(page, facts, done) {
    this.page = page;
    this.models = page.faces.models;
    this.feature = facts.dial;
    this.loop = new DecodeLoop({
      decode: page.engine.decode,
      codeOf: (name) => this.#codes?.of(name) ?? null,
      chosen: () => facts.vae.name,
      done: (name, crop) => this.#paint(name, crop),
      failed: (_, { message }) => page.say(message),
    });
    const lines = LINES.map((families) => this.models.filter(({ family }) => families.includes(family)));
    this.root = make(
      "div",
      {},
      make("div", { className: "cells" }, ...lines.filter(({ length }) => length).map((line) => this.#line(line))),
    );
    if (this.feature) this.root.append(this.#slider(this.feature, done));
  }

  /** @param {import("../models.js").Feature} feature @param {() => void} done */
  #slider(feature, done) {
    return createSlider({
      ...feature,
      min: -STRONGEST,
      max: STRONGEST,
      step: 0.05,
      value: 0,
      input: (value) => {
        this.#move(value);
        done();
      },
      change: (value) => this.page.store.set({ features: value ? `${feature.key}:${value}` : "" }), // for Explore
    }).root;
  }

  /** @param {number} amount of the feature */
  #move(amount) {
    this.#amount = amount;
    if (this.feature) this.#codes?.setFeature(this.feature.key, amount);
    this.loop.refresh(this.models.map(({ name }) => name));
  }

  /** @param {Model[]} models */
  #line(models) {
    const line = make("div", { className: "line" }, ...models.map((model) => this.#cell(model)));
    line.style.setProperty("--n", String(models.length));
    return line;
  }

  /** @param {Model} model */
  #cell(model) {
    const canvas = newCanvas(192);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", ALT.copy(spokenTitle(model)));
    const shows = !this.feature || model.kept.includes(this.feature.key);
    const foot = shows ? (model.found === null ? "" : PICTURES.found(model.found)) : PICTURES.faint;
    const root = make(
      "div",
      { className: `cell waiting ${model.family} ${shows ? "" : "faint"}` },
      make("span", { className: "pic" }, canvas),
      make("b", {}, ...model.title.split(", ").map((part) => make("span", {}, part))),
      make("small", {}, foot),
    );
    this.#cells.set(model.name, { root, canvas });
    return root;
  }

  /** @param {string} name @param {Uint8ClampedArray} crop */
  #paint(name, crop) {
    const cell = this.#cells.get(name);
    if (!cell) return;
    cell.root.classList.remove("waiting");
    paint(cell.canvas, crop);
  }

  async show() {
    const records = await record("explore.json");
    this.#codes ??= new Codes(records); // not before: another call may have come in between
    const face = this.page.faces.current;
    const known = this.models.filter(({ name }) => face?.copies.has(name));
    if (!face || (face === this.#face && known.length === this.#known)) return;
    [this.#face, this.#known] = [face, known.length];
    const codeOf = (/** @type {Model} */ { name }) => Float32Array.from(face.copies.get(name)?.code.mean ?? []);
    this.#codes.begin(Object.fromEntries(known.map((model) => [model.name, codeOf(model)])));
    for (const [name, { root }] of this.#cells) root.classList.toggle("waiting", !face.copies.has(name));
    if (this.#amount) this.#move(this.#amount);
    else for (const { name } of known) this.#paint(name, /** @type {Copy} */ (face.copies.get(name)).pixels);
  }
}
