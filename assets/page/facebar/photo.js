// A photograph becomes a crop. Several faces: click one. None: a square to drag, made larger at its corner.

import { make } from "../dom.js";
import { closeDialog, onceClosed, openDialog } from "../parts/dialog.js";
import { moveSquare, scaleSquare, startSquare } from "../parts/square_layout.js";
import { PHOTO } from "../words/photo.js";
import { contextOf, newCanvas } from "./picture.js";

/**
 * @typedef {import("../../engine/types.js").Engine} Engine
 * @typedef {import("../../engine/types.js").Found} Found
 * @typedef {import("../parts/square_layout.js").Square} Square
 */

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Crop a photograph: to its one face at once, otherwise as the visitor chooses; null where they choose nothing.
 *
 * @param {Engine} engine
 * @param {Blob} photo
 * @param {boolean} [ask] even where there is only one face
 * @returns {Promise<Uint8ClampedArray | null>}
 */
export async function cropPhoto(engine, photo, ask = false) {
  /** @type {Found | null} */
  let found = null;
  try {
    found = await engine.find(photo);
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "NoFaceFound") throw error;
  }
  if (found && found.faces.length === 1 && !ask) return engine.align(found);
  return choose(engine, photo, found);
}

/** @param {Engine} engine @param {Blob} photo @param {Found | null} found @returns {Promise<Uint8ClampedArray | null>} */
async function choose(engine, photo, found) {
  const bitmap = await createImageBitmap(photo).catch(() => null);
  if (!bitmap) return found ? engine.align(found) : engine.cut(photo); // only the server reads this file
  return new Promise((resolve, reject) => {
    let isChosen = false;
    const finish = (/** @type {Promise<Uint8ClampedArray>} */ crop) => {
      isChosen = true;
      crop.then(resolve, reject);
      closeDialog();
    };
    const stage = make("div", { className: "photo-stage" }, pictureOf(bitmap));
    const square = createSquare(stage, bitmap, found);
    for (const [i, face] of (found?.faces ?? []).entries()) {
      const button = make("button", { type: "button", className: "found", "aria-label": PHOTO.face(i + 1) });
      place(
        button,
        { x: face.box[0], y: face.box[1], w: face.box[2] - face.box[0], h: face.box[3] - face.box[1] },
        bitmap,
      );
      button.addEventListener("click", () => finish(engine.align(/** @type {Found} */ (found), i)));
      stage.append(button);
    }
    const use = make("button", { type: "button", className: "primary" }, PHOTO.use);
    use.hidden = Boolean(found); // until a square is drawn
    stage.addEventListener("pointerdown", () => {
      use.hidden = false;
    });
    use.addEventListener("click", () => finish(engine.cut(photo, square())));
    const words = make("p", {}, found ? PHOTO.several(found.faces.length) : PHOTO.none);
    openDialog(PHOTO.title, words, stage, make("p", { className: "note" }, PHOTO.square), use);
    onceClosed(() => isChosen || resolve(null));
  });
}

/** @param {ImageBitmap} bitmap */
function pictureOf(bitmap) {
  const scale = Math.min(3, 1200 / Math.max(bitmap.width, bitmap.height)); // a small picture is enlarged
  const canvas = newCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  contextOf(canvas).drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", PHOTO.picture);
  return canvas;
}

/** @param {HTMLElement} element @param {{x: number, y: number, w: number, h: number}} box @param {ImageBitmap} picture */
function place(element, { x, y, w, h }, { width, height }) {
  Object.assign(element.style, {
    left: `${(100 * x) / width}%`,
    top: `${(100 * y) / height}%`,
    width: `${(100 * w) / width}%`,
    height: `${(100 * h) / height}%`,
  });
}

/**
 * Create a square over the picture that is dragged, pinched, and moved by arrow keys.
 *
 * @param {HTMLElement} stage
 * @param {ImageBitmap} bitmap
 * @param {Found | null} found
 * @returns {() => import("../../engine/types.js").Square}
 */
function createSquare(stage, bitmap, found) {
  let square = startSquare(bitmap.width, bitmap.height);
  const frame = make(
    "div",
    { className: "square", role: "application", tabIndex: 0, "aria-label": PHOTO.square },
    make("i", { className: "corner" }),
  );
  frame.hidden = Boolean(found);
  const show = (/** @type {Square} */ next) => {
    square = next;
    place(frame, { x: square.left, y: square.top, w: square.side, h: square.side }, bitmap);
  };
  show(square);
  stage.append(frame);
  stage.addEventListener("pointerdown", () => {
    frame.hidden = false;
  });
  bindPointers(stage, frame, bitmap, () => square, show);
  frame.addEventListener("wheel", (event) => {
    event.preventDefault();
    show(scaleSquare(square, Math.exp(-event.deltaY / 500), bitmap));
  });
  frame.addEventListener("keydown", (event) => {
    const step = KEYS[/** @type {keyof typeof KEYS} */ (event.key)];
    const factor = { "+": 1.05, "-": 1 / 1.05 }[event.key];
    if (!step && !factor) return;
    event.preventDefault();
    show(
      step
        ? moveSquare(square, (step[0] * bitmap.width) / 50, (step[1] * bitmap.height) / 50, bitmap)
        : scaleSquare(square, factor ?? 1, bitmap),
    );
  });
  return () => ({ x: square.left + square.side / 2, y: square.top + square.side / 2, side: square.side });
}

/**
 * @param {HTMLElement} stage
 * @param {HTMLElement} frame
 * @param {ImageBitmap} bitmap
 * @param {() => Square} current
 * @param {(square: Square) => void} show
 */
function bindPointers(stage, frame, bitmap, current, show) {
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  let atCorner = false;
  frame.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    frame.focus();
    frame.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    atCorner = event.target !== frame;
  });
  frame.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const before = pointers.size === 2 ? spread() : 1;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const scale = bitmap.width / stage.getBoundingClientRect().width;
    const [dx, dy] = [(event.clientX - last.x) * scale, (event.clientY - last.y) * scale];
    if (pointers.size === 2) show(scaleSquare(current(), spread() / before, bitmap));
    else if (atCorner) show(scaleSquare(current(), 1 + (dx + dy) / current().side, bitmap));
    else show(moveSquare(current(), dx, dy, bitmap));
  });
  for (const end of ["pointerup", "pointercancel"])
    frame.addEventListener(end, (event) => pointers.delete(/** @type {PointerEvent} */ (event).pointerId));
}
