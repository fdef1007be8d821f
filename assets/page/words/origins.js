// The sentences of Models on where its models came from, and on what one takes along.

import { count } from "../parts/facts.js";

/**
 * @typedef {import("../about/record.js").Facts} Facts
 * @typedef {import("../about/record.js").Fact} Fact
 */

/** @param {unknown} value */
const counted = (value) => count(Number(value));

export const ORIGINS = {
  title: "Where each model came from",
  table: "Loss and origin of the models",
  loss: "Its loss",
  from: "Loaded from",
  /** @param {string} where */
  all: (where) => `All from ${where}.`,
  /** @param {string} commit */
  at: (commit) => `at ${commit.slice(0, 7)}`,
  /** @type {Partial<Record<Fact, string>>} */
  facts: {
    data: "Data",
    training: "Training faces",
    validation: "Validation faces",
    steps: "Steps",
    batch: "Faces a step",
    imagesSeen: "Images seen",
    parameters: "Parameters",
    latents: "Numbers of a code",
    values: "Values of a face",
  },
  someFailed: "Not everything could be loaded:",
  allHere: "Every model is here, but not everything came from where it was looked for first:",
  /** @param {{names: string[], where: string, reason: string}} failure */
  failure: ({ names, where, reason }) => `${names.join(", ")} from ${where}: ${reason}.`,
};

export const SHARED = {
  title: "What is the same for all",
  one: "How it was trained",
  onlyLoss: "Only the loss differs.",
  scales: "The error is not on the same scale in all models, so their β do not compare.",
};

/**
 * Say what all models share; facts that differ, or that no record has, are left out.
 *
 * @param {Partial<Facts>} facts
 */
export function describeShared({
  convolutions,
  latents,
  training,
  validation,
  steps,
  batch,
  imagesSeen,
  parameters,
  data,
  weight,
  distortion,
}) {
  const network = [
    convolutions && `${convolutions} convolutions each way`,
    latents && `${latents} numbers a code`,
    parameters && `${counted(parameters)} parameters`,
    training && `${counted(training)} training faces`,
    steps && `${counted(steps)} training steps${batch ? ` of ${batch} faces` : ""}`,
    imagesSeen && `${counted(imagesSeen)} images seen`,
  ]
    .filter(Boolean)
    .join(", ");
  return [
    network && `${network[0].toUpperCase()}${network.slice(1)}.`,
    validation && `Scores come from ${counted(validation)} other faces.`,
    data && `Data: ${data}.`,
    distortion === "bernoulli" &&
      "The error is a Bernoulli distortion, −log p(x|z), summed over all values of a picture.",
    weight && weight !== 1 && `The error counts with weight ${weight}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

export const LOAD = {
  title: "Load a model",
  menu: "Model",
  copy: "Copy code",
  block: "Python that loads the model",
  folder: "From the folder that holds the model:",
  project: "From the project’s folder:",
  hub: "From anywhere, where the package is installed:",
};

export const CITE = {
  title: "Cite",
  about: "This work first, then the report that it follows and the papers behind it.",
  copy: "Copy BibTeX",
  block: "BibTeX",
};

export const FILM = {
  title: "How it learnt",
  about:
    "The faces that a model drew from the same random numbers while it learnt. Each film counts its steps; if they are fewer than the model’s, it shows a shorter run of the same recipe.",
  play: "Play",
  stop: "Stop",
  /** @param {string} model */
  alt: (model) => `Film: faces drawn by the ${model} from the same random numbers as it learnt`,
  loading: "Loading the film …",
  failed: "This film could not be loaded.",
};
