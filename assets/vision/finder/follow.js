// One face over the frames of a camera: found once, then followed by the mesh alone, and found again where it is lost.

import { length, subtract } from "../similarity.js";
import { toFace } from "./finder.js";
import { fitMesh, isFace } from "./mesh.js";
import { Pyramid } from "./pyramid.js";
import { listStages, search } from "./search.js";
import { Steadier } from "./steady.js";

/** @import { Mesh } from "./mesh.js" */
/** @import { Networks } from "./search.js" */
/** @import { Face, Picture } from "../types.js" */

const KEPT = 0.7; // seconds that a face which is seen no more counts as being where it was: a hand, a turned head
const NEW = 2; // seconds without a frame after which nothing is known any more

/**
 * A frame's face.
 * @typedef {object} Sight
 * @property {Face | null} face with steady eyes; null: there has been none for KEPT seconds
 * @property {boolean} isSeen in this very frame
 */

/** Face that is followed from frame to frame. */
export class Follower {
  /** @type {Mesh | null} */
  #mesh = null;
  /** @type {Face | null} */
  #face = null;
  #seen = Number.NEGATIVE_INFINITY; // seconds: when the face was last seen
  #time = Number.NEGATIVE_INFINITY;
  #steadier = new Steadier();

  /**
   * Find the face of the next frame, the largest one if several are new.
   * @param {Picture} picture
   * @param {Networks} networks one runs at a time
   * @param {number} time in seconds
   * @returns {Promise<Sight>}
   */
  async follow(picture, networks, time) {
    if (time - this.#time > NEW || time < this.#time) this.#forget();
    this.#time = time;
    const pyramid = new Pyramid(picture);
    const mesh = (await this.#track(pyramid, networks)) ?? (await find(pyramid, networks));
    if (mesh) {
      if (!this.#mesh || isElsewhere(mesh, this.#mesh)) this.#steadier.forget();
      const eyes = this.#steadier.steady(mesh.eyes, time);
      this.#mesh = mesh;
      this.#face = toFace({ ...mesh, eyes });
      this.#seen = time;
    } else if (time - this.#seen > KEPT) this.#forget();
    return { face: this.#face, isSeen: mesh !== null };
  }

  #forget() {
    this.#mesh = null;
    this.#face = null;
    this.#steadier.forget();
  }

  /**
   * Fit the mesh where the face was in the last frame.
   * @param {Pyramid} pyramid
   * @param {Networks} networks
   */
  async #track(pyramid, networks) {
    const mesh = this.#mesh && (await fitMesh(pyramid, this.#mesh, networks.face_landmark));
    return mesh && isFace(mesh) ? mesh : null;
  }
}

/**
 * Find the largest face, in the two small squares only: someone who looks into a camera is near it.
 * @param {Pyramid} pyramid
 * @param {Networks} networks
 * @returns {Promise<Mesh | null>}
 */
async function find(pyramid, networks) {
  const { faces } = await search(pyramid, networks, listStages(pyramid.longer).slice(0, 1));
  return faces[0] ?? null;
}

/**
 * Return whether a face is another one, or has jumped.
 * @param {Mesh} mesh
 * @param {Mesh} before
 */
const isElsewhere = (mesh, before) => length(subtract(mesh.middle, before.middle)) > before.side;
