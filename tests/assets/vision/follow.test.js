// A drawn face is followed by networks that see nothing but its two eyes: a red one and a green one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { OUTLINES } from "../../../assets/vision/constants.js";
import { Follower } from "../../../assets/vision/finder/follow.js";

/** @import { Picture } from "../../../assets/vision/types.js" */

const [WIDTH, HEIGHT] = [320, 240];
const APART = 40; // pixels between the eyes
const STEP = 0.2; // seconds between frames

/**
 * Draw two eyes, or none, on black.
 *
 * @param {[number, number] | null} middle
 * @returns {Picture}
 */
function draw(middle) {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  for (const colour of middle ? [0, 1] : []) {
    const [x, y] = /** @type {[number, number]} */ (middle);
    for (let dy = -5; dy < 5; dy++) {
      for (let dx = -5; dx < 5; dx++) data[((y + dy) * WIDTH + x + dx + (colour - 0.5) * APART) * 4 + colour] = 255;
    }
  }
  return { data, width: WIDTH, height: HEIGHT };
}

/** Find an eye in planes from 0 to 1. @param {Float32Array} planes @param {0 | 1} colour */
function findEye(planes, colour) {
  const area = planes.length / 3;
  const side = Math.sqrt(area);
  let [sum, x, y] = [0, 0, 0];
  for (let at = 0; at < area; at++) {
    const value = Math.max(0, planes[colour * area + at]);
    sum += value;
    x += value * ((at % side) + 0.5);
    y += value * (Math.floor(at / side) + 0.5);
  }
  return sum > 3 ? [x / sum, y / sum] : null;
}

/** Networks that count how often they are asked. */
function createNetworks() {
  const asked = { detector: 0, mesh: 0 };
  return {
    asked,
    /** @param {Float32Array} tensor */
    async face_landmark(tensor) {
      asked.mesh += 1;
      const eyes = [findEye(tensor, 0), findEye(tensor, 1)];
      const points = new Float32Array(468 * 3);
      const [left, right] = eyes.map((eye) => eye ?? [0, 0]);
      const [x, y, half] = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2, right[0] - left[0]];
      for (let i = 0; i < 468; i++) points.set([x + (i % 2 ? half : -half), y + (i % 3 ? half : -half), 0], 3 * i);
      for (const [eye, outline] of OUTLINES.entries()) for (const i of outline) points.set(eyes[eye] ?? [0, 0], 3 * i);
      return { points, score: Float32Array.of(left !== right && eyes[0] && eyes[1] ? 9 : -9) };
    },
    /** @param {Float32Array} tensor from -1 to 1 */
    async face_detection_full_range(tensor) {
      asked.detector += 1;
      const planes = tensor.map((value) => (value + 1) / 2);
      const side = Math.sqrt(tensor.length / 3);
      const anchors = (side / 4) ** 2;
      const [left, right] = [findEye(planes, 0), findEye(planes, 1)];
      const boxes = new Float32Array(anchors * 16);
      const scores = new Float32Array(anchors).fill(-9);
      if (left && right) {
        const [x, y, size] = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2, 2 * (right[0] - left[0])];
        boxes.set([x - 2, y - 2, size, size, left[0] - 2, left[1] - 2, right[0] - 2, right[1] - 2]); // anchor 0
        scores[0] = 9;
      }
      return { boxes, scores };
    },
  };
}

/** Follow frames, `STEP` seconds apart. @param {([number, number] | null)[]} middles */
async function follow(middles) {
  const networks = createNetworks();
  const follower = new Follower();
  const sights = [];
  for (const [i, middle] of middles.entries()) {
    const before = { ...networks.asked };
    const sight = await follower.follow(draw(middle), networks, i * STEP);
    sights.push({ ...sight, detector: networks.asked.detector - before.detector });
  }
  return sights;
}

/** @param {{face: import("../../../assets/vision/types.js").Face | null}} sight */
const middleOf = ({ face }) =>
  face ? [(face.leftEye[0] + face.rightEye[0]) / 2, (face.leftEye[1] + face.rightEye[1]) / 2] : [];

test("a face is searched for once and then followed by the mesh alone", async () => {
  const sights = await follow(Array.from({ length: 8 }, (_, i) => [120 + 3 * i, 100]));
  assert.deepEqual(
    sights.map(({ detector }) => detector > 0),
    [true, ...Array(7).fill(false)],
  );
  assert.ok(sights.every(({ isSeen }) => isSeen));
});

test("the eyes of a face at rest are where they were drawn", async () => {
  const [x, y] = middleOf((await follow(Array(6).fill([150, 90]))).at(-1) ?? { face: null });
  assert.ok(Math.hypot(x - 150, y - 90) < 0.5, `${x}, ${y}`);
});

test("a face that jumps is found again in the same frame", async () => {
  const sights = await follow([
    [80, 60],
    [80, 60],
    [240, 180],
  ]);
  assert.ok(sights[2].isSeen && sights[2].detector > 0);
  const [x, y] = middleOf(sights[2]);
  assert.ok(Math.hypot(x - 240, y - 180) < 1, `${x}, ${y}`); // not on the way between both
});

test("a lost face stays where it was for 0.7 seconds", async () => {
  const sights = await follow([[120, 100], ...Array(5).fill(null)]);
  assert.deepEqual(
    sights.map(({ face }) => face !== null),
    [true, true, true, true, false, false],
  );
  assert.deepEqual(
    sights.map(({ isSeen }) => isSeen),
    [true, false, false, false, false, false],
  );
  assert.deepEqual(sights[3].face, sights[0].face);
});

test("nothing is known of a face after two seconds without a frame", async () => {
  const networks = createNetworks();
  const follower = new Follower();
  await follower.follow(draw([120, 100]), networks, 0);
  const before = networks.asked.detector;
  await follower.follow(draw([124, 100]), networks, 2.1);
  assert.ok(networks.asked.detector > before); // it is searched for again
});
