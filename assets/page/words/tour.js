// The sentences of the tour. Text and task of a step are at most 40 words together; numbers come from the records.

import { count } from "../parts/facts.js";
import { SYMBOLS } from "./models.js";
import { number } from "./page.js";

/** @typedef {import("../tour/facts.js").Facts} Facts */

export const TOUR = {
  steps: "Steps of the tour",
  /** @param {number} n @param {number} all */
  step: (n, all) => `Tour, step ${n} of ${all}`,
  back: "Back",
  next: "Next",
  leave: "Leave the tour",
  finish: "Try your face",
  again: "Start again",
  present: "Present it",
  end: "That was β. Now try your own face.",
  maths: "The maths",
  noModels: "The tour cannot run with these models: it needs models of colour photographs at several β.",
};

/**
 * @typedef {object} Words of a step
 * @property {string} title
 * @property {(facts: Facts) => string} text
 * @property {(facts: Facts) => string} task
 * @property {(facts: Facts) => string} conclusion seen once the task is done; "" where the records support none
 */

/** @param {string[]} names */
const list = (names) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;

/** @type {Record<import("../tour/steps.js").StepName, Words>} */
export const STEP_WORDS = {
  squeeze: {
    title: "Squeeze",
    text: ({ values, numbers }) =>
      `This face is ${count(values)} colour values. The encoder squeezes it into a code of ${numbers} numbers. The decoder is given nothing else, and rebuilds the face from them.`,
    task: ({ numbers }) => `Move one of the ${numbers} bars.`,
    conclusion: ({ numbers }) => `What the ${numbers} numbers do not say, the decoder cannot show.`,
  },
  dream: {
    title: "Dream",
    text: ({ numbers }) =>
      `No face this time: ${numbers} random numbers, drawn from a bell curve, go to the decoder. For the VAE, codes that depart from that bell curve cost information. For the AE, codes may lie anywhere.`,
    task: () => "Press New faces.",
    conclusion: ({ hasAe }) =>
      hasAe
        ? "The VAE turns random numbers into faces; the AE’s come out dull and alike, because its own codes lie elsewhere."
        : "The VAE turns random numbers into faces.",
  },
  pay: {
    title: "Pay",
    text: () =>
      "In training a VAE pays twice: for errors, and for information in the code. β is the price of information. As it rises, the model gives up first what improves the copy least.",
    task: ({ ends }) => `Turn β from ${ends[0].beta} to ${ends[1].beta}.`,
    conclusion: ({ ends: [low, high], keeps, loses }) => {
      if (low.information === null || high.information === null) return "";
      const fall = `On average, information falls from ${number(low.information, 1)} to ${number(high.information, 1)} nats.`;
      return loses.length && keeps.length ? `${fall} Still kept: ${list(keeps)}; too faint: ${list(loses)}.` : fall;
    },
  },
  dials: {
    title: "Dials",
    text: () =>
      "Ideally each number is a dial for one feature. A β-TCVAE aims at that: only overlap, what one number says about the others, costs β. Grey models show the feature too faintly.",
    task: ({ dial }) => (dial ? `Move the ${dial.name} slider.` : ""),
    conclusion: ({ found }) => {
      if (found.length < 2) return "";
      const [first, ...others] = found;
      const rest = others.map(({ beta }, i) =>
        i
          ? ` and ${others[i].found} at β\u00a0=\u00a0${beta}`
          : `, ${others[0].found} in the β-TCVAE’s at β\u00a0=\u00a0${beta}`,
      );
      return `A probe finds ${first.found} features in the ${first.title}’s codes${rest.join("")}: less overlap, but also fewer dials.`;
    },
  },
  trade: {
    title: "Trade",
    text: () =>
      "Each dot is one model: how much information it keeps of a face, and how large its error is. Together the dots form a curve. β decides where on it a model ends up.",
    task: () => "Choose a dot.",
    conclusion: ({ meet }) =>
      `Less information means a larger error: β only chooses the place on the curve${meet === null ? "." : `, and at β\u00a0=\u00a0${meet} both families are at nearly the same place.`}`,
  },
};

