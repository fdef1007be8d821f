// The sentences of Models on losses, groups, scores and limits.

import { count, facts, spell } from "../parts/facts.js";
import { number } from "./page.js";

/** @typedef {import("../about/record.js").Groups} Groups */

export const PAYS = {
  title: "What each model pays in training",
  /** @param {number} kinds */
  about: (kinds) =>
    `A model is an encoder and a decoder that training adjusts until its loss is small. The loss is all that tells the ${spell(kinds)} kinds apart.`,
  loss: "Loss",
  open: "Open in Face:",
  /** @type {Record<string, string>} */
  notes: {
    ae: "Its codes lie wherever training left them.",
    vae: "Each number of a code is a mean and a spread.",
    "beta-vae": "β = 1 is the VAE.",
    "beta-tcvae": "Information contains the overlap once, so β − 1 more makes β.",
  },
  /** @param {string} text that is seen @param {string} model */
  spoken: (text, model) => `${text}: open the ${model} in Face`,
};

/** @type {Record<"error" | "likelihood" | "information" | "overlap" | "beta", string>} */
export const LOSS_WORDS = {
  error: "error",
  likelihood: "−log p(x|z)",
  information: "information",
  overlap: "overlap",
  beta: "β",
};

export const SYMBOLS = {
  title: "The losses in symbols",
  about: "Per face, in nats; averaged over the faces of a batch.",
  answer: "The encoder’s answer to a face: a mean and a spread for each number.",
  average: "The average over codes drawn from the encoder’s answer.",
  all: "The codes of all faces together; with an index, one number alone.",
};

export const GROUPS = {
  title: "Whom the models serve worse",
  /** @param {string} label */
  worst: (label) => `Faces labelled ${label} are rebuilt worst by every model that was checked.`,
  /** @param {string} title @param {[string, number]} worst @param {[string, number]} best */
  compare: (title, worst, best) =>
    `The ${title}${title.includes(",") ? "," : ""} leaves ${number(worst[1], 2)} of the variance of faces labelled ${worst[0]} unexplained, of those labelled ${best[0]} ${number(best[1], 2)}.`,
  why: "CelebA shows celebrities: mostly young, light-skinned, made up and lit to be seen. The models rebuild worse what was rare there.",
  chart: "Share of a face’s variance left unexplained: 0 is a perfect copy.",
  /** @param {Groups} groups */
  source: ({ data, chips, ages, counted: of, middle, imagesSeen }) => {
    const labels = Object.entries(of)
      .map(([label, n]) => `${n} ${label}`)
      .join(", ");
    return `A check outside of this project: ${data}, ${chips} pictures of faces, ages ${ages[0]} to ${ages[1]} (about ${labels}, as reported), the middle ${middle} × ${middle} pixels; weights that had seen ${count(imagesSeen)} images. Such group labels are crude.`;
  },
};

/**
 * @typedef {object} Score
 * @property {string} key of the record; "inUse" and "found" are counted by the page
 * @property {string} term its card
 * @property {string} name
 * @property {string} meaning
 * @property {import("../about/record.js").Better} better
 * @property {number} digits
 */

export const SCORES = {
  title: "Scores",
  /** @param {string} faces */
  about: (faces) =>
    `Averages over ${faces}, rebuilt from the mean code. Bars begin at 0; bold is the best of a column. A dash: not recorded, or not defined, since an AE’s code is a point without a price.`,
  /** @param {number} n */
  faces: (n) => `${count(n)} validation faces`,
  anyFaces: "each model’s validation faces",
  model: "Model",
  csv: "Table (CSV)",
  table: "Scores of the models",
  missing: "–",
  better: { lower: "lower is better", higher: "higher is better" },
  /** @type {Score[]} */
  columns: [
    { key: "squared_error", term: "error", name: "Error", meaning: "summed over a face", better: "lower", digits: 1 },
    { key: "psnr", term: "psnr", name: "PSNR", meaning: "dB", better: "higher", digits: 1 },
    { key: "ssim", term: "ssim", name: "SSIM", meaning: "at most 1", better: "higher", digits: 3 },
    { key: "kl", term: "information", name: "Information", meaning: "KL, nats a face", better: null, digits: 1 },
    {
      key: "negative_elbo",
      term: "elbo",
      name: "−ELBO",
      meaning: "nats, up to a constant",
      better: "lower",
      digits: 1,
    },
    { key: "inUse", term: "used", name: "Numbers in use", meaning: "of the code", better: null, digits: 0 },
    {
      key: "gaussian_total_correlation",
      term: "overlap",
      name: "Overlap",
      meaning: "nats; 0: independent",
      better: "lower",
      digits: 3,
    },
    { key: "found", term: "found", name: "Features found", meaning: "in the code", better: "higher", digits: 0 },
  ],
};

export const LIMITS = {
  title: "Limits",
  get celeba() {
    return [
      [
        "Celebrities, not people.",
        "CelebA shows famous faces, photographed to be seen. What these models call an average face is the average of that.",
      ],
      [
        "Features travel together.",
        "In CelebA make-up goes with women, beards with men, grey hair with age, so one slider moves others. A model has learnt the collection, not the world. Names of features are labels that people gave to photographs: no fact about a face.",
      ],
      [
        "No basis for judging anyone.",
        "A code is no identity; a score says how well a photograph fits CelebA, nothing about a person. Do not use the models to recognise, rate or sort people.",
      ],
      [
        "Small on purpose.",
        `${facts.side} × ${facts.side} pixels and few numbers a face make blurred pictures. The models are for comparing losses.`,
      ],
    ];
  },
  other: [
    [
      "The training pictures, not people in general.",
      "A model rebuilds badly what was rare in its training pictures. Names of features are the labels of a data set: no fact about a face.",
    ],
    [
      "No basis for judging anyone.",
      "A score says how well a picture fits the training pictures, nothing about who is in it. Do not use the models to recognise, rate or sort people.",
    ],
  ],
};

export const TERMS_OF_USE = {
  title: "Terms",
  weights: "Weights",
  code: "Code",
  celeba:
    "Trained on CelebA, under its terms: non-commercial research and teaching only; no picture of the data set may be passed on (assets/weights/LICENSE.md).",
  other: "Under the terms of the pictures that they were trained on.",
  licence: "Apache-2.0.",
};
