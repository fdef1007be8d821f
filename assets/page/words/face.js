// The sentences of the opening tab.

import { writeBeta } from "../ladder.js";
import { begin, every, facts, many } from "../parts/facts.js";
import { FAMILIES, number } from "./page.js";

/** @typedef {import("../models.js").Model} Model */

export const DIAL = {
  /** @param {number} a @param {number} b */
  blend: (a, b) => `A blend of β = ${a} and β = ${b}: models are trained at the marks.`,
  blended: ", a blend",
  /** @param {number} beta of one network for every beta */
  spoken: (beta) => `beta ${writeBeta(beta)}, one network for every beta`,
  /** @param {Model} model @param {string} family */
  note: (model, family) =>
    model.family === "ae"
      ? "a plain autoencoder: nothing to pay"
      : family === "beta-vae"
        ? `every nat of information costs ${model.beta}`
        : `every nat of overlap costs ${model.beta}`,
  /** @param {number} beta */
  name: (beta) => `β = ${beta}`,
  /** @param {Model} model @param {string} family */
  value: (model, family) =>
    model.family === "vae"
      ? `VAE, beta ${model.beta}, ${FAMILIES["beta-vae"].price}`
      : `${model.family === "beta-vae" ? "Beta VAE" : "Beta T C VAE"}, beta ${model.beta}, ${FAMILIES[/** @type {"beta-vae"} */ (family)].price}`,
};

export const READINGS = {
  noLimit: "no price",
  /** @param {number} nats */
  nats: (nats) => `${number(nats, 1)} nats`,
  /** @param {number} n @param {number} all */
  of: (n, all) => `${n} of ${all}`,
  /** @param {number} error @param {number | null} nats @param {number} n @param {number} all */
  spoken: (error, nats, n, all) =>
    `This face: error ${number(error)}${nats === null ? "" : `, information ${number(nats, 1)} nats`}. ${n} of ${all} numbers in use.`,
};

export const TYPICAL = {
  title: "Compared with the photographs the models learnt from",
  begin: "Compare this picture",
  busy: "Comparing …",
  about:
    "Light, angle, glasses, a hand, blur or noise change this. So does how rarely CelebA shows people like the one in the picture. It describes the picture, never the person.",
  /** @param {number} _ percent of the photographs */
  many: (_) => "This picture scores like most of CelebA’s photographs.",
  /** @param {number} _ */
  rare: (_) => "This picture scores like few of CelebA’s photographs, but within their range.",
  /** @param {number} percent */
  smooth: (percent) =>
    `The VAE finds this picture simpler than ${percent} % of CelebA’s photographs: it may be blurred, or show little.`,
  /** @param {number} percent */
  hard: (percent) => `The VAE finds this picture more surprising than ${percent} % of CelebA’s photographs.`,
  /** @param {number} percent */
  little: (percent) =>
    `The error is small only because the picture varies little: the VAE explains a smaller share of that than in ${percent} % of CelebA’s photographs.`,
  /** @param {number} nats */
  elbo: (nats) => `Negative ELBO: ${number(nats)} nats`,
  /** @param {number} share */
  unexplained: (share) => `Unexplained share: ${number(100 * Math.min(share, 9.99))} %`,
  ends: [
    ["simple", "surprising"],
    ["all explained", "nothing explained"],
  ],
  other: "the photographs that the VAE was validated on",
};

export const ALT = {
  /** @param {string} name */
  face: (name) => `The face: ${name}, ${facts.side} by ${facts.side} pixels`,
  /** @param {string} model */
  copy: (model) => `The same face rebuilt by the ${model}`,
  /** @param {number} all @param {number} used */
  code: (all, used) => `The code: ${all} numbers, ${used} in use`,
};

export const NOISE = { name: "Noise added", low: "none", high: "much" };

export const ERRORS = {
  notLoadedShort: "not loaded",
  drawings: "These models were trained on drawings without colour, so photos do not work here. See Sample and Models.",
  noFamily:
    "These models hold no β-VAE and no β-TCVAE, so there is no β to turn. Sample, Explore and Models show what is here.",
};

export const DOWNLOAD = {
  pictures: "Pictures (PNG)",
  table: "Table (CSV)",
  codes: "Codes (JSON)",
  heading: "The face, what each model keeps, and where it errs",
  face: "The face",
  average:
    "The sentences beside the slider speak of the faces that tested the models; on a single one a model may miss what it usually keeps. Where it no longer keeps whether a face smiles, it draws the average: a slight smile for everyone.",
  title: "Download what the models make of this face",
  /** @param {number | null} values of a face */
  scale: (values) =>
    `β is relative to the error summed over all${every(values)} values of a face. A paper that averages the error uses another scale.`,
  noiseNote: () =>
    `${begin(many(facts.latents))} numbers leave no room for noise, so it is left out. Scores compare with the face without noise.`,
};

export const GAME = {
  title: "Whose is whose?",
  about: "A game: faces, and what the model with the highest β keeps of each. Can you find the pairs?",
  play: "Play",
};
