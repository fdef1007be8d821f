// The sentences of Explore.

import { SAVED } from "../facebar/picture.js";
import { every, facts } from "../parts/facts.js";
import { number } from "./page.js";

export const EXPLORE = {
  title: "Change the face’s code",
  about:
    "All models move along. A feature slider moves several of the numbers at once, and also what goes with the feature in CelebA.",
  parts: { features: "Features", numbers: "All numbers", map: "Map" },
  partsLabel: "What to change",
  all: "The same face in all models: a click chooses the one below",
  /** @param {string} model */
  by: (model) => `By the ${model}`,
  save: `Save face (${SAVED} px)`,
  use: "Use this face everywhere",
  share: "Share",
  undo: "Undo",
  reset: "Start again",
  more: "More",
  random: "Randomise its numbers",
  middle: "All numbers at the middle",
  inMiddle: "The middle of the prior. Hardly any face has a code near it, so the decoder draws a ghost of many faces.",
  picture: "Every number as a picture",
  film: "Every number as a film",
  drawing: "Drawing …",
  noFilm: "This browser cannot make films. The picture works.",
  strip: "Touch a slider: its whole range on this face appears here.",
  /** @param {string} name */
  stripOf: (name) => `${name}, from one end to the other`,
  /** @param {string} names */
  also: (names) => `Moves with it in CelebA: ${names}.`,
  /** @param {number} score */
  faint: (score) => `Too faint at this β: the probe score is ${number(score, 2)} (0.5 is guessing).`,
  /** @param {number} score */
  faintAtOne: (score) => `Too faint even at β = 1: the probe score is ${number(score, 2)} (0.5 is guessing).`,
  unavailable: "not available, too faint at this beta",
  /** @param {number} n */
  note: (n) =>
    `${n} of CelebA’s${every(facts.labels)} features. Left out: those that rate or guess at a person, lie outside the crop, or are too faint in every model.`,
  moreFeatures: (/** @type {number} */ n) => `${n} more features`,
  noFeatures: "These models come without names of features. All numbers and the map work.",
  order: "Strongest first: the bar shows a number’s information (AE: how much it changes the picture).",
  /** @param {number} n */
  unused: (n) =>
    `${n} numbers not in use: they hardly change with the face, and the decoder has learnt to ignore them.`,
  lock: (/** @type {number} */ i) => `Keep number ${i} as it is`,
  /** @param {number} i @param {string | null} name */
  number: (i, name) => (name ? `Number ${i}: ${name}` : `Number ${i}`),
  map: "The cloud is where the codes of CelebA’s faces lie, the circles are the prior, the dot is this face. Click anywhere, or use the arrow keys, to decode that place.",
  mapConclusion:
    "A VAE’s cloud fills the circles, so random numbers land among faces. The AE’s cloud reaches far beyond them.",
  mapName: "Where codes lie, seen along two directions; the prior’s circles; this face",
  axes: "Axes",
  plane: "where codes differ most",
  noMap: "This model comes without a map.",
  browser: "Decoded in your browser: nothing is sent while you drag.",
  /** @param {string} reason */
  server: (reason) => `Decoded by the page’s server. ${reason} The numbers of the code are sent while you drag.`,
  edited: { name: "A face from Explore", note: "Changed in Explore: this is now the face of the page." },
  /** @param {string} model */
  sheet: (model) => `${model}: every number from low to high`,
};
