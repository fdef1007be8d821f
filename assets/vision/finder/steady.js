// Steady eyes: the one-euro filter of Casiez, Roussel and Vogel (CHI 2012), for both eyes of a face at once. One
// cut-off for all four coordinates keeps the face's form, and speeds in eye distances serve near and far faces alike.

import { length, subtract } from "../similarity.js";

/** @import { Eyes, Point } from "../types.js" */

const RESTING = 0.8; // Hz: the cut-off for eyes at rest
const FOLLOWING = 6; // Hz more for each eye distance that the eyes move in a second
const OF_SPEED = 1; // Hz: the cut-off for the speed itself

/** Eyes of one face over time, without the noise of their detection. */
export class Steadier {
  /** @type {{eyes: Eyes, speeds: Eyes, time: number} | null} */
  #last = null;

  /** Begin anew: the next eyes are those of another face, or far away. */
  forget() {
    this.#last = null;
  }

  /**
   * Return the eyes without noise. Slow changes are smoothed, quick ones are followed.
   * @param {Eyes} eyes as they are detected
   * @param {number} time in seconds, later than that of the last eyes
   * @returns {Eyes}
   */
  steady(eyes, time) {
    if (!this.#last) {
      const rest = /** @type {Eyes} */ ([
        [0, 0],
        [0, 0],
      ]);
      this.#last = { eyes, speeds: rest, time };
      return eyes;
    }
    const { eyes: before, speeds: slower, time: then } = this.#last;
    const seconds = Math.max(time - then, 1e-3);
    const distance = Math.max(length(subtract(eyes[1], eyes[0])), 1);
    const speeds = mapBoth((eye) => scale(subtract(eyes[eye], before[eye]), 1 / (seconds * distance)));
    const smooth = weigh(OF_SPEED, seconds);
    const known = mapBoth((eye) => blend(slower[eye], speeds[eye], smooth));
    const speed = Math.sqrt((length(known[0]) ** 2 + length(known[1]) ** 2) / 2);
    const share = weigh(RESTING + FOLLOWING * speed, seconds);
    const steady = mapBoth((eye) => blend(before[eye], eyes[eye], share));
    this.#last = { eyes: steady, speeds: known, time };
    return steady;
  }
}

/**
 * Return the weight of a new value in a low-pass filter.
 * @param {number} cutOff in Hz
 * @param {number} seconds since the last value
 */
const weigh = (cutOff, seconds) => 1 / (1 + 1 / (2 * Math.PI * cutOff * seconds));

/**
 * @param {(eye: 0 | 1) => Point} make
 * @returns {Eyes}
 */
const mapBoth = (make) => [make(0), make(1)];

/**
 * @param {Point} z
 * @param {number} factor
 * @returns {Point}
 */
const scale = (z, factor) => [z[0] * factor, z[1] * factor];

/**
 * @param {Point} a
 * @param {Point} b
 * @param {number} share of the way from a to b
 * @returns {Point}
 */
const blend = (a, b, share) => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
