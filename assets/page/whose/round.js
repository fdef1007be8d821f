// One round of "Whose is whose?" in numbers: which faces, in which order, how many are right, what chance would give.

import { Generator } from "../../engine/noise.js";

/** @typedef {import("../store.js").Family} Family */

export const COUNT = 4; // faces of a round
export const LARGEST_SEED = 99999;
const SEEDS = 4294967296; // of the generator

/**
 * Draw the order of the copies: the same for everyone who opens the link, another one for the other family.
 *
 * @param {number} seed
 * @param {Family} family
 * @param {number} [count]
 * @returns {number[]} for each copy, the original it belongs to
 */
export function drawOrder(seed, family, count = COUNT) {
  const other = (seed * 2 + Number(family === "beta-tcvae") + 1) % SEEDS; // not the seed that drew the faces
  const keys = new Generator(other).randn(count);
  return Array.from(keys, (_, i) => i).sort((a, b) => keys[a] - keys[b]);
}

/**
 * Choose faces that differ: the first one, then always the one whose nearest chosen face is farthest.
 *
 * @param {ArrayLike<number>[]} faces pixels
 * @param {number} [count]
 * @returns {number[]} their indices, ascending
 */
export function chooseDistinct(faces, count = COUNT) {
  const chosen = [0];
  const nearest = faces.map((face) => distance(face, faces[0]));
  while (chosen.length < Math.min(count, faces.length)) {
    const next = nearest.indexOf(Math.max(...nearest));
    chosen.push(next);
    for (const [i, face] of faces.entries()) nearest[i] = Math.min(nearest[i], distance(face, faces[next]));
  }
  return chosen.sort((a, b) => a - b);
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
function distance(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/**
 * Count the copies that were given to their own original.
 *
 * @param {number[]} order
 * @param {(number | null)[]} answer for each copy, the original it was given to
 */
export const score = (order, answer) => order.filter((original, copy) => answer[copy] === original).length;

/**
 * Give a copy to an original; each of the two leaves the partner that it had. Giving a pair again parts it.
 *
 * @param {(number | null)[]} answer
 * @param {number} copy
 * @param {number} original
 * @returns {(number | null)[]}
 */
export function match(answer, copy, original) {
  if (answer[copy] === original) return answer.map((one, i) => (i === copy ? null : one));
  return answer.map((one, i) => (i === copy ? original : one === original ? null : one));
}

/**
 * Count the ways to match `count` faces that have 0, 1, ..., `count` of them right: fixed points of permutations.
 *
 * @param {number} [count]
 * @returns {number[]}
 */
export function countWays(count = COUNT) {
  const none = [1, 0]; // permutations of n without a fixed point: D(n) = (n - 1) (D(n - 1) + D(n - 2))
  for (let n = 2; n <= count; n++) none[n] = (n - 1) * (none[n - 1] + none[n - 2]);
  return Array.from({ length: count + 1 }, (_, right) => choose(count, right) * none[count - right]);
}

/** @param {number} n @param {number} k @returns {number} */
const choose = (n, k) => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
