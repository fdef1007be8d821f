// The map: where the chosen model's codes lie, the prior's circles, this face, and the place under a click.

import { make } from "../dom.js";
import { codeAt, codeOf, drawMap, pairMap, planeMap, pointAt, pointOf, readDensities } from "../map/map.js";
import { EXPLORE } from "../words/explore.js";

/**
 * @typedef {import("./codes.js").Codes} Codes
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("./features.js").Hand} Hand
 */

const STEP = 0.2; // units of the code that an arrow key moves the dot by

export class MapPanel {
  /** @type {any} */
  #densities = null;
  /** @type {any} */
  #map = null;
  #shown = "";
  #canvas = make("canvas", { className: "map", tabIndex: 0, role: "application", "aria-label": EXPLORE.mapName });
  #across = make("select", { className: "choice", "aria-label": EXPLORE.axes });
  #said = make("p", { className: "note" }, EXPLORE.map);

  /**
   * @param {HTMLElement} root
   * @param {Codes} codes
   * @param {() => Model} model
   * @param {Hand} hand
   */
  constructor(root, codes, model, hand) {
    this.codes = codes;
    this.model = model;
    this.hand = hand;
    root.append(
      make("label", { className: "field" }, EXPLORE.axes, this.#across),
      this.#canvas,
      this.#said,
      make("p", { className: "note" }, EXPLORE.mapConclusion),
    );
    this.#across.addEventListener("change", () => this.#choose());
    this.#canvas.addEventListener("click", (event) =>
      this.#go(codeAt(this.#canvas, this.#map, [event.offsetX, event.offsetY], { code: this.#code() })),
    );
    this.#canvas.addEventListener(
      "pointermove",
      (event) => this.#map && this.draw(pointAt(this.#canvas, this.#map, [event.offsetX, event.offsetY])),
    );
    this.#canvas.addEventListener("pointerleave", () => this.draw());
    this.#canvas.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.draw()).observe(this.#canvas);
    document.documentElement.addEventListener("theme", () => this.draw());
  }

  #code() {
    return Array.from(this.codes.of(this.model().name) ?? []);
  }

  /** @param {number[]} code */
  #go(code) {
    this.hand.begin();
    this.codes.setCode(this.model().name, code);
    this.hand.move();
    this.hand.end();
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step || !this.#map) return;
    event.preventDefault();
    const code = this.#code();
    const [x, y] = pointOf(this.#map, code);
    this.#go(codeOf(this.#map, [x + STEP * step[0], y + STEP * step[1]], code));
  }

  async show() {
    const model = this.model();
    if (this.#shown === model.name) return this.draw();
    this.#shown = model.name;
    this.#map = null;
    this.#canvas.hidden = !model.densities;
    this.#said.textContent = model.densities ? EXPLORE.map : EXPLORE.noMap;
    if (!model.densities) return undefined;
    try {
      const densities = await readDensities(new URL(model.densities, document.baseURI));
      if (model.name !== this.#shown) return undefined;
      this.#densities = densities;
    } catch {
      this.#shown = "";
      this.#said.textContent = EXPLORE.noMap;
      return undefined;
    }
    this.#fillAxes(model);
    return this.#choose();
  }

  /** @param {Model} model */
  #fillAxes(model) {
    const order = model.order.filter(
      (index) => this.#densities.dimensions.includes(index) && model.used.includes(index),
    );
    const pairs = order.slice(0, 6).flatMap((a, i) => order.slice(i + 1, 6).map((b) => [a, b]));
    const option = (/** @type {string} */ value, /** @type {string} */ text) => make("option", { value }, text);
    const plane = this.#densities.plane ? [option("plane", EXPLORE.plane)] : [];
    this.#across.replaceChildren(
      ...plane,
      ...pairs.map(([a, b]) =>
        option(`${a},${b}`, `${EXPLORE.number(a, null)} × ${EXPLORE.number(b, null).toLowerCase()}`),
      ),
    );
  }

  #choose() {
    const [a, b] = this.#across.value.split(",").map(Number);
    this.#map = this.#across.value === "plane" ? planeMap(this.#densities) : pairMap(this.#densities, a, b);
    this.draw();
  }

  /** @param {number[] | null} [pointer] */
  draw(pointer = null) {
    const code = this.#code();
    if (!this.#map || !this.#canvas.clientWidth || !code.length) return;
    const style = getComputedStyle(document.documentElement);
    const colour = style.getPropertyValue(`--${this.model().family}-fill`).trim();
    drawMap(this.#canvas, this.#map, {
      colour,
      dark: style.colorScheme === "dark",
      pointer: /** @type {any} */ (pointer),
      point: pointOf(this.#map, code),
    });
  }
}
