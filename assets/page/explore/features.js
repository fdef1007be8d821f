// Sliders of features, in one order for all models; what a model keeps too little of stays in its place, grey.

import { make, setText } from "../dom.js";
import { createSlider } from "../parts/slider.js";
import { EXPLORE } from "../words/explore.js";
import { STRONGEST } from "./codes.js";

/**
 * @typedef {import("../models.js").Feature} Feature
 * @typedef {import("./codes.js").ModelRecord} ModelRecord
 * @typedef {import("./codes.js").Codes} Codes
 *
 * @typedef {object} Hand what a panel tells of the visitor's hand
 * @property {() => void} begin before the first change of a drag
 * @property {(only?: string) => void} move only: the one model whose code has changed
 * @property {() => void} end
 * @property {(name: string, codeAt: (share: number) => Float32Array | null, remark: string) => void} touch a slider was
 *   touched: its name, its code at a share of its range, and what is said of it
 */

const FIRST = 8;

export class Features {
  /** @type {Map<string, {slider: import("../parts/slider.js").Slider, feature: Feature, faint: HTMLElement}>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} root
   * @param {Feature[]} features
   * @param {Codes} codes
   * @param {() => string} model the chosen one's name
   * @param {Hand} hand
   * @param {(score: number) => string} faint says that a feature is too faint
   */
  constructor(root, features, codes, model, hand, faint) {
    this.codes = codes;
    this.faint = faint;
    this.model = model;
    this.hand = hand;
    const shown = features.filter(({ key }) => Object.values(codes.records).some(({ directions }) => directions[key]));
    const rows = shown.map((feature) => this.#row(feature));
    const more = make(
      "details",
      { className: "more-features" },
      make("summary", { className: "plain" }, EXPLORE.moreFeatures(Math.max(0, rows.length - FIRST))),
      make("div", { className: "sliders" }, ...rows.slice(FIRST)),
    );
    more.hidden = rows.length <= FIRST;
    root.append(
      make("div", { className: "sliders" }, ...rows.slice(0, FIRST)),
      more,
      make("p", { className: "note" }, rows.length ? EXPLORE.note(rows.length) : EXPLORE.noFeatures),
    );
  }

  /** @param {Feature} feature */
  #row(feature) {
    const { codes, hand } = this;
    let held = false;
    const slider = createSlider({
      ...feature,
      min: -STRONGEST,
      max: STRONGEST,
      step: 0.05,
      value: 0,
      input: (value) => {
        if (!held) hand.begin();
        held = true;
        codes.setFeature(feature.key, value);
        hand.move();
      },
      change: () => {
        held = false;
        hand.end();
      },
    });
    slider.input.addEventListener("pointerdown", () => this.#touch(feature));
    slider.input.addEventListener("focus", () => this.#touch(feature));
    const faint = make("p", { className: "faint" });
    slider.root.append(faint);
    this.#rows.set(feature.key, { slider, feature, faint });
    return slider.root;
  }

  /** @param {Feature} feature */
  #touch({ key, name }) {
    const { codes } = this;
    const model = this.model();
    const direction = codes.records[model]?.directions[key];
    if (!direction) return;
    const codeAt = (/** @type {number} */ share) => {
      const code = codes.of(model);
      const change = STRONGEST * (2 * share - 1) - codes.amount(key);
      return code ? code.map((value, j) => value + change * direction.step[j]) : null;
    };
    const names = direction.also
      .slice(0, 4)
      .map(([other, change]) => `${this.#rows.get(other)?.feature.name ?? other} ${change > 0 ? "+" : "−"}`);
    this.hand.touch(name, codeAt, names.length ? EXPLORE.also(names.join(", ")) : "");
  }

  /** Put every slider where its feature is, grey where the chosen model shows it too faintly. */
  show() {
    const record = this.codes.records[this.model()];
    for (const [key, { slider, feature, faint }] of this.#rows) {
      const known = Boolean(record?.directions[key]);
      slider.set(this.codes.amount(key));
      slider.input.disabled = !known;
      slider.root.classList.toggle("off", !known);
      slider.input.setAttribute(
        "aria-label",
        known ? `${feature.name}, from ${feature.low} to ${feature.high}` : `${feature.name}, ${EXPLORE.unavailable}`,
      );
      setText(faint, known ? "" : this.faint(record?.probes[key] ?? 0.5));
    }
  }
}
