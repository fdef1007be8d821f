// The generator draws what torch draws.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addNoise } from "../../../assets/engine/models.js";
import { Generator, randn } from "../../../assets/engine/noise.js";
import { assertNear } from "./near.js";
import { DOTS } from "./pictures.js";
import tables from "./tables.json" with { type: "json" };

for (const { seed, n, values } of tables.draws) {
  test(`${n} numbers of the seed ${seed} equal torch's`, () => {
    const drawn = Array.from(randn(seed, n));
    assert.equal(drawn.length, n);
    const shown = n === values.length ? drawn : [...drawn.slice(0, 20), ...drawn.slice(-20)];
    assertNear(shown, values, 2e-6);
  });
}

test("several draws of one generator equal torch's", () => {
  const { seed, counts, values } = tables.turns;
  const generator = new Generator(seed);
  assertNear(
    counts.flatMap((n) => Array.from(generator.randn(n))),
    values,
    2e-6,
  );
});

test("noise on a face equals the server's", () => {
  const { noise, step, values } = tables.disturbed;
  const disturbed = addNoise(DOTS, noise);
  assertNear(
    disturbed.filter((_, i) => i % step === 0),
    values,
    1e-6,
  );
  assert.ok(disturbed.every((value) => value >= 0 && value <= 1));
});

test("a face without noise stays as it is", () => {
  assert.equal(addNoise(DOTS, 0), DOTS);
});
