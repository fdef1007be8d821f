// Error against information: the average face's ladders, pale, and this face's, with a dot that follows the slider.

import { draw } from "../dom.js";
import { ladderOf } from "../ladder.js";
import { scalesOf, ticks } from "../parts/chart_layout.js";
import { CHART } from "../words/page.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {{nats: number | null, error: number}} Point
 */

const MARGINS = { left: 42, right: 14, top: 10, bottom: 36 };
const FAMILIES = ["beta-vae", "beta-tcvae"];

export class Chart {
  /** @type {import("../parts/chart_layout.js").Scales | null} */
  #scales = null;
  #dot = draw("circle", { r: 8, class: "dot" });
  #stem = draw("line", { class: "stem" });
  #foot = 0;
  #right = 0;

  /**
   * @param {Element} svg
   * @param {Model[]} models
   */
  constructor(svg, models) {
    this.svg = svg;
    this.models = models;
  }

  /**
   * Lay out for a face's points, by model, and for the curves of a network of every beta.
   *
   * @param {Map<string, Point>} points
   * @param {Record<string, Point[]>} [curves] "mean" and "own"
   */
  lay(points, curves = {}) {
    const { width, height } = this.svg.getBoundingClientRect();
    if (!width || !points.size) return;
    const means = new Map(
      this.models.flatMap((m) => (m.error === null ? [] : [[m.name, { nats: m.information, error: m.error }]])),
    );
    const scales = scalesOf(
      [...points.values(), .../** @type {Point[]} */ ([...means.values()]), ...Object.values(curves).flat()],
      width,
      height,
      MARGINS,
    );
    this.#scales = scales;
    this.#foot = height - MARGINS.bottom;
    this.#right = width - MARGINS.right;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren(
      ...this.#axes(scales),
      ...this.#lines(/** @type {any} */ (means), "mean", scales),
      ...this.#lines(points, "own", scales),
      ...Object.entries(curves).map(([kind, curve]) => lineOf(curve, `${kind} dial`, scales)),
      ...this.#marks(points, scales),
      this.#stem,
      this.#dot,
    );
  }

  /** @param {import("../parts/chart_layout.js").Scales} scales */
  #axes({ x, y, mostNats, mostError }) {
    const rows = ticks(mostError, 4).flatMap((v) => [
      draw("line", { x1: MARGINS.left, x2: this.#right, y1: y(v), y2: y(v), class: "grid" }),
      draw("text", { x: MARGINS.left - 7, y: y(v) + 4, class: "end" }, String(v)),
    ]);
    const columns = ticks(mostNats, 6).map((v) =>
      draw("text", { x: x(v), y: this.#foot + 16, class: "middle" }, String(v)),
    );
    return [
      ...rows,
      ...columns,
      draw("text", { x: this.#right, y: this.#foot + 33, class: "end" }, CHART.axis),
      draw("text", { x: MARGINS.left, y: this.#foot + 33 }, CHART.higher),
    ];
  }

  /** @param {Map<string, Point>} points @param {string} kind @param {import("../parts/chart_layout.js").Scales} scales */
  #lines(points, kind, scales) {
    return FAMILIES.map((family) => {
      const ladder = ladderOf(this.models, family).map(({ name }) => points.get(name));
      return lineOf(ladder, `${kind} ${family}`, scales);
    });
  }

  /** @param {Map<string, Point>} points @param {import("../parts/chart_layout.js").Scales} scales */
  #marks(points, { x, y }) {
    const marks = [];
    /** @type {[number, number][]} */
    const taken = [];
    for (const model of this.models) {
      const point = points.get(model.name);
      if (!point) continue;
      if (point.nats === null) {
        marks.push(
          draw("line", {
            x1: MARGINS.left,
            x2: this.#right,
            y1: y(point.error),
            y2: y(point.error),
            class: "no-price",
          }),
        );
        marks.push(draw("text", { x: MARGINS.left + 6, y: y(point.error) - 6, class: "mark ae" }, CHART.none));
        continue;
      }
      const at = /** @type {[number, number]} */ ([x(point.nats), y(point.error)]);
      marks.push(draw("circle", { cx: at[0], cy: at[1], r: 4, class: `step ${model.family}` }));
      const above = model.family !== "beta-vae";
      const label = /** @type {[number, number]} */ ([at[0] + (above ? 8 : -8), at[1] + (above ? -7 : 17)]);
      if (taken.some(([a, b]) => Math.abs(a - label[0]) < 22 && Math.abs(b - label[1]) < 13)) continue; // an easy face: no room
      taken.push(label);
      marks.push(
        draw(
          "text",
          { x: label[0], y: label[1], class: `mark ${model.family} ${above ? "" : "end"}` },
          model.family === "vae" ? "β 1" : String(model.beta),
        ),
      );
    }
    return marks;
  }

  /**
   * Move the dot between two points: hollow on the way, for no model is there.
   *
   * @param {Point} a
   * @param {Point} b
   * @param {number} t
   * @param {string} accent
   */
  move(a, b, t, accent) {
    const scales = this.#scales;
    if (!scales) return;
    const x = (/** @type {Point} */ p) => (p.nats === null ? this.#right : scales.x(p.nats));
    const cx = x(a) + (x(b) - x(a)) * t;
    const cy = scales.y(a.error + (b.error - a.error) * t);
    this.#dot.setAttribute("transform", `translate(${cx.toFixed(1)} ${cy.toFixed(1)})`);
    this.#dot.style.stroke = accent;
    this.#dot.style.fill = t > 0.02 && t < 0.98 ? "var(--card)" : accent;
    for (const [name, value] of Object.entries({ x1: cx, x2: cx, y1: cy, y2: this.#foot }))
      this.#stem.setAttribute(name, value.toFixed(1));
  }
}

/** @param {(Point | undefined)[]} points @param {string} kind @param {import("../parts/chart_layout.js").Scales} scales */
function lineOf(points, kind, { x, y }) {
  const shown = points.flatMap((p) =>
    p && p.nats !== null ? [`${x(p.nats).toFixed(1)},${y(p.error).toFixed(1)}`] : [],
  );
  return draw("polyline", { points: shown.join(" "), class: `ladder ${kind}` });
}
