import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, count, every, facts, keepFacts, many, spell } from "../../../assets/page/parts/facts.js";

test("a fact that models do not share is left out of a sentence", () => {
  assert.equal(`${begin(many(null))} numbers of all${every(null)} values`, "A few numbers of all values");
  assert.equal(`${many(32)} numbers of all${every(12288)} values`, "32 numbers of all 12,288 values");
});

test("small numbers are spelt", () => {
  assert.deepEqual([4, 10, 11, 2000].map(spell), ["four", "ten", "11", count(2000)]);
});

test("the records' facts replace the numbers of the HTML", () => {
  const places = [
    { dataset: { fact: "latents" }, textContent: "32" },
    { dataset: { fact: "side" }, textContent: "1" },
  ];
  const root = /** @type {ParentNode} */ (/** @type {unknown} */ ({ querySelectorAll: () => places }));
  keepFacts({ models: 2, side: 64, values: 4096, latents: null, labels: null, inUse: 0.01 }, root);
  assert.deepEqual(
    places.map(({ textContent }) => textContent),
    ["a few", "64"],
  );
  assert.equal(facts.values, 4096);
});
