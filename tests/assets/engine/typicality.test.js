// A picture is compared with the photographs as on the server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, drawCodes, rank } from "../../../assets/engine/typicality.js";
import { assertNear, assertRelative } from "./near.js";
import { CODE, drawFaces, LATENTS, PORTRAIT } from "./pictures.js";
import tables from "./tables.json" with { type: "json" };

test("the codes are the mean, then those that the server draws", () => {
  const codes = drawCodes(CODE, tables.typicality.samples);
  assert.deepEqual(codes.slice(0, LATENTS), CODE.mean);
  assertNear(codes.slice(LATENTS), tables.codes, 1e-6);
});

test("both scores and their ranks equal the server's", () => {
  const { negativeElbo, unexplained, ...typical } = tables.typicality;
  const scores = compare(PORTRAIT, CODE, drawFaces(drawCodes(CODE, typical.samples)), typical);
  assertRelative(scores.negativeElbo.value, negativeElbo.value, 1e-5);
  assertRelative(scores.unexplained.value, unexplained.value, 1e-5);
  assertNear([scores.negativeElbo.shareBelow], [negativeElbo.shareBelow], 1e-4);
  assertNear([scores.unexplained.shareBelow], [unexplained.shareBelow], 1e-4);
});

test("ranks at, below, between and above the quantiles equal the server's", () => {
  const { quantiles, values, shares } = tables.ranks;
  assertNear(
    values.map((value) => rank(value, quantiles).shareBelow),
    shares,
    1e-12,
  );
});

test("a point code has no distribution to draw from", () => {
  assert.throws(() => drawCodes({ mean: CODE.mean, logvar: null }, 4), TypeError);
});
