// Lines between the faces that a visitor has matched.

import { draw } from "../dom.js";

/** @typedef {import("./board.js").Spot} Spot */

const BEND = 0.45; // share of the way at which a line turns

/**
 * Draw a curve from each face to its copy.
 *
 * @param {Element} svg covers the faces
 * @param {{from: Spot, to: Spot, kind: string}[]} pairs
 * @param {boolean} isAcross the two groups are side by side, as on a phone
 */
export function drawLines(svg, pairs, isAcross) {
  const frame = svg.getBoundingClientRect();
  const write = isAcross ? writeAcross : writeDown;
  const curves = pairs.map(({ from, to, kind }) =>
    draw("path", { d: write(from, to, frame), class: `thread ${kind}` }),
  );
  svg.replaceChildren(...curves);
}

/** Write the path from the right edge of a face to the left edge of a copy. @param {Spot} from @param {Spot} to @param {DOMRect} frame */
function writeAcross(from, to, frame) {
  const [face, copy] = [from.canvas.getBoundingClientRect(), to.canvas.getBoundingClientRect()];
  const a = at(face.right, face.top + face.height / 2, frame);
  const b = at(copy.left, copy.top + copy.height / 2, frame);
  const turn = BEND * (b.x - a.x);
  return `M${a.x} ${a.y}C${a.x + turn} ${a.y} ${b.x - turn} ${b.y} ${b.x} ${b.y}`;
}

/** Write the path from below a face's mark to the top of a copy. @param {Spot} from @param {Spot} to @param {DOMRect} frame */
function writeDown(from, to, frame) {
  const [mark, copy] = [from.mark.getBoundingClientRect(), to.canvas.getBoundingClientRect()];
  const a = at(mark.left + mark.width / 2, mark.bottom, frame);
  const b = at(copy.left + copy.width / 2, copy.top, frame);
  const turn = BEND * (b.y - a.y);
  return `M${a.x} ${a.y}C${a.x} ${a.y + turn} ${b.x} ${b.y - turn} ${b.x} ${b.y}`;
}

/** @param {number} x @param {number} y @param {DOMRect} frame */
const at = (x, y, frame) => ({ x: x - frame.left, y: y - frame.top });
