// The error map has the server's colours.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawErrors } from "../../../assets/engine/error_map.js";
import { assertNear } from "./near.js";
import { DOTS, RAMP, SMOOTH } from "./pictures.js";
import tables from "./tables.json" with { type: "json" };

test("the colours equal the server's within one level", () => {
  const { step, colours } = tables.errorMap;
  const pixels = drawErrors(SMOOTH, RAMP);
  const shown = Array.from({ length: colours.length }, (_, i) => pixels[Math.floor(i / 3) * step * 4 + (i % 3)]);
  assertNear(shown, colours, 1);
});

test("an equal picture is dark, and every map is opaque", () => {
  const pixels = drawErrors(DOTS, DOTS);
  assert.equal(pixels.length, 64 * 64 * 4);
  assert.deepEqual([...pixels.slice(0, 4)], [0, 0, 4, 255]);
  assert.ok(pixels.every((value, i) => value === pixels[i % 4]));
});
