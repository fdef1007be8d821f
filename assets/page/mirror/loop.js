// The loop of the mirror: a frame, its face, its copies, again. The worker never has two frames at once, and looks for
// the next face while the page paints the last one.

/**
 * @typedef {import("../facebar/faces.js").Copy} Copy
 * @typedef {import("../../engine/types.js").Sight & {grabbed: number}} Seen grabbed: milliseconds, when the frame was
 *
 * @typedef {object} Steps
 * @property {() => boolean} hasFrame whether the camera has a new frame already
 * @property {() => Promise<ImageBitmap>} grab the next new frame
 * @property {(frame: ImageBitmap) => Promise<Seen>} follow
 * @property {(sight: Seen) => Promise<Copy[]>} rebuild
 * @property {(sight: Seen, copies: Copy[]) => void} show
 */

export class Loop {
  #isRunning = false;

  /** @param {Steps} steps */
  constructor(steps) {
    this.steps = steps;
  }

  /** Show frame after frame until it is stopped. Rejects with the first error of a step before that. */
  async run() {
    this.#isRunning = true;
    try {
      let sight = await this.#look();
      while (this.#isRunning) {
        const copies = await this.steps.rebuild(sight);
        if (!this.#isRunning) return;
        const early = this.steps.hasFrame() ? await this.#ask() : null;
        if (this.#isRunning) this.steps.show(sight, copies);
        sight = await (early ? early.answer : this.#look());
      }
    } catch (error) {
      if (this.#isRunning) throw error;
    }
  }

  /** End the loop: nothing is shown any more, whatever is still under way. */
  stop() {
    this.#isRunning = false;
  }

  async #look() {
    return (await this.#ask()).answer;
  }

  /** Ask for the face of the next frame; the answer comes later. @returns {Promise<{answer: Promise<Seen>}>} */
  async #ask() {
    const answer = this.steps.follow(await this.steps.grab());
    answer.catch(() => {}); // it is waited for after the page has painted
    return { answer };
  }
}

/** Count of events in the last second. */
export class Rate {
  /** @type {number[]} */
  #times = [];

  /**
   * Note an event, and return how many came in the second before it, this one included.
   *
   * @param {number} now milliseconds
   */
  add(now) {
    this.#times = [...this.#times.filter((time) => time > now - 1000), now];
    return this.#times.length;
  }
}
