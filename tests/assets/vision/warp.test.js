import assert from "node:assert/strict";
import test from "node:test";
import { apply, fit, length } from "../../../assets/vision/similarity.js";
import { warp } from "../../../assets/vision/warp.js";
import { TABLES, unpack } from "./tables.js";

for (const { picture, turn, shift, result } of TABLES.warp) {
  test(`warp by ${turn} and ${shift} equals OpenCV's`, () => {
    assert.deepEqual(warp(unpack(picture), { turn, shift }, result.width, result.height), unpack(result));
  });
}

for (const { source, target, turn, shift, scale } of TABLES.fit) {
  test(`fit of ${source} to ${target} equals Python's to the last bit`, () => {
    const similarity = fit(source, target);
    assert.deepEqual(similarity, { turn, shift });
    assert.equal(length(similarity.turn), scale);
  });
}

test("fit maps both points", () => {
  const [{ source, target }] = TABLES.fit;
  for (const index of [0, 1]) {
    const mapped = apply(fit(source, target), source[index]);
    assert.ok(length([mapped[0] - target[index][0], mapped[1] - target[index][1]]) < 1e-12);
  }
});
