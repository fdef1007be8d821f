// The sentences of the live mirror.

import { spell } from "../parts/facts.js";

export const MIRROR = {
  start: "Live mirror",
  startShort: "Mirror",
  stop: "Stop the mirror",
  stopShort: "Stop",
  starting: "Opening the camera …",
  loading: "Loading …",
  live: "Live: nothing leaves this browser. Escape ends it.",
  /** @param {number} n */
  rate: (n) => `${n} ${n === 1 ? "picture" : "pictures"} a second`,
  noFace: "No face found: look into the camera",
  noFaceLong: "No face found: you see the middle of the picture.",
  keep: "Keep this face",
  face: { name: "live from your camera", note: "Live from your camera. Nothing leaves this browser." },
  switch: "Models that the mirror shows",
  one: "one model",
  /** @param {number} n */
  all: (n) => `all ${spell(n)}`,
};

export const ENDED = {
  hidden: "The mirror stopped while the page was hidden. Press Mirror to start it again.",
  camera: "The camera stopped. Connect it again or close other programs that use it, then press Mirror.",
};

export const FAILED = {
  models:
    "This browser cannot run the models, and the mirror sends no picture anywhere. Open the page in a current Firefox, Chrome, Edge or Safari.",
  /** @param {string} model */
  model: (model) => `${model} cannot be shown live: it could not be loaded in this browser. Choose another model.`,
};
