// The one crop and resize to the models' 64 x 64, as in faces/image.py.

import { CELEBA_BOX, SIZE } from "./constants.js";
import { PictureError } from "./errors.js";
import { resize } from "./resample.js";

/** @import { Box, Picture } from "./types.js" */

/**
 * Crop and resize a box of a picture to 64 x 64. The box need not be whole pixels, and lies within the picture.
 * @param {Picture} picture
 * @param {Box} box
 * @returns {Picture}
 */
export function crop(picture, box) {
  return resize(picture, SIZE, SIZE, "bicubic", undefined, box);
}

/**
 * Crop the report's box of a picture of 178 x 218.
 * @param {Picture} frame
 */
export const cropFrame = (frame) => crop(frame, CELEBA_BOX);

/**
 * Crop the largest square in the middle, so that a picture of 64 x 64 stays as it is.
 *
 * Throws PictureError for a side of fewer than 16 pixels.
 * @param {Picture} picture
 */
export function cropCentre(picture) {
  requireLargeEnough(picture);
  const side = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
  return crop(picture, [left, top, left + side, top + side]);
}

/**
 * Crop a square of whole pixels that lies within the picture, as if it were a picture of its own.
 *
 * Throws PictureError for a side of fewer than 16 pixels.
 * @param {Picture} picture
 * @param {Box} square
 */
export function cropSquare(picture, square) {
  requireLargeEnough({ width: square[2] - square[0], height: square[3] - square[1] });
  return resize(picture, SIZE, SIZE, "bicubic", square);
}

/**
 * Return whether a picture has 64 x 64 pixels, like the models' images: it is used without cropping.
 * @param {Picture} picture
 */
export const isCrop = (picture) => picture.width === SIZE && picture.height === SIZE;

/**
 * Throw PictureError if a side has fewer than 16 pixels: no face is visible in such a picture.
 * @param {{ width: number, height: number }} picture
 */
export function requireLargeEnough({ width, height }) {
  if (Math.min(width, height) < SIZE / 4) {
    throw new PictureError(
      `This picture has only ${width} x ${height} pixels: a face needs at least ${SIZE / 4} a side.`,
    );
  }
}
