// BlazeFace, full range: the faces in a square of pixels, as in faces/finder/detection.py.

import { OVERLAP, STRIDE } from "../constants.js";
import { apply, length } from "../similarity.js";
import { toPlanes } from "../tensors.js";

/** @import { Similarity } from "../similarity.js" */
/** @import { Eyes, Picture, Point } from "../types.js" */

/**
 * Network by its input (1, 3, n, n) and its outputs by their names.
 * @typedef {(input: Float32Array) => Promise<Record<string, Float32Array>>} Network
 */

/**
 * A face that BlazeFace sees, in pixels.
 * @typedef {object} Detection
 * @property {number} score between 0 and 1
 * @property {Point} middle
 * @property {number} side of its square box, which contains the face from the brows to the chin
 * @property {Eyes} eyes the person's right eye, then the left one
 */

/**
 * Box of one anchor.
 * @typedef {Detection & { size: Point }} Box
 */

/**
 * Detect the faces in a square picture, with scores above `least`; the highest score comes first.
 * @param {Picture} square
 * @param {Network} network
 * @param {number} least
 */
export async function detect(square, network, least) {
  const { boxes, scores } = await network(toPlanes(square, 127.5, -1));
  const across = square.width / STRIDE;
  /** @type {Box[]} */
  const likely = [];
  for (let anchor = 0; anchor < scores.length; anchor++) {
    const score = toProbability(scores[anchor]);
    if (score <= least) continue;
    const centre = [(anchor % across) + 0.5, Math.floor(anchor / across) + 0.5].map((value) => value * STRIDE);
    likely.push(readBox(score, centre, boxes.subarray(anchor * 16, (anchor + 1) * 16)));
  }
  return suppress(likely.sort((a, b) => b.score - a.score));
}

/**
 * Return the sigmoid of a logit.
 * @param {number} logit
 */
export const toProbability = (logit) => 1 / (1 + Math.exp(-logit));

/**
 * Map the points of a face by a similarity.
 * @param {Detection} face
 * @param {Similarity} onto
 * @returns {Detection}
 */
export const mapFace = (face, onto) => ({
  score: face.score,
  middle: apply(onto, face.middle),
  side: face.side * length(onto.turn),
  eyes: [apply(onto, face.eyes[0]), apply(onto, face.eyes[1])],
});

/**
 * @param {number} score
 * @param {number[]} anchor
 * @param {Float32Array} values 16: middle relative to the anchor, width, height, and six points like the middle
 * @returns {Box}
 */
function readBox(score, anchor, values) {
  const read = (/** @type {number} */ at) =>
    /** @type {Point} */ ([values[at] + anchor[0], values[at + 1] + anchor[1]]);
  return {
    score,
    middle: read(0),
    size: [values[2], values[3]],
    side: (values[2] + values[3]) / 2,
    eyes: [read(4), read(6)],
  };
}

/**
 * Average overlapping boxes, weighted by their scores; highest score first.
 * @param {Box[]} boxes highest score first
 * @returns {Detection[]}
 */
function suppress(boxes) {
  const detections = [];
  let left = boxes;
  while (left.length) {
    const [first] = left;
    const group = left.filter((box) => box === first || doOverlap(first, box));
    left = left.filter((box) => !group.includes(box));
    detections.push(average(group));
  }
  return detections;
}

/**
 * Return whether two boxes show the same face.
 * @param {Box} a
 * @param {Box} b
 */
function doOverlap(a, b) {
  let common = 1;
  for (const axis of [0, 1]) {
    const high = Math.min(a.middle[axis] + a.size[axis] / 2, b.middle[axis] + b.size[axis] / 2);
    const low = Math.max(a.middle[axis] - a.size[axis] / 2, b.middle[axis] - b.size[axis] / 2);
    common *= Math.max(0, high - low);
  }
  return common > OVERLAP * (a.size[0] * a.size[1] + b.size[0] * b.size[1] - common);
}

/**
 * Return the average of boxes, weighted by their scores, with the score of the first.
 * @param {Box[]} boxes
 * @returns {Detection}
 */
function average(boxes) {
  const sum = boxes.reduce((total, box) => total + box.score, 0);
  const weigh = (/** @type {(box: Box) => number} */ get) =>
    boxes.reduce((total, box) => total + (box.score / sum) * get(box), 0);
  const weighPoint = (/** @type {(box: Box) => Point} */ get) =>
    /** @type {Point} */ ([weigh((box) => get(box)[0]), weigh((box) => get(box)[1])]);
  return {
    score: boxes[0].score,
    middle: weighPoint((box) => box.middle),
    side: weigh((box) => box.side),
    eyes: [weighPoint((box) => box.eyes[0]), weighPoint((box) => box.eyes[1])],
  };
}
