import assert from "node:assert/strict";
import test from "node:test";
import { Pyramid } from "../../../assets/vision/finder/pyramid.js";
import { resize } from "../../../assets/vision/resample.js";
import { TABLES, unpack } from "./tables.js";

for (const { picture, filter, box, result } of TABLES.resize) {
  test(`resize by ${filter} equals Pillow's from ${box} to ${result.width} x ${result.height}`, () => {
    const resized = resize(unpack(picture), result.width, result.height, filter, undefined, box);
    assert.deepEqual(resized, unpack(result));
  });
}

for (const { picture, longer, result } of TABLES.pyramid) {
  test(`a pyramid of ${picture.width} x ${picture.height} resizes to ${longer} as Python's`, () => {
    assert.deepEqual(new Pyramid(unpack(picture)).resize(longer), unpack(result));
  });
}

test("a region is resized as if it were a picture of its own", () => {
  const [{ picture }] = TABLES.resize;
  const whole = unpack(picture);
  const part = { data: new Uint8ClampedArray(5 * 4 * 4), width: 5, height: 4 };
  for (let y = 0; y < 4; y++) {
    part.data.set(whole.data.subarray(((y + 2) * whole.width + 3) * 4, ((y + 2) * whole.width + 8) * 4), y * 20);
  }
  assert.deepEqual(resize(whole, 3, 2, "bicubic", [3, 2, 8, 6]), resize(part, 3, 2));
});
