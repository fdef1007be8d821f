// The scores of a reconstruction equal those of the server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { kl, score, ssim, unexplainedVariance } from "../../../assets/engine/scores.js";
import { assertNear, assertRelative } from "./near.js";
import { DOTS, FLAT, PICTURES, SMOOTH, SPREAD } from "./pictures.js";
import tables from "./tables.json" with { type: "json" };

const FLOAT32 = 1e-6; // rounding of the numbers of an array

for (const { x, reconstruction, unexplained, ...scores } of tables.scores) {
  test(`the scores of ${reconstruction} as a reconstruction of ${x} equal the server's`, () => {
    const [face, copy] = [PICTURES[x], PICTURES[reconstruction]];
    const own = score(face, copy, null);
    assertRelative(own.squaredError, scores.squaredError, FLOAT32);
    assertRelative(own.mse, scores.mse, FLOAT32);
    assertNear([own.psnr, own.ssim], [scores.psnr, scores.ssim], FLOAT32);
    assertRelative(unexplainedVariance(face, copy), unexplained, FLOAT32);
  });
}

test("an equal picture has no error", () => {
  const { squaredError, mse, psnr } = score(DOTS, DOTS, null);
  assert.deepEqual([squaredError, mse, psnr], [0, 0, Number.POSITIVE_INFINITY]);
  assertNear([ssim(DOTS, DOTS), ssim(FLAT, FLAT), unexplainedVariance(FLAT, FLAT)], [1, 1, 0], 1e-12);
});

test("the nats of each dimension equal the server's", () => {
  const nats = kl(SPREAD);
  assert.ok(nats);
  assertNear(nats, tables.kl, FLOAT32);
  const { kl: sum, activeDimensions } = score(DOTS, SMOOTH, nats);
  assertNear(
    [sum ?? Number.NaN],
    [tables.kl.reduce((total, value) => total + value)],
    1e-4, // nats, summed in 32 bits
  );
  assert.equal(activeDimensions, tables.active);
});

test("a point code has no nats", () => {
  assert.equal(kl({ mean: SPREAD.mean, logvar: null }), null);
  const { kl: sum, activeDimensions } = score(DOTS, SMOOTH, null);
  assert.deepEqual([sum, activeDimensions], [null, null]);
});
