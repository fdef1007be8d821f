// Decode the newest codes of many models. The chosen model's code is asked for at once: its picture is the large one,
// and waits for no other. The others take turns in the time that is left, and all of it once the codes rest.

import { cropAt } from "./facebar/picture.js";

/**
 * @typedef {object} LoopOptions
 * @property {import("../engine/types.js").Engine["decode"]} decode
 * @property {(name: string) => Float32Array | null} codeOf null: not known yet
 * @property {() => string} chosen
 * @property {(name: string, crop: Uint8ClampedArray) => void} done
 * @property {(name: string, error: Error) => void} failed
 * @property {() => number} [now] milliseconds
 * @property {(act: () => void, wait: number) => unknown} [later]
 */

const FRAME = 1000 / 60; // milliseconds between two codes of a drag
const REST = 60; // milliseconds without a new code, after which the drag rests
const SPARE = 0.9; // share of a frame that may be spent on decoding
const RARELY = 4; // frames between two other models, where a frame has no time left for them
const SMOOTHING = 0.2; // weight of the newest duration

let loops = 0;

export class DecodeLoop {
  #id = ++loops;
  /** @type {Set<string>} models other than the chosen one whose newest code is not asked for yet */
  #stale = new Set();
  /** @type {(() => Promise<unknown>)[]} */
  #works = [];
  /** @type {Set<"work" | "model">} what is under way: a model may take long to load, and a work does not wait for it */
  #busy = new Set();
  #frame = 0; // number of the newest code
  #turns = 0; // taken by others since the newest code
  #lastTurn = 0; // its frame
  #moved = Number.NEGATIVE_INFINITY; // time of the newest code
  #answered = 0; // time of the last answer
  #cost = 0; // milliseconds of decoding one code, about
  #isTimed = false;
  #now;
  #later;

  /** @param {LoopOptions} options */
  constructor(options) {
    this.options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#later = options.later ?? ((act, wait) => setTimeout(act, wait));
  }

  /** Decode the codes of these models anew. @param {Iterable<string>} names */
  refresh(names) {
    const chosen = this.options.chosen();
    this.#frame += 1;
    this.#turns = 0;
    this.#moved = this.#now();
    for (const name of names) this.#stale.add(name);
    if (this.#stale.delete(chosen)) this.#decode(chosen);
    this.#take();
  }

  /**
   * Do works in the turns of the other models, and before them. Works of an earlier call that still wait are dropped.
   *
   * @param {(() => Promise<unknown>)[]} works
   */
  fill(works) {
    this.#works = [...works];
    this.#take();
  }

  /** Give a turn to a work or to another model, if there is time. */
  #take() {
    const kind = this.#works.length && !this.#busy.has("work") ? "work" : "model";
    if (kind === "model" && (!this.#stale.size || this.#busy.has("model"))) return;
    const rest = this.#moved + REST - this.#now();
    if (rest > 0 && !this.#hasTime()) return this.#wait(rest);
    this.#turns += 1;
    this.#lastTurn = this.#frame;
    this.#busy.add(kind);
    const work = kind === "work" && this.#works.shift();
    (work ? work() : this.#decodeOther()).finally(() => {
      this.#busy.delete(kind);
      this.#take();
    });
    this.#take();
  }

  /** Tell whether another model can be decoded before the chosen one's next code. */
  #hasTime() {
    const room = Math.floor((SPARE * FRAME) / this.#cost) - 1;
    return room > 0 ? this.#turns < room : this.#frame - this.#lastTurn >= RARELY;
  }

  /** @param {number} rest milliseconds */
  #wait(rest) {
    if (this.#isTimed) return;
    this.#isTimed = true;
    this.#later(() => {
      this.#isTimed = false;
      this.#take();
    }, rest);
  }

  /** Decode the model that has waited longest. */
  #decodeOther() {
    const [name] = this.#stale;
    this.#stale.delete(name);
    return this.#decode(name);
  }

  /** @param {string} name */
  async #decode(name) {
    const { codeOf, decode, done, failed } = this.options;
    const code = codeOf(name);
    if (!code) return;
    const asked = this.#now();
    try {
      const pixels = await decode(name, code, { key: `loop ${this.#id}, ${name}` }); // a newer code replaces one that waits
      const now = this.#now();
      const spent = Math.min(now - Math.max(asked, this.#answered), REST); // the first one waits for its model
      this.#answered = now;
      this.#cost += (this.#cost ? SMOOTHING : 1) * (spent - this.#cost);
      done(name, cropAt(pixels, 0));
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError") failed(name, /** @type {Error} */ (error));
    }
  }
}
