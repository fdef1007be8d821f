// Files to take away: faces of 512 pixels, labelled sheets, tables and codes.

import { contextOf, enlarge, newCanvas, SAVED } from "./facebar/picture.js";

/** @typedef {{title: string, crops: Uint8ClampedArray[]}} Line a labelled line of a sheet */

const GAP = 12;
const LABEL = 220; // pixels of a label's column
const FACE = 160; // pixels of a face on a sheet

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** @param {HTMLCanvasElement} canvas @param {string} name */
export const savePicture = (canvas, name) => canvas.toBlob((blob) => blob && save(blob, name), "image/png");

/** @param {Uint8ClampedArray} crop @param {string} name */
export const saveFace = (crop, name) => savePicture(enlarge(crop, SAVED), name);

/** @param {string} text @param {string} type @param {string} name */
export const saveText = (text, type, name) => save(new Blob([text], { type }), name);

/** @param {unknown} value @param {string} name */
export const saveJson = (value, name) => saveText(`${JSON.stringify(value, null, 1)}\n`, "application/json", name);

/**
 * Write a table as CSV: cells with a comma, a quote or a line break are quoted.
 *
 * @param {(string | number | null)[][]} rows
 */
export function toCsv(rows) {
  const cell = (/** @type {string | number | null} */ value) => {
    const text = value === null ? "" : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/**
 * Draw a sheet: a heading, and labelled lines of faces.
 *
 * @param {string} heading
 * @param {Line[]} lines
 */
export function drawSheet(heading, lines) {
  const most = Math.max(...lines.map(({ crops }) => crops.length));
  const canvas = newCanvas(LABEL + most * (FACE + 4) + 2 * GAP, 64 + lines.length * (FACE + GAP) + GAP);
  const context = contextOf(canvas);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#111a2b";
  context.textBaseline = "middle";
  context.font = "bold 24px system-ui, sans-serif";
  context.fillText(heading, GAP, 36);
  context.font = "20px system-ui, sans-serif";
  context.imageSmoothingQuality = "high";
  for (const [i, { title, crops }] of lines.entries()) {
    const top = 64 + i * (FACE + GAP);
    context.fillText(title, GAP, top + FACE / 2, LABEL - GAP);
    for (const [j, crop] of crops.entries())
      context.drawImage(enlarge(crop, 256), LABEL + j * (FACE + 4), top, FACE, FACE);
  }
  return canvas;
}
