// The record of this tab, records/about.json, and what is computed from it.

/**
 * @typedef {import("../models.js").Model} Model
 *
 * @typedef {{distortion: "squared_error" | "bernoulli", weight: number, kl: number, tc: number}} Objective
 * @typedef {"convolutions" | "latents" | "values" | "data" | "training" | "validation" | "steps" | "batch" |
 *   "imagesSeen" | "parameters" | "distortion" | "weight"} Fact
 * @typedef {Record<Fact, string | number | null>} Facts
 * @typedef {{source: "hub" | "cache" | "bundled" | "folder", where: string, repository: string | null,
 *   commit: string | null}} Origin
 *
 * @typedef {object} Description
 * @property {string} recipe
 * @property {Objective} objective
 * @property {Record<string, number | null>} scores named as in training.json
 * @property {number} inUse
 * @property {number | null} found features that a probe finds in the code
 * @property {number | null} probed features that were looked for
 * @property {Facts} facts of the training
 * @property {Origin} origin
 * @property {string} load two lines of Python
 *
 * @typedef {object} DialDescription one network for every beta
 * @property {string} recipe
 * @property {string} base family whose objective it has
 * @property {Record<"beta" | "squared_error" | "kl" | "active_units", number[]> & Record<string, (number | null)[]> | null} curve
 *   scores named as in training.json, beta increasing
 * @property {Facts} facts of the training
 * @property {Origin} origin
 * @property {string} load two lines of Python
 *
 * @typedef {object} Groups a check on other faces
 * @property {string} data
 * @property {number} chips
 * @property {[number, number]} ages
 * @property {Record<string, number>} counted chips of each label
 * @property {number} middle pixels a side
 * @property {number} imagesSeen
 * @property {Record<string, Record<string, number>>} unexplained title of a model -> label -> share
 *
 * @typedef {object} About
 * @property {Record<string, string>} recipes name -> title, in the order of the page
 * @property {Record<string, Description>} models
 * @property {Record<string, DialDescription>} [dials]
 * @property {boolean} onlyLossDiffers between several models
 * @property {{names: string[], where: string, reason: string}[]} failures
 * @property {boolean} celeba whether a model was trained on CelebA
 * @property {Groups | null} groups
 * @property {{title: string, authors: string, year: string | null, address: string}[]} works
 * @property {string} bibtex
 */

/** @typedef {"lower" | "higher" | null} Better which end of a score is the better one */

/**
 * Compute the share of its cell that the bar of each value fills: bars begin at 0, and the largest fills its cell.
 *
 * @param {(number | null)[]} values
 * @returns {(number | null)[]}
 */
export function scaleBars(values) {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  return values.map((value) => (value === null ? null : most > 0 ? Math.max(0, value) / most : 0));
}

/**
 * Mark the best values of a column; none where there is no better end, or nothing to compare.
 *
 * @param {(number | null)[]} values
 * @param {Better} better
 * @returns {boolean[]}
 */
export function findBest(values, better) {
  const known = values.filter((value) => value !== null);
  if (!better || new Set(known).size < 2) return values.map(() => false);
  const best = better === "lower" ? Math.min(...known) : Math.max(...known);
  return values.map((value) => value === best);
}

/**
 * Split facts into those that all models share and those that differ.
 *
 * @param {Facts[]} all
 * @returns {{shared: Partial<Facts>, differing: Fact[]}}
 */
export function splitFacts(all) {
  const names = /** @type {Fact[]} */ (Object.keys(all[0] ?? {}));
  const isShared = (/** @type {Fact} */ name) => all.every((facts) => facts[name] === all[0][name]);
  return {
    shared: Object.fromEntries(names.filter(isShared).map((name) => [name, all[0][name]])),
    differing: names.filter((name) => !isShared(name)),
  };
}

/**
 * Find the labels with the largest and the smallest share of one model.
 *
 * @param {Record<string, number>} shares
 * @returns {{worst: [string, number], best: [string, number]}}
 */
export function findExtremes(shares) {
  const sorted = Object.entries(shares).sort(([, a], [, b]) => a - b);
  return { worst: sorted[sorted.length - 1], best: sorted[0] };
}
