// The sentences of Morph.

import { number } from "./page.js";

export const MORPH = {
  title: "From one face to another",
  about: "Both faces become codes; between them lie more codes, and each model draws what it makes of them.",
  first: "First face",
  second: "Second face",
  choose: "Choose a second face",
  random: "Random face",
  photo: "Your photo",
  same: "The page’s face",
  name: "Way from the first face to the second",
  low: "first face",
  high: "second face",
  play: "Play",
  pause: "Pause",
  swap: "Swap faces",
  film: "Save film",
  pictures: "Pictures (PNG)",
  codes: "Codes (JSON)",
  path: "Path",
  straight: "straight",
  arc: "along an arc",
  /** @param {number} latents */
  note: (latents) =>
    `Codes from the prior have a length near ${number(Math.sqrt(latents), 1)}; halfway along a straight path they are shorter.`,
  length: "Length of the code along the way",
  /** @param {number} a @param {number} b @param {number} c */
  lengths: (a, b, c) => `${number(a, 1)} at the first face, ${number(b, 1)} halfway, ${number(c, 1)} at the second`,
  /** @param {number} percent @param {string} model */
  spoken: (percent, model) => `${percent} % of the way from the first face to the second, by the ${model}`,
  encoding: "Encoding the second face …",
  noFilm: "This browser cannot make films. The pictures work.",
  all: "All models: a click chooses the large one",
  sheet: "From the first face to the second",
};
