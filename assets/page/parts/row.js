// The same face by every model, in one row: families under brackets, a click chooses.

import { make, roveFocus, setText } from "../dom.js";
import { newCanvas, paint } from "../facebar/picture.js";
import { groupByFamily, shortTitle, spokenTitle } from "../models.js";
import { BRACKETS, number, ROW, SCORES } from "../words/page.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../facebar/faces.js").Copy} Copy
 * @typedef {import("../facebar/faces.js").Face} Face
 * @typedef {{button: HTMLButtonElement, canvas: HTMLCanvasElement, foot: HTMLElement, scores: HTMLElement}} Cell
 */

const SIZE = 192; // pixels of a canvas

export class Row {
  /** @type {Map<string, Cell>} */
  #cells = new Map();
  /** @type {"pixels" | "errors"} */
  view = "pixels";

  /**
   * @param {HTMLElement} root
   * @param {Model[]} models
   * @param {(model: Model) => void} choose
   * @param {{original?: boolean}} [options] original: a first cell with the face itself
   */
  constructor(root, models, choose, { original = true } = {}) {
    this.root = root;
    this.models = models;
    this.original = newCanvas(SIZE);
    root.style.setProperty("--cells", String(models.length + Number(original)));
    if (original) root.append(this.#originalCell());
    for (const { family, models: members } of groupByFamily(models)) root.append(this.#group(family, members, choose));
    roveFocus(root, "button.cell");
  }

  #title = make("b", {}, ROW.original);
  #note = make("small", {}, ROW.pixels);

  #originalCell() {
    const label = make("span", { className: "bracket" }, ROW.face);
    this.original.setAttribute("role", "img");
    this.original.setAttribute("aria-label", ROW.original);
    return make(
      "div",
      { className: "cell original" },
      label,
      make("span", { className: "pic" }, this.original),
      this.#title,
      this.#note,
    );
  }

  /** @param {string} family @param {Model[]} members @param {(model: Model) => void} choose */
  #group(family, members, choose) {
    const cells = members.map((model) => this.#cell(model, choose));
    const group = make(
      "div",
      { className: `group ${family}` },
      make("span", { className: "bracket" }, BRACKETS[family] ?? family),
      ...cells,
    );
    group.style.setProperty("--n", String(members.length));
    return group;
  }

  /** @param {Model} model @param {(model: Model) => void} choose */
  #cell(model, choose) {
    const canvas = newCanvas(SIZE);
    const foot = make("small");
    const scores = make("span", { className: "scores" });
    const title = make("b", {}, shortTitle(model));
    const button = make(
      "button",
      { type: "button", className: "cell waiting" },
      make("span", { className: "pic" }, canvas),
      make("span", { className: "visually-hidden" }, spokenTitle(model)),
      title,
      foot,
      scores,
    );
    button.addEventListener("click", () => choose(model));
    this.#cells.set(model.name, { button, canvas, foot, scores });
    return button;
  }

  /**
   * Show a face and as many copies as there are.
   *
   * @param {Face} face
   */
  show(face) {
    paint(this.original, face.crop);
    setText(this.#title, face.given ? ROW.redrawn : ROW.original);
    setText(this.#note, face.given ? ROW.linked : ROW.pixels);
    this.original.setAttribute("aria-label", face.given ? ROW.redrawn : ROW.original);
    for (const model of this.models) {
      const copy = face.copies.get(model.name);
      if (copy) this.showCopy(model, copy);
      else this.#cells.get(model.name)?.button.classList.add("waiting");
    }
  }

  /** @param {Model} model @param {Copy} copy */
  showCopy(model, copy) {
    const cell = this.#cells.get(model.name);
    if (!cell) return;
    cell.button.classList.remove("waiting", "failed");
    paint(cell.canvas, copy[this.view]);
    setText(cell.foot, ROW.error(copy.scores.squaredError));
    cell.scores.replaceChildren(...scoreLines(copy));
  }

  /** Paint pixels that are no reconstruction: a code that was changed. @param {string} name @param {Uint8ClampedArray} pixels */
  paint(name, pixels) {
    const cell = this.#cells.get(name);
    if (!cell) return;
    cell.button.classList.remove("waiting", "failed");
    paint(cell.canvas, pixels);
  }

  /** @param {string} name @param {string} sentence */
  fail(name, sentence) {
    const cell = this.#cells.get(name);
    if (!cell) return;
    cell.button.classList.add("failed");
    setText(cell.foot, sentence);
  }

  /** @param {string} name @param {string} words under a cell */
  note(name, words) {
    const cell = this.#cells.get(name);
    if (cell) setText(cell.foot, words);
  }

  /** Mark a model as the chosen one, by a share from 0 to 1. @param {Map<string, number>} shares */
  mark(shares) {
    for (const [name, { button }] of this.#cells) {
      const share = shares.get(name) ?? 0;
      button.style.setProperty("--here", share.toFixed(2));
      button.setAttribute("aria-current", String(share > 0.5));
    }
  }
}

/** @param {Copy} copy */
function scoreLines({ scores }) {
  /** @type {Record<string, number | null>} */
  const values = {
    error: scores.squaredError,
    mse: scores.mse,
    psnr: scores.psnr,
    ssim: scores.ssim,
    information: scores.kl,
  };
  return SCORES.slice(1).map(([key, name, digits]) => {
    const value = values[key];
    return make(
      "span",
      {},
      make("i", {}, name),
      value === null || !Number.isFinite(value) ? "–" : number(value, digits),
    );
  });
}
