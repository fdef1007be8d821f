// The page's sentences that scripts write; those that stand still are in index.html.

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
  ...Object.fromEntries(Object.entries(FAMILIES).map(([key, { price }]) => [key, price])),
};

export const FACES = {
  smile: { name: "A sampled face, smiling", note: "Sampled from the AE: nobody’s photograph." },
  glasses: { name: "A sampled face with glasses", note: "Sampled from the AE: nobody’s photograph." },
  "dark-hair": { name: "A sampled face with dark hair", note: "Sampled from the AE: nobody’s photograph." },
  astronaut: { name: "Eileen Collins, astronaut", note: "Eileen Collins, astronaut (NASA)." },
  photo: { name: "Your photo", note: "Your photo stays in your browser: neither it nor its code is sent anywhere." },
  /** @param {string} model */
  sampled: (model) => ({
    name: `A face sampled from the ${model}`,
    note: `Sampled from the ${model}: nobody’s photograph.`,
  }),
  edited: { name: "A face from Explore", note: "Changed in Explore." },
};

export const STATES = {
  looking: "Looking for a face …",
  drawing: "Drawing a face …",
  /** @param {number} done @param {number} all */
  rebuilding: (done, all) => `Rebuilding it: ${done} of ${all} models …`,
  loading: "Decoding in the browser is loading: until it is here, only this face moves.",
  /** @param {number} mb @param {number} all */
  progress: (mb, all) => `Loading the models: ${number(mb, 1)} of ${number(all, 1)} MB …`,
  opening: "Opening …",
  save: "Save",
  copied: "Copied",
  selected: "Selected: press Ctrl+C",
  linkCopied: "Link copied: whoever opens it sees these settings.",
  codeLinkCopied: "Link copied. It holds this face’s code: the face can be rebuilt from it.",
  chosen: "This is now the face of the page.",
};

export const ERRORS = {
  noFace:
    "No face was found in this picture. Drag the square over one yourself, or choose a photo taken from the front in good light.",
  /** @param {number} n */
  severalFaces: (n) => `${n} faces found. Choose the one to use, or drag the square.`,
  square: "Drag the square over the face; its corner makes it larger or smaller.",
  noPicture: "There is no picture in the clipboard. Copy one first, or choose a file.",
  notAPicture: "This file is not a picture the page can read. Choose a JPEG, PNG or WebP.",
  cameraRefused:
    "The browser may not use the camera. Allow it at the lock or camera sign beside the address, then press Camera again.",
  noCamera: "No free camera was found. Close other programs that use it, or choose a photo.",
  /** @param {string} model */
  notLoaded: (model) => `${model} could not be loaded. The other models work.`,
  noTab: "This part of the page could not be loaded. Check the connection and try again.",
  retry: "Try again",
  noRecords: "The page’s records could not be loaded. Reload the page.",
  /** @param {string[]} names */
  missing: (names) => `Not here: ${names.join(", ")}. Models says why.`,
};

export const ROW = {
  original: "original",
  pixels: "64 × 64",
  face: "the face",
  /** @param {number} error */
  error: (error) => `error ${number(error)}`,
  /** @param {string} model @param {number} error */
  spoken: (model, error) => `${model}, error ${number(error)}`,
};

export const CHART = {
  axis: "information kept, nats (KL)",
  higher: "← higher price",
  this: "this face",
  average: "average face",
  none: "AE: no price",
  /** @param {string} model @param {number} nats @param {number} error */
  spoken: (model, nats, error) => `${model}: ${number(nats, 1)} nats, error ${number(error)}`,
};

/** @type {[string, string, number][]} */
export const SCORES = [
  ["error", "Error", 0],
  ["mse", "MSE", 4],
  ["psnr", "PSNR, dB", 1],
  ["ssim", "SSIM", 2],
  ["information", "KL, nats", 1],
];
