import assert from "node:assert/strict";
import { test } from "node:test";
import {
  betaAt,
  ladderOf,
  marksOf,
  nextStop,
  placeOf,
  roundBetas,
  stepAt,
  writeBeta,
} from "../../../assets/page/ladder.js";

/** @param {string} family @param {number | null} beta */
const model = (family, beta) => ({ family, beta });
const MODELS = [
  model("ae", null),
  model("vae", 1),
  model("beta-vae", 10),
  model("beta-vae", 2),
  model("beta-vae", 5),
  model("beta-vae", 5),
  model("beta-tcvae", 50),
  model("beta-tcvae", 5),
];
const LADDER = ladderOf(MODELS, "beta-vae");

test("a ladder has the VAE and the family's betas, each once", () => {
  assert.deepEqual(
    LADDER.map(({ beta }) => beta),
    [1, 2, 5, 10],
  );
  assert.deepEqual(
    ladderOf(MODELS, "beta-tcvae").map(({ beta }) => beta),
    [1, 5, 50],
  );
});

test("the slider is logarithmic and ends at the outer betas", () => {
  assert.equal(placeOf(LADDER, 1), 0);
  assert.equal(placeOf(LADDER, 10), 1);
  assert.ok(Math.abs(placeOf(LADDER, Math.sqrt(10)) - 0.5) < 1e-12);
  for (const beta of [1, 1.7, 5, 10]) assert.ok(Math.abs(betaAt(LADDER, placeOf(LADDER, beta)) - beta) < 1e-9);
});

test("at a trained beta the picture is one model's alone", () => {
  for (const { beta } of LADDER) {
    const step = stepAt(LADDER, Number(beta));
    assert.ok(step.trained);
    assert.equal(step.nearest.beta, beta);
  }
});

test("between two stops the nearer model gives the numbers", () => {
  const step = stepAt(LADDER, 2.5);
  assert.deepEqual([step.low.beta, step.high.beta, step.nearest.beta, step.trained], [2, 5, 2, false]);
  assert.equal(stepAt(LADDER, 4.4).nearest.beta, 5);
});

test("arrow keys go from stop to stop and stay at the ends", () => {
  assert.equal(nextStop(LADDER, 1, 1), 2);
  assert.equal(nextStop(LADDER, 2.4, 1), 5);
  assert.equal(nextStop(LADDER, 2.4, -1), 2);
  assert.equal(nextStop(LADDER, 10, 1), 10);
  assert.equal(nextStop(LADDER, 1, -1), 1);
});

test("a family of one model has one stop", () => {
  const alone = ladderOf([model("beta-vae", 5)], "beta-vae");
  assert.equal(placeOf(alone, 5), 0);
  assert.equal(stepAt(alone, 5).nearest.beta, 5);
});

test("one network for every beta has round betas as marks, and its highest", () => {
  assert.deepEqual(roundBetas(50), [1, 2, 5, 10, 20, 50]);
  assert.deepEqual(
    marksOf({ highest: 30 }).map(({ beta }) => beta),
    [1, 2, 5, 10, 20, 30],
  );
  assert.equal(betaAt(marksOf({ highest: 50 }), 1), 50);
});

test("a beta between the marks is written with one decimal at most", () => {
  assert.deepEqual([1, 3.4167, 12.5, 49.99].map(writeBeta), ["1", "3.4", "12.5", "50"]);
});
