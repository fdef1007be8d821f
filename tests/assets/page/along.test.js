// Codes along a network for every beta, and the curve of its means.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeAt, curveAt, spreadBetas } from "../../../assets/page/dial/along.js";
import { placeOn } from "../../../assets/page/dial/scale.js";

test("betas are spread evenly on a logarithmic scale, both ends among them", () => {
  const betas = spreadBetas(50);
  assert.deepEqual([betas.length, betas[0], betas.at(-1)], [25, 1, 50]);
  const steps = betas.slice(1).map((beta, i) => beta / betas[i]);
  assert.ok(steps.every((step) => Math.abs(step - steps[0]) < 1e-9));
});

test("a code between two betas is linear in log beta, and exact at each of them", () => {
  const betas = spreadBetas(50);
  const codes = betas.map((beta) => ({
    mean: Float32Array.of(Math.log(beta), -2 * Math.log(beta)),
    logvar: Float32Array.of(3 - Math.log(beta), 0),
  }));
  for (const beta of [1, 1.07, 3.4, 20, 49.9, 50, ...betas]) {
    const { mean, logvar } = codeAt(codes, placeOn(beta, 50));
    for (const [value, expected] of [
      [mean[0], Math.log(beta)],
      [mean[1], -2 * Math.log(beta)],
      [logvar?.[0] ?? 0, 3 - Math.log(beta)],
    ])
      assert.ok(Math.abs(value - expected) < 1e-5);
  }
});

test("the means of a curve are read between its betas, and stay at its ends", () => {
  const curve = { beta: [1, 4, 16], squared_error: [100, 200, 400], kl: [30, 20, 4], active_units: [20, 16, 8] };
  assert.deepEqual(curveAt(curve, 4), { error: 200, nats: 20, inUse: 16 });
  const half = curveAt(curve, 8);
  assert.ok(Math.abs(half.error - 300) < 1e-9 && Math.abs(half.nats - 12) < 1e-9 && Math.abs(half.inUse - 12) < 1e-9);
  assert.equal(curveAt(curve, 1).nats, 30);
  assert.equal(curveAt(curve, 99).nats, 4);
});
