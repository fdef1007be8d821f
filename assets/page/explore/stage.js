// The large face of Explore, and the row of all models that moves along.

import { DecodeLoop } from "../decode_loop.js";
import { closeCells, createDecode, forRow } from "../dial/model.js";
import { make, setText } from "../dom.js";
import { newCanvas, paint } from "../facebar/picture.js";
import { spokenTitle } from "../models.js";
import { Row } from "../parts/row.js";
import { EXPLORE } from "../words/explore.js";
import { ERRORS } from "../words/face.js";

/**
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("./codes.js").Codes} Codes
 */

const QUIET = 300; // milliseconds until a slider counts as at rest

export class Stage {
  /** @type {Uint8ClampedArray | null} */
  crop = null;
  #canvas = newCanvas(512);
  #waiting = 0;
  /** @type {DecodeLoop} */
  #loop;

  /**
   * @param {HTMLElement} rowPlace
   * @param {HTMLElement} place
   * @param {Page} page
   * @param {Codes} codes
   * @param {Model[]} models
   * @param {() => void} again when the chosen model is chosen again: one that has failed is tried again
   */
  constructor(rowPlace, place, page, codes, models, again) {
    this.page = page;
    this.codes = codes;
    this.models = models;
    this.decode = createDecode(page, models);
    const choose = (/** @type {Model} */ { name }) =>
      name === this.model.name ? again() : page.store.set({ model: name });
    this.row = new Row(rowPlace, forRow(models), choose, { original: false });
    closeCells(rowPlace);
    this.#canvas.setAttribute("role", "img");
    this.caption = make("p", { className: "note", role: "status" });
    place.append(make("div", { className: "picture large" }, this.#canvas), this.caption);
    this.#loop = new DecodeLoop({
      decode: this.decode,
      codeOf: (name) => codes.of(name),
      chosen: () => this.model.name,
      done: (name, crop) => this.#paint(name, crop),
      failed: (_, { message }) => setText(this.caption, message),
    });
    page.engine.events.addEventListener("way", () => this.tellWay());
  }

  /** Return the chosen model. @returns {Model} */
  get model() {
    const { model } = this.page.store.get();
    return this.models.find(({ name }) => name === model) ?? this.models[0];
  }

  /** Decode every model's code anew, or only that of the model that has changed. @param {string} [only] */
  refresh(only) {
    this.#loop.refresh(only ? [only] : this.models.map(({ name }) => name));
  }

  /**
   * Decode codes of the chosen model one by one, in turns that the large face leaves.
   *
   * @param {Float32Array} codes one after the other
   * @param {(index: number, crop: Uint8ClampedArray) => void} done
   * @param {number[]} [betas] one for each code, where the model is a network of every beta; default: the slider's
   */
  decodeBetween(codes, done, betas) {
    const { name, latents } = this.model;
    const work = async (/** @type {number} */ i) => {
      const request = betas ? { beta: betas[i] } : {};
      try {
        done(i, await this.decode(name, codes.slice(i * latents, (i + 1) * latents), request));
      } catch (error) {
        const { name: kind, message } = /** @type {Error} */ (error);
        if (kind !== "AbortError") setText(this.caption, message);
      }
    };
    this.#loop.fill(Array.from({ length: codes.length / latents }, (_, i) => () => work(i)));
  }

  /** @param {string} name @param {Uint8ClampedArray} crop */
  #paint(name, crop) {
    this.row.paint(name, crop);
    if (name !== this.model.name) return;
    this.crop = crop;
    paint(this.#canvas, crop);
  }

  /** Mark the chosen model, and show it large. */
  choose() {
    document.body.dataset.of = this.model.family;
    this.row.mark(new Map([[this.model.name, 1]]));
    this.#name();
    this.#loop.refresh([this.model.name]);
  }

  #name() {
    this.#canvas.setAttribute("aria-label", EXPLORE.by(spokenTitle(this.model)));
    this.tellWay();
  }

  /** Decode at another beta: its network's copy alone changes. @param {string} name */
  turn(name) {
    this.refresh(name);
    if (name !== this.model.name) return;
    clearTimeout(this.#waiting);
    this.#waiting = window.setTimeout(() => this.#name(), QUIET);
  }

  /** Say why a network has no code of the face. @param {{name: string, error: Error}} failure */
  fail({ name, error }) {
    this.row.fail(name, ERRORS.notLoadedShort);
    if (name === this.model.name) setText(this.caption, error.message);
  }

  /** Say under the face who decodes it, and what it is where it is nobody's. */
  tellWay() {
    const { name, title, stochastic } = this.model;
    const { way, reason } = this.page.engine.way(name);
    const isMiddle = stochastic && this.codes.of(name)?.every((value) => value === 0);
    const other = this.page.records.server ? EXPLORE.server(reason) : reason;
    const note = isMiddle ? EXPLORE.inMiddle : way === "browser" ? EXPLORE.browser : other;
    setText(this.caption, `${EXPLORE.by(title)}. ${note}`);
  }
}
