import assert from "node:assert/strict";
import { test } from "node:test";
import { TABS, TOUR_STEPS } from "../../../assets/page/address.js";
import { gatherFacts } from "../../../assets/page/tour/facts.js";
import { SYMBOLS } from "../../../assets/page/tour/formulas.js";
import { split } from "../../../assets/page/tour/mathml.js";
import { clampStep, recallStep, rememberStep, STEPS, stepAt, stepByKey } from "../../../assets/page/tour/steps.js";
import { MATHS, STEP_WORDS } from "../../../assets/page/words/tour.js";

/** @typedef {import("../../../assets/page/models.js").Model} Model */

const MOST_WORDS = 40;
const FEATURES = ["Smile", "Hat", "Glasses"].map((name) => ({
  key: name.toLowerCase(),
  name,
  low: "less",
  high: "more",
}));

/** @param {string} family @param {number | null} beta @param {number} information @param {string[]} kept @returns {Model} */
const model = (family, beta, information, kept) =>
  /** @type {any} */ ({
    name: `${family}-${beta}`,
    title: beta === null ? "AE" : beta === 1 ? "VAE" : `${family}, β = ${beta}`,
    family,
    beta,
    information,
    kept,
    found: kept.length,
    latents: 32,
    channels: 3,
  });

const MODELS = [
  model("ae", null, 0, ["smile", "hat", "glasses"]),
  model("vae", 1, 35, ["smile", "hat", "glasses"]),
  model("beta-vae", 5, 15.1, ["smile", "hat"]),
  model("beta-vae", 10, 9.4, ["hat"]),
  model("beta-tcvae", 5, 15.2, ["smile", "hat"]),
  model("beta-tcvae", 20, 6.6, ["hat"]),
  model("beta-tcvae", 50, 4.8, []),
];

const facts = /** @type {import("../../../assets/page/tour/facts.js").Facts} */ (gatherFacts(MODELS, FEATURES));

test("the address knows as many steps as the tour has, and each speaks of a tab", () => {
  assert.equal(STEPS.length, TOUR_STEPS);
  for (const { tab } of STEPS) assert.ok(TABS.includes(tab));
});

test("a number outside of the tour names the nearest step", () => {
  assert.deepEqual([-3, 0, 1, 2.2, TOUR_STEPS, 99, Number.NaN].map(clampStep), [1, 1, 1, 2, TOUR_STEPS, TOUR_STEPS, 1]);
  assert.equal(stepAt(99), STEPS[TOUR_STEPS - 1]);
});

test("arrow keys go from step to step and stop at both ends", () => {
  assert.equal(stepByKey("ArrowRight", 2), 3);
  assert.equal(stepByKey("ArrowLeft", 2), 1);
  assert.equal(stepByKey("End", 2), TOUR_STEPS);
  assert.equal(stepByKey("ArrowLeft", 1), null);
  assert.equal(stepByKey("ArrowRight", TOUR_STEPS), null);
  assert.equal(stepByKey("a", 2), null);
});

test("a browser without storage begins the tour anew", () => {
  rememberStep(4);
  assert.equal(recallStep(), 1); // node has no sessionStorage
});

test("text and task of a step are at most 40 words", () => {
  for (const [name, { text, task }] of Object.entries(STEP_WORDS)) {
    const words = `${text(facts)} ${task(facts)}`.trim().split(/\s+/);
    assert.ok(words.length <= MOST_WORDS, `${name}: ${words.length} words`);
  }
});

test("the numbers of the sentences are those of the records", () => {
  assert.match(STEP_WORDS.squeeze.text(facts), /12,288 colour values.* 32 numbers/);
  assert.equal(STEP_WORDS.pay.task(facts), "Turn β from 1 to 10.");
  assert.match(
    STEP_WORDS.pay.conclusion(facts),
    /from 35\.0 to 9\.4 nats\. Still kept: hat; too faint: smile and glasses\.$/,
  );
  assert.match(
    STEP_WORDS.dials.conclusion(facts),
    /^A probe finds 3 .*, 1 in the β-TCVAE’s at β\s=\s20 and 0 at β\s=\s50:/,
  );
  assert.match(STEP_WORDS.trade.conclusion(facts), /at β\s=\s5 both families/);
});

test("what the records do not support is not said", () => {
  const few = gatherFacts([model("vae", 1, 35, []), model("beta-vae", 4, 12, [])], FEATURES);
  assert.ok(few);
  assert.equal(STEP_WORDS.dials.conclusion(few), "");
  assert.equal(STEP_WORDS.dials.task(few), "");
  assert.ok(!STEP_WORDS.pay.conclusion(few).includes("Still kept"));
  assert.ok(!STEP_WORDS.trade.conclusion(few).includes("both families"));
  assert.ok(!STEP_WORDS.dream.conclusion(few).includes("AE’s"));
  assert.equal(gatherFacts([model("ae", null, 0, [])], FEATURES), null);
});

test("every symbol of a formula is explained, and the formula is said in a sentence", () => {
  for (const { name } of STEPS) {
    assert.match(MATHS[name].spoken, /^[A-Z].*\.$/);
    assert.equal(MATHS[name].symbols.length, SYMBOLS[name].length);
  }
});

test("a formula is split into names, numbers and signs", () => {
  assert.deepEqual(split("log p(x|z)"), ["log", "p", "(", "x", "|", "z", ")"]);
  assert.deepEqual(split("−(β−1) KL"), ["−", "(", "β", "−", "1", ")", "KL"]);
});
