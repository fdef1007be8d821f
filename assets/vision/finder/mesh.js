// The face mesh: the eyes of a detected face, as in faces/finder/mesh.py.

import { BRIGHTEST, DARK, LEAST, MARGIN, MESH_SIZE, OFF, OUTLINES, THRESHOLDS } from "../constants.js";
import { apply, length, multiply, subtract } from "../similarity.js";
import { toTensor } from "../tensors.js";
import { toProbability } from "./detection.js";

/** @import { Detection, Network } from "./detection.js" */
/** @import { Pyramid } from "./pyramid.js" */
/** @import { Eyes, Picture, Point } from "../types.js" */

/**
 * A face with its eyes, in pixels of the picture.
 * @typedef {object} Mesh
 * @property {number} flag probability that it is a face
 * @property {Eyes} eyes each the mean of its outline; the person's right eye, then the left one
 * @property {Point} middle
 * @property {number} side of the square around all points, level with the eyes
 */

/**
 * Fit the mesh to a detected face, twice if the detected eyes were inexact, as they are in small faces.
 * @param {Pyramid} pyramid
 * @param {Detection | Mesh} face a mesh: that of the last frame
 * @param {Network} network
 */
export async function fitMesh(pyramid, face, network) {
  const mesh = await fitOnce(pyramid, face, network);
  const distances = mesh.eyes.map((eye, index) => length(subtract(eye, face.eyes[index])));
  return Math.max(...distances) > OFF * face.side ? fitOnce(pyramid, mesh, network) : mesh;
}

/**
 * Return whether a mesh is an upright face.
 * @param {Mesh} mesh
 */
export const isFace = ({ flag, side, eyes }) => flag > THRESHOLDS.mesh && side >= LEAST && eyes[0][0] < eyes[1][0];

/**
 * Fit the mesh in a view in which the eyes of a face are level.
 * @param {Pyramid} pyramid
 * @param {Detection | Mesh} face
 * @param {Network} network
 * @returns {Promise<Mesh>}
 */
async function fitOnce(pyramid, face, network) {
  const apart = subtract(face.eyes[1], face.eyes[0]);
  const distance = length(apart);
  const scale = (face.side * MARGIN) / MESH_SIZE;
  /** @type {Point} */
  const turn = distance ? [(apart[0] / distance) * scale, (apart[1] / distance) * scale] : [scale, 0];
  const onto = { turn, shift: subtract(face.middle, multiply(turn, [MESH_SIZE / 2, MESH_SIZE / 2])) };
  const { points, score } = await network(brighten(pyramid.warp(onto, MESH_SIZE, MESH_SIZE)));
  const [left, right] = findRange(points, 0);
  const [top, bottom] = findRange(points, 1);
  return {
    flag: toProbability(score[0]),
    middle: apply(onto, [(left + right) / 2, (top + bottom) / 2]),
    side: Math.max(right - left, bottom - top) * length(turn),
    eyes: [apply(onto, average(points, OUTLINES[0])), apply(onto, average(points, OUTLINES[1]))],
  };
}

/**
 * Return the input of the network, brightened if the face is dark.
 * @param {Picture} view
 */
function brighten(view) {
  let sum = 0;
  for (let y = MESH_SIZE / 4; y < MESH_SIZE * 0.75; y++) {
    for (let at = (y + 0.25) * MESH_SIZE * 4; at < (y + 0.75) * MESH_SIZE * 4; at += 4) {
      sum += view.data[at] + view.data[at + 1] + view.data[at + 2];
    }
  }
  const mean = sum / (3 * (MESH_SIZE / 2) ** 2);
  const gain = Math.min(Math.max(1, DARK / Math.max(mean, 1)), BRIGHTEST);
  return toTensor(view).map((value) => Math.min(value * gain, 1));
}

/**
 * Return the mean of some points.
 * @param {Float32Array} points x, y and depth of each
 * @param {number[]} indices
 * @returns {Point}
 */
function average(points, indices) {
  const sum = (/** @type {number} */ axis) => indices.reduce((total, index) => total + points[3 * index + axis], 0);
  return [sum(0) / indices.length, sum(1) / indices.length];
}

/**
 * Return the least and the greatest coordinate of all points.
 * @param {Float32Array} points x, y and depth of each
 * @param {number} axis
 * @returns {[number, number]}
 */
function findRange(points, axis) {
  const values = points.filter((_, index) => index % 3 === axis);
  return [Math.min(...values), Math.max(...values)];
}