export const PICTURES = {
  face: "The face",
  code: "Its code",
  copy: "Rebuilt from the code",
  /** @param {string} model */
  by: (model) => `by the ${model}`,
  /** @param {number} i @param {number} all @param {number} value */
  bar: (i, all, value) => `Bar ${i} of ${all}: ${number(value, 1)}`,
  bars: "The code: left and right change a number, up and down go to another",
  fresh: "New faces",
  same: "One column, the same random numbers",
  /** @param {string} model @param {number} n @param {number} all */
  drawn: (model, n, all) => `${model}, random face ${n} of ${all}`,
  price: "Price β (beta)",
  /** @param {number} beta */
  beta: (beta) => `β = ${number(beta, Number.isInteger(beta) ? 0 : 1)}`,
  /** @param {number} n @param {number} all */
  inUse: (n, all) => `${n} of ${all} numbers in use`,
  /** @param {number} nats */
  information: (nats) => `information ${number(nats, 1)} nats`,
  /** @param {number} error */
  error: (error) => `error ${number(error)}`,
  faint: "too faint",
  /** @param {number} n */
  found: (n) => `${n} features`,
  choose: "Dots of the chart",
  average: "Strong: this face. Pale: the average face.",
};

/** @param {string} section */
export const REPORT = (section) => `The report, ${section}.`;

/** @typedef {{spoken: string, section: string, symbols: string[]}} Maths spoken: for screen readers; symbols: meanings */

/** @type {Record<import("../tour/steps.js").StepName, Maths>} */
export const MATHS = {
  squeeze: {
    spoken:
      "L of theta 1 and theta 2 is 1 over n times the sum, over i from 1 to n, of the square of: x i, minus g of f of x i.",
    section: "section II-A, the loss of the AE",
    symbols: [
      "Face i of n.",
      "The encoder and the decoder.",
      "Their weights, which training adjusts.",
      "The code of this face.",
      "Its reconstruction.",
      "The error, here added up over all values of the picture.",
      "The error of an average face: all that the AE is trained to lower.",
    ],
  },
  dream: {
    spoken:
      "The mean, over z drawn from q, of minus the squared length of x minus g of z; minus the K L from the normal distribution with mean mu of x and covariance sigma of x to the normal distribution with mean 0 and covariance I.",
    section: "section III-A, equation 5. Training raises it",
    symbols: [
      SYMBOLS.answer,
      "The average over codes z drawn from that answer.",
      "The error.",
      "From the answer to the prior N(0, I): the information, in nats.",
      "With z drawn from the prior: a new face.",
    ],
  },
  pay: {
    spoken:
      "The mean, over z drawn from q, of the logarithm of p of x given z; minus beta times the K L from q of z given x to p of z.",
    section: "section IV, the objective of the β-VAE. Training raises it",
    symbols: [
      "How likely the decoder finds face x, given code z: its logarithm is minus the error, up to a constant.",
      "The encoder’s answer.",
      "The prior.",
      "The information, in nats.",
      "The average over codes z from q.",
      "The price; β = 1 is the VAE.",
    ],
  },
  dials: {
    spoken:
      "The mean, over z drawn from q, of the logarithm of p of x given z; minus the K L from q of z given x to p of z; minus beta minus 1, times the K L from q of z to the product over j of q of z j.",
    section: "section V-A, the objective of the β-TCVAE. Training raises it",
    symbols: [
      "The codes of all faces together.",
      "Number j alone.",
      "The same numbers, as if they were independent.",
      "The first is the information, the last the overlap.",
      "The information contains the overlap once already: with this weight it costs β.",
    ],
  },
  trade: {
    spoken:
      "The logarithm of p of x is at least the E L B O: the mean, over z drawn from q, of the logarithm of p of x given z; minus the K L from q of z given x to p of z.",
    section: "section III-A, equation 4",
    symbols: [
      "How likely the model finds the face.",
      "Up to a constant, minus the error of codes drawn from q. The chart shows the error of the mean code, which is a little smaller.",
      "The information: how far right the dot is. β changes its weight, and so the place of the dot.",
    ],
  },
};
