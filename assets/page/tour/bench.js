// The bench of the tour: the face, the bars of its code, and what is rebuilt from them.

import { css, readPalette } from "../colours.js";
import { make } from "../dom.js";
import { Flow } from "../face/flow.js";
import { contextOf, enlarge, newCanvas, paint, SAVED } from "../facebar/picture.js";
import { PICTURES } from "../words/tour.js";

/** @typedef {import("../face/flow.js").Bar} Bar */
/** @typedef {import("../facebar/picture.js").Crop} Crop */

export class Bench {
  #strands = newCanvas(1);
  #face = newCanvas(320);
  #copy = newCanvas(SAVED);
  palette = readPalette();

  /** @param {HTMLElement} code where the bars are drawn */
  constructor(code) {
    this.code = code;
    this.#strands.className = "strands";
    this.#strands.setAttribute("aria-hidden", "true");
    const [face, copy] = [this.#face, this.#copy].map((canvas) => make("div", { className: "frame" }, canvas));
    for (const canvas of [this.#face, this.#copy]) canvas.setAttribute("role", "img");
    this.captions = ["face", "code", "copy"].map((key) =>
      make("p", { className: `of-${key}` }, PICTURES[/** @type {"face"} */ (key)]),
    );
    face.classList.add("its-face");
    copy.classList.add("its-copy");
    this.root = make("div", { className: "tour-bench" }, this.#strands, ...this.captions, face, code, copy);
    this.flow = new Flow(this.#strands, { face, code, copy });
  }

  /** @param {Crop} crop @param {string} name */
  showFace(crop, name) {
    paint(this.#face, crop);
    this.#face.setAttribute("aria-label", name);
  }

  /**
   * Paint what is rebuilt: a share of the way between two pictures.
   *
   * @param {Crop} from
   * @param {Crop} [to]
   * @param {number} [share]
   */
  showCopy(from, to = from, share = 0) {
    const context = contextOf(this.#copy);
    context.globalAlpha = 1;
    context.drawImage(enlarge(from, SAVED), 0, 0);
    if (share === 0) return;
    context.globalAlpha = share;
    context.drawImage(enlarge(to, SAVED), 0, 0);
  }

  /** @param {string} words */
  nameCopy(words) {
    this.#copy.setAttribute("aria-label", words);
  }

  /** Draw the bars, a share of the way between two codes. @param {Bar[]} a @param {Bar[]} b @param {number} share @param {import("../colours.js").Rgb} accent */
  draw(a, b, share, accent) {
    this.root.style.setProperty("--accent", css(accent));
    this.flow.draw(a, b, share, accent, this.palette.idle);
  }

  /** Take sizes and colours anew. */
  measure() {
    this.palette = readPalette();
    this.flow.measure();
  }
}
