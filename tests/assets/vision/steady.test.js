import assert from "node:assert/strict";
import { test } from "node:test";
import { Steadier } from "../../../assets/vision/finder/steady.js";

/** @import { Eyes } from "../../../assets/vision/types.js" */

const DISTANCE = 80; // pixels between the eyes
const PIXEL = DISTANCE / 21.2; // of the 64 that the models see, in pixels of the frame
const STEP = 1 / 12; // seconds between frames

/** @param {number} x @param {number} [y] @returns {Eyes} */
const eyesAt = (x, y = 200) => [
  [x, y],
  [x + DISTANCE, y],
];

/** A small generator of noise with mean 0 and deviation 1, the same each time. @param {number} seed */
function createNoise(seed) {
  let state = seed;
  const uniform = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
}

/**
 * Filter the eyes of many frames.
 *
 * @param {number} frames
 * @param {(time: number) => Eyes} look
 */
function filter(frames, look) {
  const steadier = new Steadier();
  return Array.from({ length: frames }, (_, i) => steadier.steady(look(i * STEP), i * STEP));
}

test("the first eyes are returned as they are", () => {
  assert.deepEqual(new Steadier().steady(eyesAt(10), 5), eyesAt(10));
});

test("eyes that rest after a movement are reached", () => {
  const [[x, y]] = filter(60, (time) => eyesAt(time < 1 ? 100 : 160)).at(-1) ?? eyesAt(0);
  assert.ok(Math.abs(x - 160) < 0.05 * PIXEL, `${x}`);
  assert.equal(y, 200);
});

test("the noise of eyes at rest becomes at least three times smaller", () => {
  const noise = createNoise(1);
  const noisy = Array.from({ length: 400 }, () => 100 + 0.25 * PIXEL * noise());
  const steadier = new Steadier();
  const steady = noisy.map((x, i) => steadier.steady(eyesAt(x), i * STEP)[0][0]);
  const size = (/** @type {number[]} */ values) =>
    Math.sqrt(values.slice(20).reduce((sum, x, i) => sum + (x - values[i + 19]) ** 2, 0));
  assert.ok(size(noisy) > 3 * size(steady), `${size(noisy) / size(steady)} times`);
});

test("a quick movement is followed within one pixel", () => {
  const speed = 4 * DISTANCE; // a second: from one side of the picture to the other
  const last = filter(12, (time) => eyesAt(100 + speed * time)).at(-1) ?? eyesAt(0);
  assert.ok(100 + speed * 11 * STEP - last[0][0] < PIXEL, `${(100 + speed * 11 * STEP - last[0][0]) / PIXEL}`);
});

test("faces near and far are steadied alike", () => {
  const noise = createNoise(2);
  const values = Array.from({ length: 50 }, noise);
  const near = new Steadier();
  const far = new Steadier();
  for (const [i, value] of values.entries()) {
    const eyes = eyesAt(100 + value);
    const small = /** @type {Eyes} */ (eyes.map((eye) => eye.map((at) => at / 2)));
    const large = near.steady(eyes, i * STEP);
    far.steady(small, i * STEP).forEach(([x], eye) => {
      assert.ok(Math.abs(2 * x - large[eye][0]) < 1e-9);
    });
  }
});

test("eyes that are forgotten leave no trace", () => {
  const steadier = new Steadier();
  steadier.steady(eyesAt(0), 0);
  steadier.forget();
  assert.deepEqual(steadier.steady(eyesAt(500), STEP), eyesAt(500));
});
