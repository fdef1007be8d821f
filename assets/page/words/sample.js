// The sentences of Sample.

export const SAMPLE = {
  title: "New faces from random numbers",
  about:
    "Each model decodes the same random numbers. Faces in one line share them, not an identity. Click a face to use it everywhere on this page.",
  button: "New faces",
  source: "Random numbers from",
  standard: "the prior, a bell curve",
  fitted: "where each model’s codes really lie",
  temperature: { name: "Temperature", low: "tamer", high: "wilder" },
  more: "More",
  seed: "Random seed",
  count: "Faces a model",
  pictures: "Pictures (PNG)",
  codes: "Codes (JSON)",
  sheet: (/** @type {number} */ seed) => `The same random numbers in every model, seed ${seed}`,
  /** @param {string} model @param {number} n */
  chosen: (model, n) => `${model}, face ${n}: this is now the face of the page.`,
  /** @param {string} model @param {number} n @param {number} m */
  face: (model, n, m) => `${model}, random face ${n} of ${m}`,
  drawing: "Drawing …",
  sizes: "Codes of these models differ in length, so lines share a seed, not the numbers.",
};

/**
 * What to look for in a model's column.
 *
 * @param {import("../models.js").Model} model
 * @param {import("../sampling.js").Source} source
 */
export function hintOf({ family, beta, inUse, latents }, source) {
  if (family === "ae") {
    return source === "standard"
      ? "Dull and alike: this model’s own codes lie elsewhere."
      : "As a set closer to real faces than any VAE’s here, and sharper.";
  }
  if (source === "fitted") return "About the same: its codes already lie near the prior.";
  if (family === "vae") return "Soft but whole: it was trained so that random numbers decode to faces.";
  const few = inUse < latents / 3 ? ` Only ${inUse} numbers are in use.` : "";
  const what = family === "beta-vae" ? "information" : "overlap";
  return `Softer${Number(beta) >= 5 ? " and more alike" : ""}: ${what} cost ${beta} times as much.${few}`;
}
