// The stage of the opening tab: its colour, and the large copy.

import { css, readPalette } from "../colours.js";
import { find, findCanvas } from "../dom.js";
import { contextOf, enlarge, paint, SAVED } from "../facebar/picture.js";

/**
 * @typedef {import("../colours.js").Rgb} Rgb
 * @typedef {import("../facebar/picture.js").Crop} Crop
 */

export class Stage {
  #shade = "";
  #canvas = findCanvas("#copy");
  #context = contextOf(this.#canvas);
  palette = readPalette();

  /** Read the colours anew: another theme. */
  measure() {
    this.palette = readPalette();
    this.#shade = "";
  }

  /** Show whether the copy is still to come. @param {boolean} isWaiting */
  wait(isWaiting) {
    find("#stage").classList.toggle("waiting", isWaiting);
  }

  /** Set the colour of the whole stage. @param {Rgb} fill @param {Rgb} text */
  tint(fill, text) {
    const shade = css(fill);
    if (shade === this.#shade) return;
    this.#shade = shade;
    const { style } = find("#stage");
    style.setProperty("--accent", shade);
    style.setProperty("--accent-text", css(text));
    find("#row").style.setProperty("--accent", shade);
  }

  /** Paint a copy that is shown once: one frame of many. @param {Crop} crop */
  paint(crop) {
    paint(this.#canvas, crop);
  }

  /** Paint a blend of two copies. @param {Crop} from @param {Crop} to @param {number} share */
  blend(from, to, share) {
    const context = this.#context;
    context.globalAlpha = 1;
    context.drawImage(enlarge(from, SAVED), 0, 0);
    if (share === 0) return;
    context.globalAlpha = share;
    context.drawImage(enlarge(to, SAVED), 0, 0);
    context.globalAlpha = 1;
  }
}
