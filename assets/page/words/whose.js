// The sentences of "Whose is whose?".

import { begin, spell } from "../parts/facts.js";
import { GAME } from "./face.js";
import { FAMILIES, number } from "./page.js";

/** @typedef {import("../models.js").Model} Model */

/** @param {Model} model */
const nameOf = ({ family, beta }) =>
  `${FAMILIES[/** @type {keyof typeof FAMILIES} */ (family)]?.name ?? "VAE"} at β = ${beta}`;

export const WHOSE = {
  title: GAME.title,
  /** @param {number} faces @param {Model} model */
  about: (faces, model) =>
    `${begin(spell(faces))} faces, and what the ${nameOf(model)} keeps of each, in another order. Find the pairs: choose a face, then its copy.`,
  /** @param {boolean} withPhoto */
  dreamt: (withPhoto) =>
    withPhoto
      ? "The others are nobody’s photographs: a model drew them from random numbers."
      : "Nobody’s photographs: a model drew these faces from random numbers.",
  originals: "Faces",
  /** @param {Model} model */
  copies: (model) => `Kept at β = ${model.beta}`,
  families: "Copies by the",
  /** @param {Model} model */
  family: (model) => `${FAMILIES[/** @type {keyof typeof FAMILIES} */ (model.family)].name}, β = ${model.beta}`,
  own: "My photo is one of them",
  ownNote: "It stays in your browser. The link leaves it out and shows another face instead.",
  check: "Show the answer",
  drawing: "Drawing faces …",
  failed: "The faces could not be drawn. Check the connection and try again.",
  again: "New faces",
  /** @param {Model} model */
  other: (model) => `Same faces, ${nameOf(model)}`,
  link: "Copy the link",
  linkCopied: "Link copied: whoever opens it gets the same faces.",
  /** @param {number} right @param {number} all */
  score: (right, all) => `${right} of ${all} right`,
  /** @param {Model} model @param {number} right @param {number} all */
  before: (model, right, all) => `With the ${nameOf(model)} you had ${right} of ${all}.`,
  /** @param {number[]} ways of matching, by the number of pairs that are right */
  chance: (ways) => {
    const [all, sum] = ways.reduce(([a, b], count, right) => [a + count, b + count * right], [0, 0]);
    const faces = ways.length - 1;
    const some = ways.flatMap((count, right) => (count && right && right < faces ? [`${count} ${spell(right)}`] : []));
    const parts = `${ways[0]} have none right, ${some.join(", ")} and ${ways[faces]} all ${spell(faces)}`;
    return `By chance: of the ${all} ways to match ${spell(faces)} faces, ${parts}, so guessing gets ${number(sum / all)} right on average.`;
  },
  lost: "How the faces were lost",
  /** @param {Model} low @param {number} much @param {Model} high @param {number} little */
  lesson: (low, much, high, little) =>
    `A higher β leaves fewer nats for a face: ${number(much, 1)} on average at β = ${low.beta}, ${number(little, 1)} at β = ${high.beta}. What tells it from other faces is lost with them.`,
  face: "face",
  right: "right",
  /** @param {number} n */
  wrong: (n) => `it was ${n}`,
  /** @param {number} nats */
  nats: (nats) => `${number(nats, 1)} nats`,
};

const LETTERS = "ABCD";

export const MARKS = {
  /** @param {number} original */
  original: (original) => String(original + 1),
  /** @param {number} copy @param {number | null} original */
  copy: (copy, original) => (original === null ? LETTERS[copy] : `${LETTERS[copy]} → ${original + 1}`),
};

export const SPOKEN = {
  /** @param {number} original @param {number} copy with which it is matched; -1: none */
  original: (original, copy) => `Face ${original + 1}${copy < 0 ? "" : `, matched with copy ${LETTERS[copy]}`}`,
  /** @param {number} copy @param {number | null} original */
  copy: (copy, original) => `Copy ${LETTERS[copy]}${original === null ? "" : `, matched with face ${original + 1}`}`,
  /** @param {number} copy @param {number} original @param {boolean} together */
  said: (copy, original, together) =>
    `Copy ${LETTERS[copy]} and face ${original + 1} are ${together ? "a pair" : "no pair any more"}.`,
  /** @param {number} original @param {Model} model */
  kept: (original, model) =>
    `Face ${original + 1}, kept by the ${nameOf(model).replace("β-TCVAE", "beta T C VAE").replaceAll("β", "beta")}`,
};
