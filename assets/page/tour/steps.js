// The steps of the tour: their order, the tab that each speaks of, and the one where the visitor left.

import { TOUR_STEPS } from "../address.js";

/**
 * @typedef {"squeeze" | "dream" | "pay" | "dials" | "trade"} StepName
 * @typedef {{name: StepName, tab: import("../store.js").Tab}} Step
 */

const KEPT = "tour-step"; // name in the storage of this visit

/** @type {Step[]} */
export const STEPS = [
  { name: "squeeze", tab: "face" },
  { name: "dream", tab: "sample" },
  { name: "pay", tab: "face" },
  { name: "dials", tab: "explore" },
  { name: "trade", tab: "face" },
];

/**
 * Return the step that a number names, from 1; any other number names the nearest one.
 *
 * @param {number} number
 * @returns {Step}
 */
export const stepAt = (number) => STEPS[clampStep(number) - 1];

/** @param {number} number */
export const clampStep = (number) => Math.min(TOUR_STEPS, Math.max(1, Math.round(number) || 1));

/**
 * Return the number of the step that a key leads to, or null for a key that is none of the tour's.
 *
 * @param {string} key
 * @param {number} number of the present step
 */
export function stepByKey(key, number) {
  const to = { ArrowRight: number + 1, ArrowLeft: number - 1, Home: 1, End: TOUR_STEPS }[key];
  return to === undefined || clampStep(to) !== to ? null : to;
}

/**
 * Remember the step for as long as the visit lasts, if the browser lets a page remember anything.
 *
 * @param {number} number
 */
export function rememberStep(number) {
  try {
    sessionStorage.setItem(KEPT, String(number));
  } catch {
    // a browser without storage: the tour begins anew
  }
}

/** Return the step where the visitor left the tour: the first one if they have not been there. */
export function recallStep() {
  try {
    return clampStep(Number(sessionStorage.getItem(KEPT)));
  } catch {
    return 1;
  }
}
