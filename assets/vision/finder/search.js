// The search for faces in a picture of any size: at two sizes, and at larger ones for small faces, as in
// faces/finder/search.py.

import { COARSE, ENLARGED, FINE, FINER, LARGE, MOST_MESHES, SMALL, STEP, THRESHOLDS } from "../constants.js";
import { length, subtract } from "../similarity.js";
import { detect, mapFace } from "./detection.js";
import { fitMesh, isFace } from "./mesh.js";

/** @import { Detection, Network } from "./detection.js" */
/** @import { Mesh } from "./mesh.js" */
/** @import { Pyramid } from "./pyramid.js" */
/** @import { Picture, Point } from "../types.js" */

/**
 * @typedef {object} Networks
 * @property {Network} face_detection_full_range
 * @property {Network} face_landmark
 */

/**
 * Faces of a picture.
 * @typedef {object} Search
 * @property {Mesh[]} faces largest first
 * @property {number} unseen detections beyond MOST_MESHES, to which no mesh was fitted
 */

/**
 * Find the faces of a picture.
 * @param {Pyramid} pyramid
 * @param {Networks} networks
 * @param {number[][]} [stages] sizes, as `listStages` lists them
 * @returns {Promise<Search>}
 */
export async function search(pyramid, networks, stages = listStages(pyramid.longer)) {
  /** @type {Detection[]} */
  let detections = [];
  /** @type {Map<Detection, Mesh>} */
  const meshes = new Map();
  /** @type {Mesh[]} */
  let faces = [];
  for (const sizes of stages) {
    for (const size of sizes) detections = [...detections, ...(await look(pyramid, size, networks))];
    detections = merge(detections).sort((a, b) => b.side - a.side);
    for (const face of detections.filter((face) => !meshes.has(face)).slice(0, MOST_MESHES - meshes.size)) {
      meshes.set(face, await fitMesh(pyramid, face, networks.face_landmark));
    }
    faces = choose(detections.flatMap((face) => meshes.get(face) ?? []));
    const smallest = faces.at(-1)?.side ?? 0;
    if (smallest * sizes[sizes.length - 1] >= SMALL * pyramid.longer) break;
  }
  return { faces, unseen: detections.filter((face) => !meshes.has(face)).length };
}

/**
 * List the sizes at which a picture is searched, all sizes of a stage at once.
 * @param {number} longer
 */
export function listStages(longer) {
  const first = longer > LARGE ? [COARSE, FINE] : [COARSE];
  const finer = longer > LARGE ? FINER : [FINE, ...FINER];
  return [first, ...finer.filter((size) => size <= ENLARGED * longer).map((size) => [size])];
}

/**
 * Detect the faces of a picture shrunk to a longer side of `longer` pixels, in windows that are black outside.
 * @param {Pyramid} pyramid
 * @param {number} longer
 * @param {Networks} networks
 */
async function look(pyramid, longer, networks) {
  const small = pyramid.resize(longer);
  const side = Math.min(longer, FINE);
  const scale = pyramid.longer / longer;
  const seen = [];
  for (let top = 0; top < Math.max(1, small.height - (FINE - STEP)); top += STEP) {
    for (let left = 0; left < Math.max(1, small.width - (FINE - STEP)); left += STEP) {
      const window = cutSquare(small, left, top, side);
      /** @type {Point} */
      const shift = [scale * left, scale * top];
      const faces = await detect(window, networks.face_detection_full_range, THRESHOLDS.detection);
      seen.push(...faces.map((face) => mapFace(face, { turn: [scale, 0], shift })));
    }
  }
  return seen;
}

/**
 * Cut a square out of a picture, black where it leaves the picture on the right or below.
 * @param {Picture} picture
 * @param {number} left
 * @param {number} top
 * @param {number} side
 * @returns {Picture}
 */
function cutSquare(picture, left, top, side) {
  const data = new Uint8ClampedArray(side * side * 4);
  const right = Math.min(picture.width, left + side);
  for (let y = top; y < Math.min(picture.height, top + side); y++) {
    const row = picture.data.subarray((y * picture.width + left) * 4, (y * picture.width + right) * 4);
    data.set(row, (y - top) * side * 4);
  }
  return { data, width: side, height: side };
}

/**
 * Keep the highest score of those that show the same face: of similar sizes, within half a face of each other.
 * @param {Detection[]} detections
 */
function merge(detections) {
  /** @type {Detection[]} */
  const kept = [];
  for (const face of detections.toSorted((a, b) => b.score - a.score)) {
    const isSame = (/** @type {Detection} */ other) => 0.5 < face.side / other.side && face.side / other.side < 2;
    if (!kept.some((other) => doOverlap(face, other) && isSame(other))) kept.push(face);
  }
  return kept;
}

/**
 * Choose the meshes that are upright faces, the surest of those that overlap; return the largest first.
 * @param {Mesh[]} meshes
 */
function choose(meshes) {
  /** @type {Mesh[]} */
  const kept = [];
  for (const mesh of meshes.toSorted((a, b) => b.flag - a.flag)) {
    if (isFace(mesh) && !kept.some((other) => doOverlap(mesh, other))) kept.push(mesh);
  }
  return kept.sort((a, b) => b.side - a.side);
}

/**
 * @param {Detection | Mesh} face
 * @param {Detection | Mesh} other
 */
const doOverlap = (face, other) => length(subtract(face.middle, other.middle)) <= Math.max(face.side, other.side) / 2;
