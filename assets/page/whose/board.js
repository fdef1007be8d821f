// The board: four faces, four copies, and the pairs that a visitor makes of them: by click, by keyboard, by dragging.

import { draw, make, roveFocus, setText } from "../dom.js";
import { newCanvas, paint } from "../facebar/picture.js";
import { MARKS, SPOKEN, WHOSE } from "../words/whose.js";
import { bindDrag } from "./drag.js";
import { drawLines } from "./lines.js";
import { COUNT, match } from "./round.js";

/**
 * @typedef {"original" | "copy"} Side
 * @typedef {{side: Side, index: number}} Pick
 * @typedef {{button: HTMLButtonElement, canvas: HTMLCanvasElement, mark: HTMLElement, name: HTMLElement}} Spot
 */

const SIZE = 256; // pixels of a canvas

export class Board {
  /** @type {(number | null)[]} for each copy, the original it was given to */
  answer = new Array(COUNT).fill(null);
  /** @type {Pick | null} */
  #picked = null;
  /** @type {number[] | null} the order, once it is shown */
  #order = null;
  #lines = draw("svg", { class: "lines", "aria-hidden": "true" });
  #said = make("p", { className: "visually-hidden", role: "status" });

  /** @param {() => void} changed called after every change of the pairs */
  constructor(changed) {
    this.changed = changed;
    this.titles = { original: make("h2", {}, WHOSE.originals), copy: make("h2") };
    this.spots = { original: this.#makeSpots("original"), copy: this.#makeSpots("copy") };
    this.root = make(
      "div",
      { className: "match" },
      this.#group("original"),
      this.#group("copy"),
      /** @type {any} */ (this.#lines),
      this.#said,
    );
    this.root.inert = true; // until there are faces
    new ResizeObserver(() => this.#draw()).observe(this.root);
    bindDrag(this.root, (from, to) => this.#join(from, to));
  }

  /** @param {Side} side @returns {Spot[]} */
  #makeSpots(side) {
    return Array.from({ length: COUNT }, (_, index) => {
      const canvas = newCanvas(SIZE);
      const mark = make("span", { className: "mark-of", "aria-hidden": "true" });
      const name = make("span", { className: "visually-hidden" });
      const button = make("button", { type: "button", className: "spot" }, canvas, mark, name);
      Object.assign(button.dataset, { side, index });
      button.addEventListener("click", () => this.pick({ side, index }));
      return { button, canvas, mark, name };
    });
  }

  /** @param {Side} side */
  #group(side) {
    const buttons = make("div", { className: "spots" }, ...this.spots[side].map(({ button }) => button));
    roveFocus(buttons, "button");
    const id = `whose-${side}`;
    Object.assign(this.titles[side], { id });
    return make("section", { className: side, role: "group", "aria-labelledby": id }, this.titles[side], buttons);
  }

  /** Show a round, without any pair. @param {import("./cast.js").Cast} cast */
  show({ ladder, originals, copies }) {
    for (const [i, crop] of originals.entries()) paint(this.spots.original[i].canvas, crop);
    for (const [i, { pixels }] of copies.entries()) paint(this.spots.copy[i].canvas, pixels);
    setText(this.titles.copy, WHOSE.copies(ladder[ladder.length - 1]));
    this.root.inert = false;
    this.answer = new Array(COUNT).fill(null);
    this.#order = this.#picked = null;
    this.#refresh();
  }

  get isFull() {
    return this.answer.every((original) => original !== null);
  }

  /** Show which pairs are right; nothing can be moved any more. @param {number[]} order */
  reveal(order) {
    this.#order = order;
    this.#picked = null;
    this.#refresh();
  }

  /** Choose a face or a copy; the second choice, on the other side, makes the pair. @param {Pick} pick */
  pick(pick) {
    if (this.#order) return;
    const before = this.#picked;
    if (before && before.side !== pick.side) return this.#join(before, pick);
    this.#picked = before?.index === pick.index ? null : pick;
    this.#refresh();
  }

  /** @param {Pick} a @param {Pick} b */
  #join(a, b) {
    if (this.#order || a.side === b.side) return;
    const [copy, original] = a.side === "copy" ? [a.index, b.index] : [b.index, a.index];
    this.answer = match(this.answer, copy, original);
    this.#picked = null;
    setText(this.#said, SPOKEN.said(copy, original, this.answer[copy] === original));
    this.#refresh();
  }

  #refresh() {
    for (const [i, spot] of this.spots.original.entries()) {
      const copy = this.answer.indexOf(i);
      this.#label(spot, { side: "original", index: i }, copy >= 0, MARKS.original(i), SPOKEN.original(i, copy));
    }
    for (const [i, spot] of this.spots.copy.entries()) {
      const original = this.answer[i];
      const isMatched = original !== null;
      this.#label(spot, { side: "copy", index: i }, isMatched, MARKS.copy(i, original), SPOKEN.copy(i, original));
      if (this.#order) this.#judge(spot, i, this.#order[i]);
    }
    this.root.classList.toggle("done", Boolean(this.#order));
    this.#draw();
    this.changed();
  }

  /** @param {Spot} spot @param {Pick} pick @param {boolean} isMatched @param {string} mark @param {string} spoken */
  #label({ button, mark: element, name }, { side, index }, isMatched, mark, spoken) {
    const isPicked = this.#picked?.side === side && this.#picked.index === index;
    button.setAttribute("aria-pressed", String(isPicked));
    button.setAttribute("aria-disabled", String(Boolean(this.#order)));
    button.classList.toggle("matched", isMatched);
    button.classList.remove("right", "wrong");
    setText(element, mark);
    setText(name, spoken);
  }

  /** @param {Spot} spot @param {number} copy @param {number} original that it belongs to */
  #judge({ button, mark, name }, copy, original) {
    const isRight = this.answer[copy] === original;
    button.classList.add(isRight ? "right" : "wrong");
    const verdict = isRight ? WHOSE.right : WHOSE.wrong(original + 1);
    setText(mark, `${MARKS.copy(copy, null)}: ${verdict}`);
    setText(name, `${SPOKEN.copy(copy, this.answer[copy])}: ${verdict}`);
  }

  #draw() {
    const pairs = this.answer.flatMap((original, copy) => {
      if (original === null) return [];
      const kind = this.#order ? (this.#order[copy] === original ? "right" : "wrong") : "";
      return [{ from: this.spots.original[original], to: this.spots.copy[copy], kind }];
    });
    const [face, copy] = [this.spots.original[0], this.spots.copy[0]].map(({ canvas }) =>
      canvas.getBoundingClientRect(),
    );
    drawLines(this.#lines, pairs, copy.left > face.right);
  }
}
