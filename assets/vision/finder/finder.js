// The faces of a picture, as `find_faces` in faces/align.py.

import { MOST_FACES } from "../constants.js";
import { NoFaceFound } from "../errors.js";
import { Pyramid } from "./pyramid.js";
import { search } from "./search.js";

/** @import { Mesh } from "./mesh.js" */
/** @import { Networks } from "./search.js" */
/** @import { Face, Faces, Picture } from "../types.js" */

/**
 * Find the faces of a picture, turned by up to 45 degrees either way. The largest 24 are returned, the others counted.
 *
 * `networks` runs the files of faces/models by their names: it is called again only when its promise is settled.
 * Rejects with NoFaceFound.
 * @param {Picture} picture
 * @param {Networks} networks
 * @returns {Promise<Faces>}
 */
export async function findFaces(picture, networks) {
  const { faces, unseen } = await search(new Pyramid(picture), networks);
  if (!faces.length) {
    throw new NoFaceFound(
      "No face was found in this picture: choose one that shows a face from the front, " +
        "well lit and not too small, or crop it by hand.",
    );
  }
  return { faces: faces.slice(0, MOST_FACES).map(toFace), more: Math.max(0, faces.length - MOST_FACES) + unseen };
}

/**
 * Describe a mesh as a face.
 * @param {Pick<Mesh, "middle" | "side" | "eyes">} mesh
 * @returns {Face}
 */
export function toFace({ middle: [x, y], side, eyes }) {
  const half = side / 2;
  return { leftEye: eyes[0], rightEye: eyes[1], box: [x - half, y - half, x + half, y + half] };
}
