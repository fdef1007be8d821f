// Definition cards: one sentence for each word and symbol. Those with a number are written when they are asked for.

import { count, every, facts } from "../parts/facts.js";

/** @type {Record<string, string[]>} heading and sentence */
export const TERMS = {
  autoencoder: [
    "Autoencoder",
    "A network that squeezes a picture into a few numbers and rebuilds the picture from them.",
  ],
  get x() {
    const seen = facts.values === null ? "values" : `${count(facts.values)} values`;
    return [
      "x, the face",
      `A colour picture of ${facts.side} × ${facts.side} pixels, which the computer sees as ${seen} from 0 to 1.`,
    ];
  },
  code: ["z, the code", "The numbers between encoder and decoder: everything that the decoder is told about a face."],
  encoder: [
    "Encoder",
    "The half of the network that turns a face into its code; a VAE’s encoder gives each number a mean and a spread instead of one exact value.",
  ],
  decoder: ["Decoder", "The half of the network that turns a code, wherever it comes from, into a picture."],
  copy: [
    "x̂, the reconstruction",
    "The picture that the decoder rebuilds from a face’s code; this page uses the mean of each number.",
  ],
  get error() {
    return [
      "Squared error",
      `How far the reconstruction is from the face: the difference of each of the${every(facts.values)} values, squared, all added up.`,
    ];
  },
  nat: [
    "Nat",
    `The unit of information: 1 nat is about ${Math.LOG2E.toFixed(2)} bits, and one toss of a fair coin is ${Math.LN2.toFixed(2)} nats.`,
  ],
  information: [
    "Information (KL)",
    "How far the code of this face departs from the prior, in nats; at 0 the code says no more than random numbers do.",
  ],
  prior: [
    "Prior, p(z)",
    "How codes are expected to lie before any face is seen: each of the numbers on its own bell curve with mean 0 and spread 1.",
  ],
  beta: [
    "β, beta",
    "The price in training, where 1 point of error costs 1: β is what each nat of information costs in a β-VAE, and each nat of overlap in a β-TCVAE.",
  ],
  overlap: [
    "Overlap (total correlation, TC)",
    "What the numbers say about each other, taken over all faces, in nats; 0 means that they are independent.",
  ],
  get used() {
    return [
      "Numbers in use",
      `Numbers of the code that still change with the face: the variance of their mean is above ${facts.inUse}. The decoder has learnt to ignore the others.`,
    ];
  },
  fitted: [
    "Where its codes really lie",
    "A bell-shaped cloud with the centre and the spread in every direction that a model’s codes of the training faces really have.",
  ],
  ae: ["AE", "An autoencoder trained on the error alone: one exact code for each face, and information costs nothing."],
  vae: [
    "VAE",
    "A variational autoencoder pays 1 for each nat of information, so its codes stay near the prior, and random numbers decode to faces.",
  ],
  "beta-vae": ["β-VAE", "A VAE that pays β for each nat of information."],
  "beta-tcvae": ["β-TCVAE", "A VAE that pays β for each nat of overlap and 1 for each nat of all other information."],
  feature: [
    "Feature",
    "Something about a face that CelebA’s labels name, such as a smile or a hat, each marked yes or no by people.",
  ],
  get found() {
    return [
      "Features that can still be changed",
      `For each of CelebA’s${every(facts.labels)} labels, a simple test tries to read it from the code. What it finds, a slider can change.`,
    ];
  },
  probe: [
    "Probe score (AUROC)",
    "How often a simple test ranks a face with the feature above one without it: 0.5 is guessing, 1 is always.",
  ],
  psnr: ["PSNR", "The error on a logarithmic scale, in decibels: higher is closer."],
  mse: ["MSE", "The squared error divided by the number of values: lower is closer."],
  ssim: ["SSIM", "How alike two pictures are in the structure of small patches: 1 is the same picture."],
  negativeElbo: [
    "Negative ELBO",
    "The VAE’s error plus its information for this picture, in nats and up to a constant: the higher, the more surprising the picture.",
  ],
  elbo: [
    "ELBO (evidence lower bound)",
    "What a VAE is trained to raise: minus the error, minus the information, which is, up to a constant, a lower bound on the log-probability that the model gives a face.",
  ],
  unexplained: [
    "Unexplained share",
    "The error as a share of how much the picture varies around its own average colour: 0 is a perfect copy.",
  ],
};
