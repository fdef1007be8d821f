// Strands and bars: the face runs into the code, the code into the copy. One canvas over the whole bench.

import { blend, css, mix } from "../colours.js";
import { contextOf } from "../facebar/picture.js";

/**
 * @typedef {import("../colours.js").Rgb} Rgb
 * @typedef {import("../../engine/types.js").Code} Code
 * @typedef {{mean: number, spread: number, used: boolean | number}} Bar spread: one standard deviation; 0 for a point
 *   code; used: whether the number is in use, or how much so
 * @typedef {{x: number, y: number, w: number, h: number}} Box
 * @typedef {[number, number, number, number]} Leg from x, y to x, y
 */

export const REACH = 3.4; // units of the code that half a bar's room holds

/** @type {WeakMap<Code, Bar[]>} */
const known = new WeakMap();

/**
 * Return the bars of a code, the strongest number first; made once.
 *
 * @param {Code} code
 * @param {import("../models.js").Model} model
 */
export function barsOf(code, model) {
  const bars = known.get(code) ?? toBars(code, model);
  known.set(code, bars);
  return bars;
}

/** @param {Code} code @param {Pick<import("../models.js").Model, "order" | "used">} model @returns {Bar[]} */
export function toBars({ mean, logvar }, model) {
  const used = new Set(model.used);
  const scale = logvar ? 1 : 2; // an AE's numbers reach farther: nothing keeps them near 0
  return model.order.map((j) => ({
    mean: mean[j] / scale,
    spread: logvar ? Math.exp(logvar[j] / 2) : 0,
    used: used.has(j),
  }));
}

export class Flow {
  /** @type {Record<string, Box>} */
  #at = {};
  /** @type {{into: Leg, out: Leg}[]} */
  #strands = [];
  #size = [0, 0];
  #upright = false;
  #count = 32;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{face: HTMLElement, code: HTMLElement, copy: HTMLElement}} places
   */
  constructor(canvas, places) {
    this.canvas = canvas;
    this.context = contextOf(canvas);
    this.places = places;
  }

  /** Take the places' boxes anew: after a resize, or for another number of bars. */
  measure(count = this.#count) {
    this.#count = count;
    const { canvas, context } = this;
    const box = canvas.getBoundingClientRect();
    const density = Math.min(2, devicePixelRatio || 1);
    canvas.width = Math.round(box.width * density);
    canvas.height = Math.round(box.height * density);
    context.setTransform(density, 0, 0, density, 0, 0);
    this.#size = [box.width, box.height];
    for (const [name, element] of Object.entries(this.places)) {
      const r = element.getBoundingClientRect();
      this.#at[name] = { x: r.left - box.left, y: r.top - box.top, w: r.width, h: r.height };
    }
    const { face, code, copy } = this.#at;
    this.#upright = code.w > code.h * 1.6; // on the phone the bars stand in a row
    this.#strands = Array.from({ length: count }, (_, i) => {
      const row = code.y + ((i + 0.5) * code.h) / count;
      const share = (i + 0.5) / count;
      return {
        into: [face.x + face.w, face.y + share * face.h, code.x, row],
        out: [code.x + code.w, row, copy.x, copy.y + share * copy.h],
      };
    });
  }

  /**
   * @param {Bar[]} a
   * @param {Bar[]} b
   * @param {number} t share of the way from a to b
   * @param {Rgb} live
   * @param {Rgb} idle
   */
  draw(a, b, t, live, idle) {
    if (a.length !== this.#count) this.measure(a.length);
    this.context.clearRect(0, 0, this.#size[0], this.#size[1]);
    const bars = a.map((bar, i) => {
      const life = mix(Number(bar.used), Number(b[i].used), t);
      return {
        mean: mix(bar.mean, b[i].mean, t),
        spread: mix(bar.spread, b[i].spread, t),
        life,
        colour: blend(idle, live, life),
      };
    });
    if (!this.#upright) this.#drawStrands(bars);
    this.#drawBars(bars, idle);
  }

  /** @param {{life: number, colour: Rgb}[]} bars */
  #drawStrands(bars) {
    const c = this.context;
    for (const [i, { into, out }] of this.#strands.entries()) {
      const { life, colour } = bars[i];
      c.lineWidth = 0.75 + 1.25 * life;
      c.strokeStyle = css(colour, mix(0.34, 0.62, life));
      for (const [x0, y0, x1, y1] of [into, out]) {
        const bend = (x1 - x0) / 2;
        c.beginPath();
        c.moveTo(x0, y0);
        c.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
        c.stroke();
      }
    }
  }

  /** @param {{mean: number, spread: number, life: number, colour: Rgb}[]} bars @param {Rgb} idle */
  #drawBars(bars, idle) {
    const c = this.context;
    const { code } = this.#at;
    const [across, along] = this.#upright ? [code.h, code.w] : [code.w, code.h];
    const pitch = along / this.#count;
    const thick = Math.max(2, Math.min(pitch - 2, pitch * 0.62));
    const scale = (across / 2 - 3) / REACH;
    const middle = this.#upright ? code.y + across / 2 : code.x + across / 2;
    const first = this.#upright ? code.x : code.y;
    const cut = (/** @type {number} */ v) => Math.max(-REACH, Math.min(REACH, v)) * scale;
    const bar = (/** @type {number} */ i, /** @type {number} */ from, /** @type {number} */ to) => {
      const [low, high] = [cut(Math.min(from, to)), cut(Math.max(from, to))];
      const start = first + (i + 0.5) * pitch - thick / 2;
      c.beginPath();
      if (this.#upright) c.roundRect(start, middle - high, thick, high - low, Math.min(2, thick / 2));
      else c.roundRect(middle + low, start, high - low, thick, Math.min(2, thick / 2));
      c.fill();
    };
    for (const [i, { mean, spread, life, colour }] of bars.entries()) {
      c.fillStyle = css(colour, mix(0.2, 0.26, life));
      bar(i, mean - spread, mean + spread);
      c.fillStyle = css(colour, mix(0.5, 1, life));
      bar(i, 0, mean);
    }
    c.fillStyle = css(idle, 0.9);
    if (this.#upright) c.fillRect(code.x, middle - 0.5, code.w, 1);
    else c.fillRect(middle - 0.5, code.y, 1, code.h);
  }
}
