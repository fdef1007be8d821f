// Copies by a network for every beta: one for each frame.

import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkCopies } from "../../../assets/page/dial/copies.js";

const FACE = /** @type {any} */ ({ crop: new Uint8ClampedArray(64 * 64 * 4) });
const NETWORK = /** @type {any} */ ({ name: "dial", highest: 50 });

/** Copies of a face whose pictures have beta as every value. */
async function newCopies() {
  const engine = /** @type {any} */ ({
    encodeAlong: async (
      /** @type {string} */ _,
      /** @type {Uint8ClampedArray} */ _crop,
      /** @type {number[]} */ betas,
    ) => betas.map(() => ({ mean: new Float32Array(2), logvar: new Float32Array(2) })),
    decode: async (
      /** @type {string} */ _,
      /** @type {Float32Array} */ _code,
      /** @type {{beta: number}} */ { beta },
    ) => new Uint8ClampedArray(64 * 64 * 4).fill(beta),
  });
  const copies = new NetworkCopies(engine, NETWORK);
  await copies.rebuild(FACE, 0, 1);
  return copies;
}

test("two copies of one frame are shown in two frames", async () => {
  const copies = await newCopies();
  await copies.rebuild(FACE, 0, 2);
  await copies.rebuild(FACE, 0, 3);
  assert.equal(copies.advance(), true);
  assert.equal(copies.copy?.pixels[0], 2);
  assert.equal(copies.advance(), false);
  assert.equal(copies.copy?.pixels[0], 3);
  copies.advance();
  assert.equal(copies.copy?.pixels[0], 3);
});

test("a slow page is two copies behind at most", async () => {
  const copies = await newCopies();
  for (const beta of [2, 3, 4, 5]) await copies.rebuild(FACE, 0, beta);
  copies.advance();
  assert.equal(copies.copy?.pixels[0], 4);
});

test("another face has no copy of the one before", async () => {
  const copies = await newCopies();
  await copies.rebuild(FACE, 0, 2);
  await copies.rebuild({ ...FACE, crop: FACE.crop.slice() }, 0, 2);
  copies.advance();
  assert.equal(copies.copy, null);
});
