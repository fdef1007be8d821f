// The card: what beta leaves of a face, on a canvas that is the size of a link's picture.

import { contextOf, enlarge, newCanvas } from "../facebar/picture.js";
import { FAMILIES } from "../words/page.js";
import { CARD } from "../words/share.js";
import { FOOT, HEAD, HEIGHT, layCard, MARGIN, WIDTH } from "./card_layout.js";

/**
 * @typedef {import("./card_layout.js").Square} Square
 * @typedef {{label: string, family: string, nats: number | null, crop: Uint8ClampedArray}} Kept a model's copy
 */

// the page's dark theme, whatever theme the visitor has: a card looks the same everywhere
const [GROUND, INK, SOFT] = ["#0e131b", "#eef2f8", "#b9c4d4"];
/** @type {Record<string, string>} */
const COLOURS = { ae: "#aab6c8", vae: "#5bb8f0", "beta-vae": "#ffb347", "beta-tcvae": "#b794f6" };
const SANS =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif';
const SERIF = 'Georgia, "Times New Roman", "Liberation Serif", serif';
const [ROUND, LARGE, STRIPE] = [14, 512, 10]; // pixels: corners, enlarged faces, the colours along the lower edge

/**
 * Draw the card.
 *
 * @param {Kept[]} kept in the order of beta
 * @param {Uint8ClampedArray | null} original null: without it
 * @param {{family: import("../store.js").Family, address: string}} about the slider's family; where the page is, or ""
 */
export function drawCard(kept, original, { family, address }) {
  const canvas = newCanvas(WIDTH, HEIGHT);
  const context = contextOf(canvas);
  context.fillStyle = GROUND;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.imageSmoothingQuality = "high";
  drawHead(context, CARD.about[family]);
  const layout = layCard(kept.length, original !== null);
  if (original && layout.original && layout.arrow) {
    drawFace(context, layout.original, original, [CARD.original, ""], INK);
    drawArrow(context, layout.arrow);
  }
  for (const [i, one] of kept.entries())
    drawFace(context, layout.faces[i], one.crop, [one.label, CARD.nats(one.nats)], COLOURS[one.family] ?? INK);
  drawFoot(context, `${FAMILIES[family].name}: ${FAMILIES[family].price}`, address);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", CARD.spoken(kept.map(({ label, nats }) => `${label}: ${CARD.nats(nats)}`)));
  return canvas;
}

/** @param {CanvasRenderingContext2D} context @param {string} about */
function drawHead(context, about) {
  let x = MARGIN;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  for (const [i, text] of CARD.title.entries()) {
    context.font = i === 1 ? `italic 62px ${SERIF}` : `bold 54px ${SANS}`;
    context.fillStyle = i === 1 ? COLOURS["beta-vae"] : INK;
    context.fillText(text, x, 98);
    x += context.measureText(text).width;
  }
  context.font = `27px ${SANS}`;
  context.fillStyle = SOFT;
  context.fillText(about, MARGIN, HEAD - 28, WIDTH - 2 * MARGIN);
}

/** @param {CanvasRenderingContext2D} context @param {Square} square @param {Uint8ClampedArray} crop @param {string[]} words @param {string} colour */
function drawFace(context, { x, y, side }, crop, [label, note], colour) {
  context.save();
  context.beginPath();
  context.roundRect(x, y, side, side, ROUND);
  context.clip();
  context.drawImage(enlarge(crop, LARGE), x, y, side, side);
  context.restore();
  context.textAlign = "center";
  context.fillStyle = colour;
  context.font = `bold 28px ${SANS}`;
  context.fillText(label, x + side / 2, y + side + 36, side);
  context.fillStyle = SOFT;
  context.font = `21px ${SANS}`;
  context.fillText(note, x + side / 2, y + side + 65, side);
}

/** @param {CanvasRenderingContext2D} context @param {{x: number, y: number}} middle */
function drawArrow(context, { x, y }) {
  context.strokeStyle = SOFT;
  context.lineWidth = 4;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(x - 14, y);
  context.lineTo(x + 14, y);
  context.moveTo(x + 4, y - 10);
  context.lineTo(x + 14, y);
  context.lineTo(x + 4, y + 10);
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {string} family @param {string} address */
function drawFoot(context, family, address) {
  const line = HEIGHT - FOOT / 2 + 6;
  context.textAlign = "left";
  context.fillStyle = INK;
  context.font = `bold 24px ${SANS}`;
  context.fillText(CARD.name, MARGIN, line);
  const x = MARGIN + context.measureText(CARD.name).width + 18;
  context.fillStyle = SOFT;
  context.font = `24px ${SANS}`;
  context.fillText(address, x, line, WIDTH / 2 - x);
  context.textAlign = "right";
  context.fillText(family, WIDTH - MARGIN, line);
  for (const [i, colour] of Object.values(COLOURS).entries()) {
    context.fillStyle = colour;
    context.fillRect((i * WIDTH) / 4, HEIGHT - STRIPE, WIDTH / 4, STRIPE);
  }
}
