// Step 5, Trade: every model as a dot, for this face. A click near a dot chooses it, and so does its button.

import { css, readPalette } from "../colours.js";
import { draw, make } from "../dom.js";
import { Chart } from "../face/chart.js";
import { newCanvas, paint } from "../facebar/picture.js";
import { groupByFamily, shortTitle, spokenTitle } from "../models.js";
import { ALT } from "../words/face.js";
import { FAMILIES } from "../words/page.js";
import { PICTURES } from "../words/tour.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../facebar/faces.js").Copy} Copy
 */

/** @param {Copy} copy */
const pointOf = ({ scores }) => ({ nats: scores.kl, error: scores.squaredError });

/** Return what the opening tab's slider is for a model. @param {Model} model @returns {Partial<import("../store.js").State>} */
function stateOf({ family, beta }) {
  return family === "beta-vae" || family === "beta-tcvae" ? { family, beta } : { beta };
}

export class Trade {
  #svg = draw("svg", { "aria-hidden": "true" });
  #copy = newCanvas(256);
  #reading = make("p", { className: "reading" });
  /** @type {Model} */
  #chosen;

  /**
   * @param {import("../page.js").Page} page
   * @param {import("./facts.js").Facts} facts
   * @param {() => void} done the task of the step
   */
  constructor(page, facts, done) {
    this.page = page;
    this.done = done;
    this.models = page.faces.models;
    this.#chosen = facts.vae;
    this.chart = new Chart(this.#svg, this.models);
    this.#copy.setAttribute("role", "img");
    this.choices = make(
      "fieldset",
      { className: "dots" },
      make("legend", {}, PICTURES.choose),
      ...groupByFamily(this.models).map(({ family, models }) => this.#choices(family, models)),
    );
    const beside = make("div", { className: "beside" }, this.#copy, this.#reading);
    this.root = make(
      "div",
      { className: "tour-trade" },
      make("div", { className: "trade" }, this.#svg, make("p", { className: "average" }, PICTURES.average)),
      beside,
      this.choices,
    );
    this.#svg.addEventListener("click", (event) => this.#pick(/** @type {MouseEvent} */ (event)));
  }

  /** @param {string} family @param {Model[]} models */
  #choices(family, models) {
    const labels = models.map((model) => this.#choice(model));
    const name = FAMILIES[/** @type {import("../store.js").Family} */ (family)]?.name;
    return make("span", {}, ...(name ? [make("small", { "aria-hidden": "true" }, name)] : []), ...labels);
  }

  /** @param {Model} model */
  #choice(model) {
    const radio = make("input", { type: "radio", name: "dot", value: model.name, checked: model === this.#chosen });
    radio.setAttribute("aria-label", spokenTitle(model));
    radio.addEventListener("change", () => this.#choose(model));
    return make("label", { className: model.family }, radio, make("span", {}, shortTitle(model).replace("β = ", "")));
  }

  /** @param {Model} model */
  #choose(model) {
    this.#chosen = model;
    for (const radio of this.choices.querySelectorAll("input")) radio.checked = radio.value === model.name;
    this.#mark();
    this.page.store.set(stateOf(model));
    this.done();
  }

  /** Choose the dot that is nearest to a click. @param {MouseEvent} event */
  #pick({ clientX, clientY }) {
    const copies = this.page.faces.current?.copies;
    const dotted = this.models.filter(({ name }) => (copies?.get(name)?.scores.kl ?? null) !== null);
    const distances = [...this.#svg.querySelectorAll("circle.step")].map((dot) => {
      const { left, top, width, height } = dot.getBoundingClientRect();
      return Math.hypot(left + width / 2 - clientX, top + height / 2 - clientY);
    });
    const nearest = dotted[distances.indexOf(Math.min(...distances))];
    if (nearest) this.#choose(nearest);
  }

  #mark() {
    const copy = this.page.faces.current?.copies.get(this.#chosen.name);
    if (!copy) return;
    this.chart.move(pointOf(copy), pointOf(copy), 0, css(readPalette().fill[this.#chosen.family]));
    paint(this.#copy, copy.pixels);
    this.#copy.setAttribute("aria-label", ALT.copy(spokenTitle(this.#chosen)));
    const parts = [PICTURES.error(copy.scores.squaredError)];
    if (copy.scores.kl !== null) parts.unshift(PICTURES.information(copy.scores.kl));
    this.#reading.replaceChildren(make("b", {}, this.#chosen.title), ...parts.map((part) => make("span", {}, part)));
  }

  show() {
    const copies = this.page.faces.current?.copies;
    if (!copies) return;
    this.chart.lay(new Map([...copies].map(([name, copy]) => [name, pointOf(copy)])));
    this.#mark();
  }
}
