// The strip under Explore's large face: the whole range of the slider that was touched, on this face.

import { betaOn } from "../dial/scale.js";
import { make, setText } from "../dom.js";
import { codesAlong, createStrip, paintFace, STEPS } from "../parts/strip.js";
import { DIALS } from "../words/dial.js";
import { EXPLORE } from "../words/explore.js";

/** @typedef {import("./stage.js").Stage} Stage */

export class Touched {
  #strip = createStrip(EXPLORE.strip);
  #said = make("p", { className: "note" }, EXPLORE.strip);

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.#strip.classList.add("empty");
    this.root = make("figure", { className: "touched" }, this.#strip, this.#said);
  }

  /**
   * @param {string} name of the slider
   * @param {(share: number) => Float32Array | null} codeAt
   * @param {string} remark
   * @param {number[]} [betas] of a network of every beta; default: the slider's
   */
  show(name, codeAt, remark, betas) {
    const codes = codesAlong(codeAt);
    if (!codes) return;
    setText(this.#said, `${EXPLORE.stripOf(name)}. ${remark}`);
    this.#strip.setAttribute("aria-label", EXPLORE.stripOf(name));
    const paint = (/** @type {number} */ index, /** @type {Uint8ClampedArray} */ crop) => {
      this.#strip.classList.remove("empty");
      paintFace(this.#strip, crop, index);
    };
    this.stage.decodeBetween(codes, paint, betas);
  }

  /** Show one code along the whole slider for beta. @param {import("../dial/model.js").DialModel} model @param {() => Float32Array | null} code */
  showBetas({ highest }, code) {
    const betas = Array.from({ length: STEPS }, (_, i) => betaOn(i / (STEPS - 1), highest));
    this.show(DIALS.slider, code, DIALS.strip, betas);
  }
}
