// Play: the way there and back, until it is paused.

import { createButton } from "../parts/controls.js";
import { MORPH } from "../words/morph.js";

const ROUND = 4000; // milliseconds there and back

export class Player {
  #playing = 0; // a newer play ends an older one

  /**
   * @param {() => number} at share of the way where it begins
   * @param {(t: number) => void} move in every frame
   * @param {() => void} rest once it is paused
   */
  constructor(at, move, rest) {
    this.at = at;
    this.move = move;
    this.rest = rest;
    this.button = createButton(MORPH.play, () => (this.#playing ? this.pause() : this.play()), "primary");
  }

  play() {
    const mine = performance.now();
    const start = mine - (this.at() * ROUND) / 2;
    this.#playing = mine;
    this.button.textContent = MORPH.pause;
    const frame = (/** @type {number} */ now) => {
      if (mine !== this.#playing) return;
      const round = Math.max(0, (now - start) / ROUND) % 1;
      this.move(round < 0.5 ? 2 * round : 2 - 2 * round);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  pause() {
    if (!this.#playing) return;
    this.#playing = 0;
    this.button.textContent = MORPH.play;
    this.rest();
  }
}
