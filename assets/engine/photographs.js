// A photograph in the worker: decoded once, faces found, crops cut out of it.

import { align } from "../vision/align.js";
import { CELEBA_BOX, CELEBA_EYES } from "../vision/constants.js";
import { cropCentre, cropSquare, isCrop, requireLargeEnough } from "../vision/crop.js";
import { findFaces } from "../vision/finder/finder.js";
import { decodePhotograph } from "../vision/photograph.js";
import { toFinder } from "./browser/networks.js";

/**
 * @import { Crop, Face, Found, Point, Square } from "./types.js"
 * @import { Picture } from "../vision/types.js"
 * @import { Run } from "./browser/sessions.js"
 */

/** @typedef {{number: number, blob: Blob}} Photograph */

/** The pixels of the last photograph: those of a large one take 200 MB. */
export class Photographs {
  /** @type {{number: number, picture: Promise<Picture>} | null} */
  #kept = null;

  /**
   * @param {Photograph} photograph
   * @returns {Promise<Picture>}
   */
  read({ number, blob }) {
    if (this.#kept?.number !== number) this.#kept = { number, picture: decodePhotograph(blob) };
    return this.#kept.picture;
  }

  /**
   * Find the faces; a picture of 64 x 64 pixels is a face as it is.
   *
   * @param {Photograph} photograph
   * @param {Record<string, Run>} networks
   * @returns {Promise<Found>}
   */
  async find(photograph, networks) {
    const picture = await this.read(photograph);
    const { width, height } = picture;
    requireLargeEnough(picture);
    if (isCrop(picture)) return { width, height, faces: [describeCrop(picture)], more: 0 };
    return { width, height, ...(await findFaces(picture, toFinder(networks))) };
  }

  /**
   * @param {Photograph} photograph
   * @param {Face} face
   * @returns {Promise<Crop>}
   */
  async align(photograph, face) {
    const picture = await this.read(photograph);
    return (isCrop(picture) ? picture : align(picture, face)).data;
  }

  /**
   * @param {Photograph} photograph
   * @param {Square | null} square
   * @returns {Promise<Crop>}
   */
  async cut(photograph, square) {
    const picture = await this.read(photograph);
    requireLargeEnough(picture);
    return (square ? cropSquare(picture, toBox(square, picture)) : cropCentre(picture)).data;
  }
}

/**
 * Round a square to whole pixels and move it into the picture (ui/crops.py rounds alike).
 *
 * @param {Square} square
 * @param {{width: number, height: number}} picture
 * @returns {[number, number, number, number]} left, top, right, bottom
 */
export function toBox({ x, y, side }, { width, height }) {
  const whole = Math.max(1, Math.min(Math.round(side), width, height));
  const left = Math.max(0, Math.min(Math.round(x - side / 2), width - whole));
  const top = Math.max(0, Math.min(Math.round(y - side / 2), height - whole));
  return [left, top, left + whole, top + whole];
}

/**
 * Describe a crop as a face: the eyes are where `align` puts them.
 *
 * @param {Picture} picture
 * @returns {Face}
 */
function describeCrop({ width, height }) {
  const [left, top, right] = CELEBA_BOX;
  const scale = width / (right - left);
  const [leftEye, rightEye] = CELEBA_EYES.map(
    ([x, y]) => /** @type {Point} */ ([(x - left) * scale, (y - top) * scale]),
  );
  return { leftEye, rightEye, box: [0, 0, width, height] };
}
