// The sentences on networks of every beta.

import { writeBeta } from "../dial/scale.js";
import { ALT } from "./face.js";
import { number } from "./page.js";

export const DIALS = {
  name: "one network",
  /** @param {string} network @param {number} beta */
  at: (network, beta) => `${network} at β = ${writeBeta(beta)}`,
  /** @param {string} network */
  any: (network) => `${network} for every beta`,
  slider: "Price β",
  /** @param {number} highest */
  sliderName: (highest) => `Price beta, up to ${highest}`,
  /** @param {number} beta */
  spoken: (beta) => `beta ${writeBeta(beta)}`,
  /** @param {number} beta */
  value: (beta) => `β = ${writeBeta(beta)}`,
  /** @param {number} highest */
  range: (highest) => `up to ${highest}`,
  about: "One network, trained for every β. The code stays the same: turn β up, and see what fades.",
  strip: "One code, decoded at every price.",
};

export const STAGE = {
  note: "one network for every β",
  /** @param {number} highest */
  about: (highest) =>
    `This network was trained with every β up to ${highest}, and rebuilds the face at exactly the β of the slider. Each model in the row below was trained with one β; the nearest are marked.`,
  of: ", by one network",
  /** @param {string} base @param {number} beta */
  price: (base, beta) => {
    const what = base === "beta-tcvae" ? "Overlap" : "Information";
    return writeBeta(beta) === "1"
      ? `${what} costs its normal price.`
      : `${what} costs ${writeBeta(beta)} times as much.`;
  },
  /** @param {number} nats @param {number} error @param {number | null} own error of this face */
  sentence: (nats, error, own) =>
    `At this β the network keeps ${number(nats, 1)} nats of a face on average, with an error of ${number(error)}.${STAGE.own(own)}`,
  /** @param {number} highest */
  alone: (highest) => `One network, trained for every β up to ${highest}.`,
  /** @param {number | null} error */
  own: (error) => (error === null ? "" : ` This face: ${number(error)}.`),
  /** @param {number} beta */
  copy: (beta) => `The same face rebuilt by one network at beta ${writeBeta(beta)}`,
  /** @param {number} all @param {number | null} used */
  code: (all, used) => (used === null ? `The code: ${all} numbers` : ALT.code(all, used)),
  /** @param {number} error @param {number} nats @param {string} inUse */
  spoken: (error, nats, inUse) => `This face: error ${number(error)}, information ${number(nats, 1)} nats. ${inUse}`,
  /** @param {number} n @param {number} all */
  inUse: (n, all) => `${n} of ${all} numbers in use.`,
  failed: "The network for every β could not be loaded. Move β to try again; the other models work.",
};

export const ABOUT_DIAL = {
  title: "One network for every β",
  /** @param {number} highest */
  about: (highest) =>
    `Each VAE above was trained for one β. This network was trained for every β up to ${highest} at once: β is an input of its encoder and its decoder, beside the face and the code. One code is one face at every β.`,
  loss: "Loss",
  note: "In training, every face had a β of its own.",
  noteOfSteps: "In training, every step had a β of its own.",
  open: "Open in Face:",
  /** @param {string} beta that is seen @param {string} network */
  opens: (beta, network) => `${beta}: open ${network} in Face`,
  /** @param {number} n @param {number} all @param {number} beta @param {number} ladder */
  together: (n, all, beta, ladder) =>
    `It fades its numbers together: at β = ${beta}, ${n} of ${all} are in use; the model trained for this β alone has ${ladder}.`,
  /** @param {string} family */
  chart: (family) =>
    `Error against information: the line is the one network, the dots are ${family} models of one β each.`,
  chartName: "Error against information, along β",
  table: "The one network and models of one β",
  beta: "β",
  columns: { squared_error: "Error", kl: "Information, nats", active_units: "Numbers in use" },
  one: "one network",
  separate: "one β each",
  missing: "–",
  csv: "Curve (CSV)",
  /** @param {number} n */
  rows: (n) => `The file has all ${n} β of the curve.`,
  load: "Python that loads its model of one β",
  from: "Loaded from",
  rest: "The rest is the same as for all models, below.",
};
