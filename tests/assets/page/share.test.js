// Codes in links, and the layout of the card.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FOOT, HEAD, HEIGHT, LABEL, layCard, WIDTH } from "../../../assets/page/share/card_layout.js";
import { packNumbers, readCodes, unpackNumbers, writeCodes } from "../../../assets/page/share/codes.js";

const MODELS = [
  { name: "ae", latents: 32 },
  { name: "beta-tcvae-b50", latents: 10 },
];

test("numbers of a code come back to half a thousandth", () => {
  for (const count of [1, 2, 10, 32]) {
    const numbers = Float32Array.from({ length: count }, (_, i) => 32 * Math.sin(i * 7 + count));
    const back = unpackNumbers(packNumbers(numbers));
    assert.equal(back?.length, count);
    for (const [i, value] of numbers.entries()) assert.ok(Math.abs((back?.[i] ?? 99) - value) <= 0.000501);
  }
});

test("a packed code is written in characters that an address keeps as they are", () => {
  const text = packNumbers(Float32Array.from({ length: 200 }, (_, i) => (i - 100) / 3));
  assert.equal(new URL(`https://a/#${text}`).hash, `#${text}`);
  assert.equal(new URLSearchParams({ code: text }).toString(), `code=${text}`);
});

test("numbers out of range stay at its end", () => {
  assert.deepEqual([...(unpackNumbers(packNumbers([99, -99])) ?? [])], [32.767, -32.768].map(Math.fround));
});

test("codes of a face come back with error and information", () => {
  const ae = { mean: Float32Array.from({ length: 32 }, (_, i) => i / 8), error: 97.25, information: null };
  const tc = { mean: new Float32Array(10), error: 262, information: 4.8 };
  const codes = readCodes(
    writeCodes([
      ["ae", ae],
      ["beta-tcvae-b50", tc],
    ]),
    MODELS,
  );
  assert.deepEqual(Object.fromEntries(codes), { ae, "beta-tcvae-b50": tc });
});

test("codes of other models, of another length, or broken ones are left out", () => {
  const good = packNumbers(new Float32Array(10));
  assert.equal(unpackNumbers(`${good}A`), null); // a byte too many
  const entries = [
    `nobody:${good}`,
    `ae:${good}`,
    "ae:",
    "ae",
    "ae:%%%",
    "ae:AAAAA",
    "ae:1*two",
    `beta-tcvae-b50:${good}:-3:x`,
    "",
    ":::",
  ];
  const codes = readCodes(entries.join(","), MODELS);
  assert.deepEqual([...codes.keys()], ["beta-tcvae-b50"]);
  assert.deepEqual(codes.get("beta-tcvae-b50"), { mean: new Float32Array(10), error: null, information: null });
});

/** @type {[number, boolean][]} */
const CARDS = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((count) => [
  [count, true],
  [count, false],
]);

test("faces of the card lie in a row between heading and foot, as large as they fit", () => {
  for (const [count, withOriginal] of CARDS) {
    const { original, arrow, faces } = layCard(count, withOriginal);
    const row = [...(original ? [original] : []), ...faces];
    assert.equal(row.length, count + Number(withOriginal));
    for (const { x, y, side } of row) {
      assert.ok(x >= 0 && x + side <= WIDTH && y >= HEAD && y + side + LABEL <= HEIGHT - FOOT, `${count}`);
      assert.equal(side, row[0].side);
    }
    for (const [i, { x }] of row.slice(1).entries()) assert.ok(x >= row[i].x + row[i].side);
    const last = row[row.length - 1];
    assert.ok(Math.abs(row[0].x - (WIDTH - last.x - last.side)) <= 1); // in the middle
    assert.equal(arrow === null, !withOriginal);
    if (original && arrow) assert.ok(arrow.x > original.x + original.side && arrow.x < faces[0].x);
  }
});
