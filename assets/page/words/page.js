// The page's sentences that scripts write; those that stand still are in index.html.

import { SIDE } from "../facebar/picture.js";

/** @typedef {import("../models.js").Model} Model */

/** @param {number} value @param {number} [digits] */
export const number = (value, digits = 0) => value.toFixed(digits).replace("-", "−");

export const FAMILIES = {
  "beta-vae": { name: "β-VAE", price: "price on all information" },
  "beta-tcvae": { name: "β-TCVAE", price: "price on overlap" },
};

/** @type {Record<string, string>} */
export const BRACKETS = {
  ae: "no price",
  vae: "β = 1",
  dial: "one network",
  ...Object.fromEntries(Object.entries(FAMILIES).map(([key, { price }]) => [key, price])),
};

/** @param {string} model */
const SAMPLED = (model) => `Sampled from the ${model}: nobody’s photograph.`;

export const FACES = {
  smile: { name: "A sampled face, smiling", note: SAMPLED("AE") },
  glasses: { name: "A sampled face with glasses", note: SAMPLED("AE") },
  "dark-hair": { name: "A sampled face with dark hair", note: SAMPLED("AE") },
  astronaut: { name: "Eileen Collins, astronaut", note: "Eileen Collins, astronaut (NASA)." },
  drawing: { name: "A drawn face", note: "A drawing. The models know only photographs." },
  tower: { name: "A tower", note: "A tower. The models know only faces." },
  recrop: "Choose another face or part of your photo",
  sentPhoto: "Your photo went to this page’s server, which deletes it within minutes. Nothing is logged.",
  photo: { name: "Your photo", note: "Your photo stays in your browser: neither it nor its code is sent anywhere." },
  shared: { name: "A face from a link", note: "Redrawn from the codes in a link. No photograph came with it." },
  lost: "Your photo was not kept when the page was reloaded: it never left this browser. Choose it again.",
  lostMade: "The face that you had made was not kept when the page was reloaded.",
  /** @param {string} model */
  sampled: (model) => ({
    name: `A face sampled from the ${model}`,
    note: SAMPLED(model),
  }),
};

/** @param {number} part @param {number} all */
export const MEGABYTES = (part, all) => `${number(part, 1)} of ${number(all, 1)} MB`;

export const STATES = {
  looking: "Looking for a face …",
  drawing: "Drawing a face …",
  /** @param {number} done @param {number} all @param {string} loading the part that is here, if not all is */
  rebuilding: (done, all, loading) => `Rebuilding it: ${done} of ${all} models${loading && `, ${loading}`} …`,
  /** @param {string} loading */
  loading: (loading) => `Decoding in the browser is loading: ${loading} …`,
  /** @param {number} n @param {number} m */
  filming: (n, m) => `Making the film, ${n} of ${m} pictures …`,
  opening: "Opening …",
  save: "Save",
  copied: "Copied",
  selected: "Selected: press Ctrl+C",
};

export const ERRORS = {
  noPicture: "There is no picture in the clipboard. Copy one first, or choose a file.",
  /** @param {string} model */
  notLoaded: (model) => `${model} could not be loaded. The other models work. Click it to try again.`,
  noTab: "This part of the page could not be loaded. Check the connection and try again.",
  retry: "Try again",
  brokenLink: "This link is incomplete, so the page opens without it. Ask for the link again.",
  noRecords: "The page’s records could not be loaded. Reload the page.",
  /** @param {string[]} names */
  missing: (names) => `Not here: ${names.join(", ")}. Models says why.`,
};

export const API = "Use the models via the API";

export const ROW = {
  original: "original",
  pixels: `${SIDE} × ${SIDE}`,
  redrawn: "redrawn",
  linked: "from a link",
  face: "the face",
  /** @param {number} error */
  error: (error) => `error ${number(error)}`,
};

export const CHART = {
  axis: "information kept, nats (KL)",
  higher: "← higher price",
  none: "AE: no price",
};

/** @type {[string, string, number][]} */
export const SCORES = [
  ["error", "Error", 0],
  ["mse", "MSE", 4],
  ["psnr", "PSNR, dB", 1],
  ["ssim", "SSIM", 2],
  ["information", "KL, nats", 1],
];
