import assert from "node:assert/strict";
import test from "node:test";
import { crop, cropCentre, cropSquare, isCrop } from "../../../assets/vision/crop.js";
import { PictureError } from "../../../assets/vision/errors.js";
import { toPixels, toTensor } from "../../../assets/vision/tensors.js";

/**
 * @param {number} width
 * @param {number} height
 */
function drawNoise(width, height) {
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) =>
    at % 4 === 3 ? 255 : (at * 7919) >> 3,
  );
  return { data, width, height };
}

test("a picture of 64 x 64 stays as it is", () => {
  const picture = drawNoise(64, 64);
  assert.ok(isCrop(picture));
  assert.deepEqual(cropCentre(picture), picture);
});

test("the centre is the square in the middle", () => {
  const picture = drawNoise(100, 80);
  assert.deepEqual(cropCentre(picture), cropSquare(picture, [10, 0, 90, 80]));
  assert.deepEqual(cropCentre(picture), crop(picture, [10, 0, 90, 80]));
});

test("a square of fewer than 16 pixels is refused with its size", () => {
  const message = "This picture has only 15 x 15 pixels: a face needs at least 16 a side.";
  assert.throws(() => cropSquare(drawNoise(40, 40), [0, 0, 15, 15]), { name: "PictureError", message });
  assert.throws(() => cropCentre(drawNoise(15, 40)), PictureError);
});

test("pixels become a tensor and the same pixels again", () => {
  const picture = drawNoise(64, 64);
  const tensor = toTensor(picture);
  assert.equal(tensor[64 * 64 + 5], Math.fround(picture.data[21] / 255));
  assert.deepEqual(toPixels(tensor, 64 * 64), picture.data);
});

test("values beyond the range are clipped and halves go to the even level", () => {
  const [low, high, half] = [-0.3, 1.2, 0.5];
  assert.deepEqual([...toPixels(new Float32Array([low, high, half]), 1)], [0, 255, 128, 255]);
});
