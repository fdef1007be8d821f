import assert from "node:assert/strict";
import { test } from "node:test";
import { drawCodes } from "../../../assets/page/sampling.js";

// torch.stack([torch.randn(32, generator=g) for _ in range(2)]) with g of seed 7: vae_models.autoencoder.draw_noise
const SEED_7 = { first: [-0.82013, 0.39563, 0.89891], second: [-0.08353, -0.02348, 0.17438] };

test("fewer faces of a seed are the first of more", () => {
  const [few, many] = [drawCodes(7, 2, 32), drawCodes(7, 5, 32)];
  assert.deepEqual([...few], [...many.slice(0, 64)]);
});

test("a seed draws the codes that the app's endpoints draw", () => {
  const codes = drawCodes(7, 2, 32);
  for (const [i, value] of SEED_7.first.entries()) assert.ok(Math.abs(codes[i] - value) < 1e-3, `${codes[i]}`);
  for (const [i, value] of SEED_7.second.entries())
    assert.ok(Math.abs(codes[32 + i] - value) < 1e-3, `${codes[32 + i]}`);
});

test("the temperature scales the numbers around the middle", () => {
  const fitted = { mean: [1, 2], scale: [[2], [0.5, 3]] };
  const [one, half] = [drawCodes(3, 1, 2, 1, fitted), drawCodes(3, 1, 2, 0.5, fitted)];
  for (const i of [0, 1]) assert.ok(Math.abs(half[i] - fitted.mean[i] - (one[i] - fitted.mean[i]) / 2) < 1e-6);
});

test("codes of the fitted Gaussian are the mean plus the scale times the noise", () => {
  const noise = drawCodes(3, 1, 2);
  const codes = drawCodes(3, 1, 2, 1, { mean: [1, 2], scale: [[2], [0.5, 3]] });
  assert.ok(Math.abs(codes[0] - (1 + 2 * noise[0])) < 1e-6);
  assert.ok(Math.abs(codes[1] - (2 + 0.5 * noise[0] + 3 * noise[1])) < 1e-6);
});
