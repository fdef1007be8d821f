// The opening tab with one network for every beta: in every frame its copy at the very beta of the slider.

import { css } from "../colours.js";
import { find, findCanvas, setText } from "../dom.js";
import { toBars } from "../face/flow.js";
import { QUIET } from "../face/models_view.js";
import { DIALS, STAGE } from "../words/dial.js";
import { curveAt } from "./along.js";
import { NetworkCopies } from "./copies.js";
import { within } from "./scale.js";

/**
 * @typedef {import("./copies.js").Copy} Copy
 * @typedef {import("../facebar/faces.js").Face} Face
 * @typedef {import("../models.js").Dial} Dial
 * @typedef {import("../page.js").Page} Page
 *
 * @typedef {import("../face/models_view.js").Parts} Parts
 * @typedef {object} Acts of the opening tab
 * @property {() => void} refresh paints in the next frame
 * @property {() => void} showAll lays out the chart anew
 */

const REST = 60; // milliseconds until a face with other noise is encoded

export class NetworkView {
  #waiting = 0;
  #spoken = 0;
  #told = "";

  /** @param {Page} page @param {Dial} network @param {Parts & Acts} parts */
  constructor(page, network, parts) {
    this.page = page;
    this.network = network;
    this.parts = parts;
    this.copies = new NetworkCopies(page.engine, network);
    page.engine.load(network.name); // both files at once
    this.copies.addEventListener("codes", () => this.turn());
    this.copies.addEventListener("copy", () => parts.refresh());
    this.copies.addEventListener("curve", () => parts.showAll());
    this.copies.addEventListener("failed", () => page.say(STAGE.failed));
  }

  get beta() {
    return within(this.page.store.get().beta, this.network.highest);
  }

  /** Rebuild the face of the page at the slider's beta. */
  turn() {
    const { current, live, noise } = this.page.faces;
    if (current && !live) this.copies.rebuild(current, noise, this.beta);
  }

  /** Rebuild it once the noise rests. */
  follow() {
    clearTimeout(this.#waiting);
    this.#waiting = window.setTimeout(() => this.turn(), REST);
  }

  /** Return the curves of the chart: of the average face, and of this one. */
  get curves() {
    const { curve } = this.network;
    const mean = curve ? curve.beta.map((_, i) => ({ nats: curve.kl[i], error: curve.squared_error[i] })) : [];
    return { mean, own: this.page.faces.live ? [] : this.copies.curve };
  }

  /** Return how many numbers are in use at a beta, on average; null: not known. */
  get #inUse() {
    const { curve, inUse } = this.network;
    if (curve) return curveAt(curve, this.beta).inUse;
    return this.beta === 1 ? inUse : null;
  }

  /** Return the copy on the stage: the mirror's while it runs. */
  get #copy() {
    const { live } = this.page.faces;
    return live ? ofMirror(live, this.network) : this.copies.copy;
  }

  /** @param {"pixels" | "errors"} view */
  paint(view) {
    const { stage, flow, chart, readings } = this.parts;
    if (this.copies.advance()) this.parts.refresh();
    const copy = this.#copy;
    const { fill, text, idle } = stage.palette;
    stage.wait(!copy && !this.page.faces.live);
    stage.tint(fill.dial, text.dial);
    this.#tell(copy);
    if (!copy) return;
    const bars = this.#barsOf(copy);
    flow.draw(bars, bars, 0, fill.dial, idle);
    stage.paint(view === "errors" ? copy.errors() : copy.pixels);
    const point = { nats: copy.nats, error: copy.error };
    chart.move(point, point, 0, css(fill.dial));
    readings.showNats(copy.nats);
  }

  /** The strongest numbers count as in use: beta switches them off in about this order. @param {Copy} copy */
  #barsOf({ code }) {
    const inUse = this.#inUse;
    const bars = toBars(code, this.network);
    return inUse === null ? bars : bars.map((bar, i) => ({ ...bar, used: Math.min(1, Math.max(0, inUse - i)) }));
  }

  /** @param {Copy | null} copy */
  #tell(copy) {
    const { network, beta } = this;
    const { curve, latents, base = "beta-vae" } = network;
    const inUse = this.#inUse === null ? null : Math.round(this.#inUse);
    const means = curve && curveAt(curve, beta);
    setText(find("#price"), DIALS.value(beta));
    setText(find("#price-note"), STAGE.note);
    setText(find("#copy-of"), STAGE.of);
    const sentence = means
      ? STAGE.sentence(means.nats, means.error, copy?.error ?? null)
      : STAGE.alone(network.highest);
    const price = STAGE.price(base, beta);
    const about = STAGE.about(network.highest);
    this.parts.readings.tell({ price, sentence, latents, inUse, found: null, kept: null, about });
    const canvas = findCanvas("#copy");
    const told = `${beta} ${this.page.faces.current?.id}`;
    if (told === this.#told && canvas.getAttribute("aria-label") === STAGE.copy(beta)) return; // else a model was shown
    this.#told = told;
    canvas.setAttribute("aria-label", STAGE.copy(beta));
    find("#code").setAttribute("aria-label", STAGE.code(latents, inUse));
    clearTimeout(this.#spoken);
    this.#spoken = window.setTimeout(() => this.#speak(price, inUse), QUIET);
  }

  /** Announce, once the slider rests. @param {string} price @param {number | null} inUse */
  #speak(price, inUse) {
    const copy = this.#copy;
    if (!copy || findCanvas("#copy").getAttribute("aria-label") !== STAGE.copy(this.beta)) return; // a model is shown
    const rest = inUse === null ? "" : STAGE.inUse(inUse, this.network.latents);
    setText(find("#spoken"), `${price} ${STAGE.spoken(copy.error, copy.nats, rest)}`);
  }
}

/** Return the network's copy of a frame of the mirror. @param {Face} face @param {Dial} network @returns {Copy | null} */
function ofMirror({ copies }, { name }) {
  const copy = copies.get(name);
  if (!copy) return null;
  const { pixels, errors, code, scores } = copy;
  return { pixels, code, nats: scores.kl ?? 0, error: scores.squaredError, errors: () => errors };
}
