// The curve of a network of every beta, error against information, with the models of one beta each beside it.

import { draw } from "../dom.js";
import { scalesOf, ticks } from "../parts/chart_layout.js";
import { ABOUT_DIAL } from "../words/dial.js";
import { CHART } from "../words/page.js";

/** @typedef {{nats: number, error: number, beta: number, family: string}} Point */

const MARGINS = { left: 42, right: 14, top: 10, bottom: 36 };
const LABELLED = 6; // betas of the curve at most, so that their labels have room

/**
 * @param {Point[]} curve beta increasing
 * @param {Point[]} models
 * @param {number[]} marked betas of the curve that have a label
 */
export function buildDialChart(curve, models, marked) {
  const svg = draw("svg", { role: "img", "aria-label": ABOUT_DIAL.chartName });
  const lay = () => {
    const { width, height } = svg.getBoundingClientRect();
    if (!width) return;
    const scales = scalesOf([...curve, ...models], width, height, MARGINS);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren(
      ...drawAxes(scales, width, height),
      ...drawCurve(curve, scales, marked.slice(-LABELLED)),
      ...models.map(({ nats, error, family }) =>
        draw("circle", { cx: scales.x(nats), cy: scales.y(error), r: 5, class: `step ${family}` }),
      ),
    );
  };
  new ResizeObserver(lay).observe(svg);
  return svg;
}

/** @param {import("../parts/chart_layout.js").Scales} scales @param {number} width @param {number} height */
function drawAxes({ x, y, mostNats, mostError }, width, height) {
  const [foot, right] = [height - MARGINS.bottom, width - MARGINS.right];
  const rows = ticks(mostError, 4).flatMap((v) => [
    draw("line", { x1: MARGINS.left, x2: right, y1: y(v), y2: y(v), class: "grid" }),
    draw("text", { x: MARGINS.left - 7, y: y(v) + 4, class: "end" }, String(v)),
  ]);
  const columns = ticks(mostNats, 6).map((v) => draw("text", { x: x(v), y: foot + 16, class: "middle" }, String(v)));
  return [...rows, ...columns, draw("text", { x: right, y: foot + 33, class: "end" }, CHART.axis)];
}

/** @param {Point[]} curve @param {import("../parts/chart_layout.js").Scales} scales @param {number[]} marked */
function drawCurve(curve, { x, y }, marked) {
  const points = curve.map(({ nats, error }) => `${x(nats).toFixed(1)},${y(error).toFixed(1)}`).join(" ");
  const labels = curve
    .filter(({ beta }) => marked.includes(beta))
    .flatMap(({ nats, error, beta }) => [
      draw("circle", { cx: x(nats), cy: y(error), r: 3.5, class: "on-curve" }),
      draw("text", { x: x(nats) - 7, y: y(error) + 17, class: "mark end" }, `β ${beta}`),
    ]);
  return [draw("polyline", { points, class: "ladder dial" }), ...labels];
}
