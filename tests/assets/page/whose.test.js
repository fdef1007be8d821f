import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseDistinct, countWays, drawOrder, match, score } from "../../../assets/page/whose/round.js";
import { WHOSE } from "../../../assets/page/words/whose.js";

/** @param {number[]} items @returns {number[][]} */
const permute = (items) =>
  items.length < 2
    ? [items]
    : items.flatMap((item) => permute(items.filter((one) => one !== item)).map((rest) => [item, ...rest]));

const ORDERS = permute([0, 1, 2, 3]);

test("a seed gives the same order again, and the other family another stream of orders", () => {
  const seeds = Array.from({ length: 100 }, (_, seed) => seed);
  const orders = seeds.map((seed) => drawOrder(seed, "beta-vae"));
  assert.deepEqual(
    orders,
    seeds.map((seed) => drawOrder(seed, "beta-vae")),
  );
  const others = seeds.map((seed) => drawOrder(seed, "beta-tcvae"));
  const same = orders.filter((order, seed) => order.join() === others[seed].join()).length;
  assert.ok(same < 20, `${same} of 100 orders are the other family's`); // 1 in 24 by chance
});

test("every order is equally likely, also that of the originals", () => {
  const seen = new Map(ORDERS.map((order) => [order.join(), 0]));
  const rounds = 2400;
  for (let seed = 0; seed < rounds; seed++) {
    const key = drawOrder(seed, "beta-tcvae").join();
    seen.set(key, Number(seen.get(key)) + 1);
  }
  assert.equal(seen.size, 24);
  const expected = rounds / 24;
  const chiSquared = [...seen.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  assert.ok(chiSquared < 49.7, `${chiSquared}`); // the quantile of 0.999 with 23 degrees of freedom
});

test("chance is what counting all 24 answers gives", () => {
  for (const order of [
    [0, 1, 2, 3],
    [2, 0, 3, 1],
  ]) {
    const counted = [0, 0, 0, 0, 0];
    for (const answer of ORDERS) counted[score(order, answer)] += 1;
    assert.deepEqual(countWays(), counted);
  }
  assert.deepEqual(countWays(), [9, 8, 6, 0, 1]);
  assert.deepEqual(countWays(3), [2, 3, 0, 1]);
});

test("one sentence states the whole distribution of chance", () => {
  assert.equal(
    WHOSE.chance(countWays()),
    "By chance: of the 24 ways to match four faces, 9 have none right, 8 one, 6 two and 1 all four, so guessing gets 1 right on average.",
  );
});

test("a face and a copy have at most one partner each", () => {
  /** @type {(number | null)[]} */
  let answer = [null, null, null, null];
  const keys = drawOrder(5, "beta-vae", 400);
  for (const key of keys) {
    answer = match(answer, key % 4, Math.floor(key / 4) % 4);
    const given = answer.filter((one) => one !== null);
    assert.equal(new Set(given).size, given.length);
  }
  assert.deepEqual(match([null, 2, 0, null], 1, 0), [null, 0, null, null]);
  assert.deepEqual(match([null, 2, 0, null], 1, 2), [null, null, 0, null]);
});

test("faces that are alike are not chosen together", () => {
  const faces = [
    [0, 0],
    [0, 1],
    [9, 9],
    [9, 8],
    [0, 9],
    [9, 0],
    [1, 0],
  ];
  assert.deepEqual(chooseDistinct(faces), [0, 2, 4, 5]);
  assert.deepEqual(chooseDistinct(faces.slice(0, 2)), [0, 1]);
});
