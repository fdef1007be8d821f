// Decode the newest codes of many models, one at a time: the chosen model in every other turn, the others one after
// the other between. Nothing piles up, and a drag asks for nothing that is already out of date.

import { cropAt } from "./facebar/picture.js";

/**
 * @typedef {object} LoopOptions
 * @property {(name: string, code: Float32Array) => Promise<Uint8ClampedArray>} decode
 * @property {(name: string) => Float32Array | null} codeOf null: not known yet
 * @property {() => string} chosen
 * @property {(name: string, crop: Uint8ClampedArray) => void} done
 * @property {(name: string, error: Error) => void} failed
 */

export class DecodeLoop {
  #running = false;
  #turn = 0;
  /** @type {Set<string>} */
  #stale = new Set();

  /** @param {LoopOptions} options */
  constructor(options) {
    this.options = options;
  }

  /** Decode the codes of these models anew. @param {Iterable<string>} names */
  refresh(names) {
    for (const name of names) this.#stale.add(name);
    if (!this.#running) this.#run();
  }

  /** Return the model of the next turn. */
  #next() {
    const chosen = this.options.chosen();
    const others = [...this.#stale].filter((name) => name !== chosen);
    this.#turn += 1;
    return this.#stale.has(chosen) && (this.#turn % 2 === 1 || !others.length) ? chosen : others[0];
  }

  async #run() {
    this.#running = true;
    while (this.#stale.size) {
      const name = this.#next();
      this.#stale.delete(name);
      await this.#decode(name);
    }
    this.#running = false;
  }

  /** @param {string} name */
  async #decode(name) {
    const { codeOf, decode, done, failed } = this.options;
    const code = codeOf(name);
    if (!code) return;
    try {
      done(name, cropAt(await decode(name, code), 0));
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError") failed(name, /** @type {Error} */ (error));
    }
  }
}
