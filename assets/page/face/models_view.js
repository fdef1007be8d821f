// The opening tab between trained models: the copy at a stop, and a blend of two on the way.

import { blend, css } from "../colours.js";
import { find, findCanvas, setText } from "../dom.js";
import { spokenTitle } from "../models.js";
import { ALT, DIAL } from "../words/face.js";
import { barsOf } from "./flow.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../page.js").Page} Page
 * @typedef {import("../facebar/faces.js").Copy} Copy
 *
 * @typedef {object} Parts of the opening tab
 * @property {import("./stage.js").Stage} stage
 * @property {import("./flow.js").Flow} flow
 * @property {import("./chart.js").Chart} chart
 * @property {import("./readings.js").Readings} readings
 */

export const QUIET = 400; // milliseconds until a slider counts as at rest
const SHADES = 24; // between two models: a new colour restyles the stage, so not every frame has one

/** @param {Copy} copy */
export const pointOf = ({ scores }) => ({ nats: scores.kl, error: scores.squaredError });

export class ModelsView {
  #spoken = 0;

  /** @param {Page} page @param {import("./dial.js").Dial} dial @param {Parts} parts */
  constructor(page, dial, parts) {
    this.page = page;
    this.dial = dial;
    this.parts = parts;
  }

  /** Return the face of the stage: the mirror's while it runs. */
  get #face() {
    return this.page.faces.live ?? this.page.faces.current;
  }

  /** @param {"pixels" | "errors"} view */
  paint(view) {
    const { low, high, share, nearest } = this.dial.step;
    const { stage, flow, chart, readings } = this.parts;
    const [a, b] = [low, high].map((model) => this.#face?.copies.get(model.name));
    this.#tell();
    const nearestCopy = this.#face?.copies.get(nearest.name);
    stage.wait(!nearestCopy && !this.page.faces.live); // the next frame has it
    if (!nearestCopy) return;
    const [from, to] = [a ?? nearestCopy, b ?? nearestCopy];
    const accent = this.#tint();
    flow.draw(barsOf(from.code, low), barsOf(to.code, high), share, accent, stage.palette.idle);
    stage.blend(from[view], to[view], share);
    chart.move(pointOf(from), pointOf(to), share, css(accent));
    readings.showNats(nearestCopy.scores.kl);
  }

  /** Set the colour of this position of the slider for the whole stage. */
  #tint() {
    const { low, high, share } = this.dial.step;
    const step = Math.round(share * SHADES) / SHADES;
    const { fill, text } = this.parts.stage.palette;
    const accent = blend(fill[low.family], fill[high.family], step);
    this.parts.stage.tint(accent, blend(text[low.family], text[high.family], step));
    return accent;
  }

  #tell() {
    const { low, high, nearest, trained } = this.dial.step;
    const { beta } = this.page.store.get();
    setText(
      find("#price"),
      beta === null ? "AE" : trained ? DIAL.name(nearest.beta ?? 1) : DIAL.name(Number(beta.toPrecision(2))),
    );
    setText(
      find("#price-note"),
      trained ? DIAL.note(nearest, this.dial.family) : DIAL.blend(low.beta ?? 1, high.beta ?? 1),
    );
    setText(find("#copy-of"), trained ? `, ${nearest.title}` : DIAL.blended);
    if (!this.parts.readings.showModel(nearest)) return;
    findCanvas("#copy").setAttribute("aria-label", ALT.copy(spokenTitle(nearest)));
    find("#code").setAttribute("aria-label", ALT.code(nearest.latents, nearest.inUse));
    clearTimeout(this.#spoken);
    this.#spoken = window.setTimeout(() => this.parts.readings.speak(this.#face, nearest), QUIET);
  }
}
