// A picture and its halves, each made once, so that no part of a large picture is shrunk twice: as in
// faces/finder/pyramid.py.

import { resize } from "../resample.js";
import { roundHalfEven } from "../rounding.js";
import { length } from "../similarity.js";
import { warp } from "../warp.js";

/** @import { Similarity } from "../similarity.js" */
/** @import { Picture, Point } from "../types.js" */

/** Picture, shrunk by powers of two. The last row and column of an odd side are halved alone. */
export class Pyramid {
  /** @type {Picture[]} */
  #levels;

  /**
   * @param {Picture} picture
   */
  constructor(picture) {
    this.width = picture.width;
    this.height = picture.height;
    this.#levels = [picture];
  }

  /** Pixels of the longer side. */
  get longer() {
    return Math.max(this.width, this.height);
  }

  /**
   * Return the picture with a longer side of `longer` pixels.
   * @param {number} longer
   */
  resize(longer) {
    const scale = this.longer / longer;
    const { level, factor } = this.#find(scale);
    const [width, height] = [this.width, this.height].map((side) => Math.max(1, roundHalfEven(side / scale)));
    return resize(level, width, height, "bicubic", undefined, [0, 0, this.width / factor, this.height / factor]);
  }

  /**
   * Return a window of the picture, as `warp` does, by way of a smaller one.
   * @param {Similarity} onto
   * @param {number} width
   * @param {number} height
   */
  warp(onto, width, height) {
    const { level, factor } = this.#find(length(onto.turn));
    const shrink = (/** @type {Point} */ z) => /** @type {Point} */ (z.map((value) => value / factor));
    return warp(level, { turn: shrink(onto.turn), shift: shrink(onto.shift) }, width, height);
  }

  /**
   * Find the smallest picture that is `scale` or less times smaller, and how many times: a power of two.
   * @param {number} scale
   */
  #find(scale) {
    const wanted = Math.max(0, Math.floor(Math.log2(scale)));
    while (this.#levels.length <= wanted) {
      const last = this.#levels[this.#levels.length - 1];
      if (Math.max(last.width, last.height) <= 1) break;
      this.#levels.push(halve(last));
    }
    const power = Math.min(wanted, this.#levels.length - 1);
    return { level: this.#levels[power], factor: 2 ** power };
  }
}

/**
 * Halve a picture by averages of 2 x 2 pixels, as Pillow's `reduce`.
 * @param {Picture} picture
 * @returns {Picture}
 */
function halve(picture) {
  const [width, height] = [Math.ceil(picture.width / 2), Math.ceil(picture.height / 2)];
  const data = new Uint8ClampedArray(width * height * 4);
  const row = picture.width * 4;
  for (let y = 0; y < height; y++) {
    const top = 2 * y * row;
    const bottom = 2 * y + 1 < picture.height ? top + row : top;
    halveRows(picture.data, top, bottom, row, data.subarray(y * width * 4, (y + 1) * width * 4));
  }
  return { data, width, height };
}

/**
 * Average two rows into one of half the width. A pixel counted twice averages like one alone.
 * @param {Uint8ClampedArray} data
 * @param {number} top index of the upper row
 * @param {number} bottom index of the lower row
 * @param {number} length of a row
 * @param {Uint8ClampedArray} half
 */
function halveRows(data, top, bottom, length, half) {
  for (let to = 0, left = 0; left < length; to += 4, left += 8) {
    const right = left + 4 < length ? left + 4 : left;
    for (let channel = 0; channel < 4; channel++) {
      const [upper, lower] = [top + channel, bottom + channel];
      half[to + channel] =
        (data[upper + left] + data[upper + right] + data[lower + left] + data[lower + right] + 2) >> 2;
    }
  }
}
