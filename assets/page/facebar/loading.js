// How far the files are that were wanted so far: models, and what runs them.

import { MEGABYTES } from "../words/page.js";

/** @typedef {import("../../engine/types.js").Progress} Progress */

export class Loading {
  /** @type {Map<string, Progress>} */
  #files = new Map();

  /** @param {Progress} progress of one file */
  add(progress) {
    this.#files.set(progress.file, progress);
  }

  /** @param {(progress: Progress) => number} bytes */
  #sum(bytes) {
    return [...this.#files.values()].reduce((sum, progress) => sum + bytes(progress), 0);
  }

  get #loaded() {
    return this.#sum(({ loaded }) => loaded);
  }

  get #total() {
    return this.#sum(({ loaded, total }) => Math.max(loaded, total));
  }

  /** Tell whether a file is still coming. */
  get isOn() {
    return this.#loaded < this.#total;
  }

  /** Return the part that has come: "5.2 of 27.3 MB". */
  get text() {
    return MEGABYTES(this.#loaded / 1e6, this.#total / 1e6);
  }
}
