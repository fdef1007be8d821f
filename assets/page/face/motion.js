// The slider moves by itself: to a stop, or from end to end.

import { betaAt, placeOf } from "../ladder.js";

/** @typedef {import("../ladder.js").Model} Mark */

export const GLIDE = 420; // milliseconds from stop to stop
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {number} t */
const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);

export class Motion {
  #number = 0; // a newer movement ends an older one
  /** @type {number | undefined} the beta that is gone to */
  goal;

  /**
   * @param {import("../store.js").Store} store
   * @param {() => Mark[]} marks of the slider
   */
  constructor(store, marks) {
    this.store = store;
    this.marks = marks;
  }

  stop() {
    this.#number += 1;
    this.goal = undefined;
  }

  /**
   * Wait, and tell whether nothing came in between.
   *
   * @param {number} time milliseconds
   * @returns {Promise<boolean>}
   */
  async rest(time) {
    const mine = this.#number;
    await new Promise((done) => setTimeout(done, time));
    return mine === this.#number;
  }

  /**
   * Move to a beta, and tell whether nothing came in between.
   *
   * @param {number} to
   * @param {number} [time] milliseconds
   * @returns {Promise<boolean>}
   */
  glide(to, time = GLIDE) {
    this.stop();
    const mine = this.#number;
    const { beta } = this.store.get();
    if (still.matches || beta === null) {
      this.store.set({ beta: to });
      return Promise.resolve(true);
    }
    this.goal = to;
    const marks = this.marks();
    const [from, target] = [placeOf(marks, beta), placeOf(marks, to)];
    const start = performance.now();
    return new Promise((done) => {
      const frame = (/** @type {number} */ now) => {
        if (mine !== this.#number) return done(false);
        const t = Math.min(1, Math.max(0, (now - start) / time));
        this.store.set({ beta: t < 1 ? betaAt(marks, from + (target - from) * ease(t)) : to });
        if (t < 1) return requestAnimationFrame(frame);
        this.goal = undefined;
        return done(true);
      };
      requestAnimationFrame(frame);
    });
  }
}
