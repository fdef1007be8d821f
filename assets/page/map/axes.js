// Where things stand on a map's canvas, and the axes around it. Both axes have one scale.

import { niceStep } from "../parts/chart_layout.js";

const MARGIN = { left: 50, right: 12, top: 12, bottom: 46 };
const FONT = "12px ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif";

/**
 * Return the plotted rectangle in CSS pixels, for a canvas that shows a view (`viewOf`).
 *
 * @param {HTMLElement} canvas
 * @param {import("./types.js").View} view
 * @returns {import("./types.js").Frame}
 */
export function frame(canvas, { x, y }) {
  const { left, top } = MARGIN;
  const width = canvas.clientWidth - left - MARGIN.right;
  const height = canvas.clientHeight - top - MARGIN.bottom;
  const scale = Math.min(width / (x[1] - x[0]), height / (y[1] - y[0])); // CSS pixels a unit of the code
  const middle = [left + width / 2, top + height / 2];
  return { left, top, width, height, scale, middle, centre: [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2] };
}

/**
 * Draw gridlines, numbers and the names of both axes.
 *
 * @param {import("./types.js").Place} place
 * @param {string[]} labels
 */
export function drawAxes({ pen, ink, box, at }, labels) {
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  const step = niceStep(56 / box.scale, 1);
  for (const axis of [0, 1]) {
    const half = (axis ? box.height : box.width) / 2 / box.scale;
    const first = Math.ceil((box.centre[axis] - half) / step);
    const last = Math.floor((box.centre[axis] + half) / step);
    for (let i = first; i <= last; i += 1) {
      const pixel = Math.round(at([i * step, i * step])[axis]) + 0.5;
      pen.strokeStyle = ink.line;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(axis ? box.left : pixel, axis ? pixel : box.top);
      pen.lineTo(axis ? right : pixel, axis ? pixel : bottom);
      pen.stroke();
      const number = String(Number((i * step).toPrecision(6))).replace("-", "−");
      write(pen, ink.faint, number, axis ? [box.left - 8, pixel] : [pixel, bottom + 14], axis ? "right" : "center");
    }
  }
  write(pen, ink.text, labels[0], [box.left + box.width / 2, bottom + 34], "center");
  pen.save();
  pen.translate(14, box.top + box.height / 2);
  pen.rotate(-Math.PI / 2);
  write(pen, ink.text, labels[1], [0, 0], "center");
  pen.restore();
}

/**
 * Write `text` around `place`; with a `halo` of that colour it can be read over lines.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {string} colour
 * @param {string} text
 * @param {number[]} place
 * @param {CanvasTextAlign} align
 * @param {string | null} [halo]
 */
export function write(pen, colour, text, place, align, halo = null) {
  pen.font = halo ? `600 ${FONT}` : FONT;
  pen.textAlign = align;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 3;
  if (halo) {
    pen.strokeStyle = halo;
    pen.strokeText(text, place[0], place[1]);
  }
  pen.fillStyle = colour;
  pen.fillText(text, place[0], place[1]);
}
