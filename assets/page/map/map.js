// A map of codes on a canvas: their density, the prior's circles, the current code; and which code a pixel means.
// Both axes have one scale, so that the prior's circles are round.

import { contextOf } from "../facebar/picture.js";
import { drawAxes, frame, write } from "./axes.js";
import { drawDensity, rgb } from "./cloud.js";
import { centreOf, codeOf, viewOf } from "./densities.js";

export * from "./densities.js";

/**
 * @typedef {import("./types.js").CodeMap} CodeMap
 * @typedef {import("./types.js").View} View
 * @typedef {import("./types.js").Place} Place
 */

const HOLDS = ["39 %", "86 %", "99 % of the prior"]; // of N(0, I) in two dimensions within the radii 1, 2, 3

/**
 * Return the code that a pixel of the canvas means (`event.offsetX`, `event.offsetY`): `code` moved there in the map.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {CodeMap} map
 * @param {number[]} pixel
 * @param {{code?: number[], view?: View}} [options]
 */
export function codeAt(canvas, map, pixel, { code = map.mean, view = viewOf(map) } = {}) {
  return codeOf(map, pointAt(canvas, map, pixel, { view }), code);
}

/**
 * Return the two coordinates of a pixel, in CSS pixels from the canvas's upper left corner.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {CodeMap} map
 * @param {number[]} pixel
 * @param {{view?: View}} [options]
 */
export function pointAt(canvas, map, [left, top], { view = viewOf(map) } = {}) {
  const { middle, scale, centre } = frame(canvas, view);
  return [centre[0] + (left - middle[0]) / scale, centre[1] - (top - middle[1]) / scale];
}

/**
 * Return the pixel of a point: the inverse of `pointAt`.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {CodeMap} map
 * @param {number[]} point
 * @param {{view?: View}} [options]
 * @returns {[number, number]}
 */
function pixelOf(canvas, map, point, { view = viewOf(map) } = {}) {
  const { middle, scale, centre } = frame(canvas, view);
  return [middle[0] + (point[0] - centre[0]) * scale, middle[1] - (point[1] - centre[1]) * scale];
}

/**
 * Draw. `colour`: the model's, any CSS colour; `point`, `pointer`: coordinates, or null; `view`: see `viewOf`.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {CodeMap} map
 * @param {{colour: string, dark?: boolean, point?: number[] | null, pointer?: number[] | null, view?: View}} options
 */
export function drawMap(canvas, map, { colour, dark = false, point = null, pointer = null, view = viewOf(map) }) {
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * density);
  canvas.height = Math.round(canvas.clientHeight * density);
  const pen = contextOf(canvas);
  pen.scale(density, density);
  const ink = dark
    ? { page: "#0f172a", text: "#cbd5e1", faint: "#94a3b8", line: "#334155", circle: "#f1f5f9" }
    : { page: "#ffffff", text: "#334155", faint: "#64748b", line: "#e2e8f0", circle: "#0f172a" };
  const place = {
    pen,
    ink,
    box: frame(canvas, view),
    at: (/** @type {number[]} */ p) => pixelOf(canvas, map, p, { view }),
  };
  drawAxes(place, map.labels);
  pen.save();
  pen.beginPath();
  pen.rect(place.box.left, place.box.top, place.box.width, place.box.height);
  pen.clip();
  drawDensity(place, map, rgb(colour));
  drawCircles(place, centreOf(map));
  if (pointer) drawPointer(place, pointer);
  if (point) drawPoint(place, point);
  pen.restore();
}

/** @param {Place} place @param {number[]} centre */
function drawCircles({ pen, ink, box, at }, centre) {
  const [x, y] = at(centre);
  HOLDS.forEach((holds, i) => {
    const radius = (i + 1) * box.scale;
    const outermost = i === HOLDS.length - 1;
    const told = outermost || box.scale > 22;
    const gap = told && !outermost ? Math.asin(19 / radius) : 0; // for the number, in the line
    pen.strokeStyle = ink.circle;
    pen.lineWidth = 1.5;
    pen.setLineDash(outermost ? [] : [5, 4]);
    pen.beginPath();
    pen.arc(x, y, radius, gap - Math.PI / 2, 1.5 * Math.PI - gap);
    pen.stroke();
    pen.setLineDash([]);
    if (told) write(pen, ink.circle, holds, [x, y - radius - (outermost ? 10 : 0)], "center", ink.page);
  });
}

/** @param {Place} place @param {number[]} point */
function drawPoint({ pen, ink, at }, point) {
  pen.beginPath();
  pen.arc(...at(point), 7, 0, 2 * Math.PI);
  pen.fillStyle = ink.circle;
  pen.fill();
  pen.lineWidth = 3;
  pen.strokeStyle = ink.page;
  pen.stroke();
}

/** @param {Place} place @param {number[]} pointer */
function drawPointer({ pen, ink, at }, pointer) {
  const [x, y] = at(pointer);
  pen.strokeStyle = ink.circle;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.arc(x, y, 8, 0, 2 * Math.PI);
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    pen.moveTo(x + 5 * dx, y + 5 * dy);
    pen.lineTo(x + 12 * dx, y + 12 * dy);
  }
  pen.stroke();
}
