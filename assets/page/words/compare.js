// The sentences of Compare.

import { number } from "./page.js";

export const COMPARE = {
  title: "One feature, all models",
  about:
    "Each strip moves the one number of the code that shows the feature best from low to high, and leaves all others alone. Grey: no single number shows it clearly.",
  features: "Feature",
  present: "Present (F)",
  keys: "Arrow keys: next feature, next model. Esc: leave.",
  save: "Picture (PNG)",
  /** @param {number} index @param {number} score */
  row: (index, score) => `number ${index}: probe score ${number(score, 2)}`,
  weak: "No single number shows this clearly.",
  none: "Not tested.",
  noFeatures:
    "These models come without names of features, so there is nothing to compare here. Explore moves each number of a code.",
  /** @param {string} low @param {string} high */
  ends: (low, high) => [low, high],
  /** @param {number} n @param {string} model @param {string} low @param {string} high */
  spoken: (n, model, low, high) => `${n} faces by the ${model}: ${low} to ${high}`,
  /** @param {string} feature */
  sheet: (feature) => `${feature}: one number of each model, from low to high`,
};
