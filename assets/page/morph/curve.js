// The length of the code along the way, as a small curve with a dot.

import { draw, make, setText } from "../dom.js";
import { MORPH } from "../words/morph.js";
import { lengthOf } from "./paths.js";

const STEPS = 41;
const [WIDTH, HEIGHT, EDGE] = [320, 70, 10];

export class Curve {
  #dot = draw("circle", { r: 5, cx: WIDTH / 2, cy: HEIGHT - 6 });
  /** @type {number[]} */
  #lengths = [];

  said = make("p", { className: "note" });
  root = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": MORPH.length, class: "curve" });

  /**
   * Show the lengths along the way, where both ends are known.
   *
   * @param {(t: number) => Float32Array | null} codeAt
   * @param {string} model
   */
  follow(codeAt, model) {
    const codes = Array.from({ length: STEPS }, (_, i) => codeAt(i / (STEPS - 1)));
    const lengths = codes.flatMap((code) => (code ? [lengthOf(code)] : []));
    if (!lengths.length) return;
    this.show(lengths);
    const words = MORPH.lengths(lengths[0], lengths[(STEPS - 1) / 2], lengths[STEPS - 1]);
    setText(this.said, `${MORPH.length}, ${model}: ${words}.`);
  }

  /** @param {number} t */
  #x(t) {
    return EDGE + t * (WIDTH - 2 * EDGE);
  }

  /** @param {number} length */
  #y(length) {
    return HEIGHT - 6 - (length / (Math.max(...this.#lengths) * 1.1)) * (HEIGHT - 14);
  }

  /** @param {number[]} lengths at evenly spaced places */
  show(lengths) {
    this.#lengths = lengths;
    const points = lengths.map((length, i) => `${this.#x(i / (lengths.length - 1))},${this.#y(length).toFixed(1)}`);
    const ground = draw("line", { x1: EDGE, x2: WIDTH - EDGE, y1: HEIGHT - 6, y2: HEIGHT - 6 });
    this.root.replaceChildren(ground, draw("polyline", { points: points.join(" ") }), this.#dot);
  }

  /** Put the dot on the curve. @param {number} t */
  move(t) {
    const length = this.#lengths[Math.round(t * (this.#lengths.length - 1))];
    if (length === undefined) return;
    this.#dot.setAttribute("cx", this.#x(t).toFixed(1));
    this.#dot.setAttribute("cy", this.#y(length).toFixed(1));
  }
}
