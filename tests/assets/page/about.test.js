import assert from "node:assert/strict";
import { test } from "node:test";
import { listParts, typeset, writeFormula } from "../../../assets/page/about/losses.js";
import { findBest, findExtremes, scaleBars, splitFacts } from "../../../assets/page/about/record.js";
import { writeCsv } from "../../../assets/page/about/scores.js";
import { describeShared } from "../../../assets/page/words/origins.js";

/** @param {Partial<import("../../../assets/page/about/record.js").Objective>} weights */
const objective = (weights) => ({
  distortion: /** @type {const} */ ("squared_error"),
  weight: 1,
  kl: 0,
  tc: 0,
  ...weights,
});

test("bars begin at zero, and the largest value fills its cell", () => {
  assert.deepEqual(scaleBars([50, 200, null, 0]), [0.25, 1, null, 0]);
  assert.deepEqual(scaleBars([0, 0]), [0, 0]);
  assert.deepEqual(scaleBars([-4, 2]), [0, 1]);
});

test("the best of a column is marked where one end is better", () => {
  assert.deepEqual(findBest([97, 121, null], "lower"), [true, false, false]);
  assert.deepEqual(findBest([0.6, 0.5, 0.6], "higher"), [true, false, true]);
  assert.deepEqual(findBest([1, 2], null), [false, false]);
  assert.deepEqual(findBest([3, null], "lower"), [false, false]);
});

test("facts that are the same for all models are kept apart from those that differ", () => {
  const facts = /** @type {any} */ ({ steps: 10, latents: 32, data: null });
  const { shared, differing } = splitFacts([facts, { ...facts, steps: 20 }]);
  assert.deepEqual(shared, { latents: 32, data: null });
  assert.deepEqual(differing, ["steps"]);
});

test("a group with the largest share is the worst", () => {
  assert.deepEqual(findExtremes({ White: 0.31, Black: 0.43, Asian: 0.35 }), {
    worst: ["Black", 0.43],
    best: ["White", 0.31],
  });
});

test("a loss leaves out terms of weight 0 and factors of 1", () => {
  assert.deepEqual(listParts(objective({ kl: 1, tc: 19 })), [
    { term: "error", weight: "" },
    { term: "information", weight: "" },
    { term: "overlap", weight: "19" },
  ]);
  assert.equal(writeFormula(objective({})), "‖x − x̂‖²");
  assert.equal(writeFormula(objective({ kl: 5 })), "‖x − x̂‖² + 5 KL");
  assert.equal(writeFormula(objective({ distortion: "bernoulli", weight: 0.5, kl: 1 })), "0.5 −log p(x|z) + KL");
});

test("operators of a formula stay upright text", () => {
  assert.deepEqual(typeset("KL"), ["KL"]);
});

test("the table has the columns of the earlier page first, unrounded", () => {
  const description = {
    recipe: "beta-vae",
    objective: objective({ kl: 5 }),
    facts: { steps: 8790, imagesSeen: 1125120, parameters: 1661075 },
    scores: { squared_error: 162.34335749162466, kl: null },
    inUse: 20,
    found: 16,
  };
  const model = { name: "beta-vae", beta: 5 };
  const [head, row] = writeCsv(
    /** @type {any} */ ([model]),
    /** @type {any} */ ({ models: { "beta-vae": description } }),
  ).split("\r\n");
  assert.equal(
    head,
    "model,recipe,beta,objective,distortion,distortion_weight,steps,images_seen,parameters,squared_error,kl,numbers_in_use,features_found",
  );
  assert.equal(
    row,
    "beta-vae,beta-vae,5,‖x − x̂‖² + 5 KL,squared_error,1,8790,1125120,1661075,162.34335749162466,,20,16",
  );
});

test("what no record has is not said", () => {
  assert.equal(describeShared({}), "");
  assert.equal(
    describeShared({ latents: 32, steps: 8790, batch: null, data: null }),
    "32 numbers a code, 8,790 training steps.",
  );
});
