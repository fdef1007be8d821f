// Faces aligned by their eyes to CelebA's frame, like the models' training images, as in faces/align.py.

import { CELEBA_BOX, CELEBA_EYES, CELEBA_FRAME } from "./constants.js";
import { cropFrame } from "./crop.js";
import { apply, fit } from "./similarity.js";
import { warp } from "./warp.js";

/** @import { Face, Picture, Point } from "./types.js" */

/**
 * Crop a face to the models' 64 x 64, by way of CelebA's 178 x 218 frame.
 * @param {Picture} picture
 * @param {Face} face
 * @returns {Picture}
 */
export function align(picture, face) {
  return cropFrame(warp(picture, fitFrame(face), ...CELEBA_FRAME));
}

/**
 * Return the corners, in the picture, of the square that `align` crops: clockwise from its top left.
 * @param {Face} face
 * @returns {[Point, Point, Point, Point]}
 */
export function outline(face) {
  const [left, top, right, bottom] = CELEBA_BOX;
  const onto = fitFrame(face);
  return [
    apply(onto, [left, top]),
    apply(onto, [right, top]),
    apply(onto, [right, bottom]),
    apply(onto, [left, bottom]),
  ];
}

/**
 * Return the similarity that maps CelebA's frame to the picture.
 * @param {Face} face
 */
const fitFrame = (face) => fit(CELEBA_EYES, [face.leftEye, face.rightEye]);
