// The scale of a network of every beta: from 1 to its highest, logarithmic, with round betas along it.

import { ARROW_STEPS, roundBetas } from "../ladder.js";

export { roundBetas, writeBeta } from "../ladder.js";

const SLACK = 1.005; // two betas that differ by less count as one

/**
 * Return the position of a beta, from 0 to 1; betas beyond the ends have the position of the end, and none is 1.
 *
 * @param {number | null} beta
 * @param {number} highest
 */
export const placeOn = (beta, highest) => Math.log(within(beta, highest)) / Math.log(highest);

/**
 * Return the beta of a position: the inverse of placeOn.
 *
 * @param {number} place
 * @param {number} highest
 */
export const betaOn = (place, highest) => within(highest ** place, highest);

/**
 * Return the nearest beta that the network reaches; 1 where there is none: the AE has no price.
 *
 * @param {number | null} beta
 * @param {number} highest
 */
export const within = (beta, highest) => Math.min(highest, Math.max(1, beta ?? 1));

/**
 * Return the beta that a key leads to: arrows go a small step, Page Up and Page Down to a round beta, Home and End to
 * the ends. Undefined for any other key.
 *
 * @param {string} key
 * @param {number | null} beta
 * @param {number} highest
 */
export function betaByKey(key, beta, highest) {
  const from = within(beta, highest);
  const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
  if (direction) return betaOn(placeOn(from, highest) + direction / ARROW_STEPS, highest);
  const round = [...roundBetas(highest), highest];
  if (key === "PageUp") return round.find((one) => one > from * SLACK) ?? highest;
  if (key === "PageDown") return round.findLast((one) => one * SLACK < from) ?? 1;
  return { Home: 1, End: highest }[key];
}
