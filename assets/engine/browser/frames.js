// The frames of a camera in the worker: mirrored, their face followed and aligned.

import { align } from "../../vision/align.js";
import { cropCentre } from "../../vision/crop.js";
import { Follower } from "../../vision/finder/follow.js";
import { toFinder } from "./networks.js";

/**
 * @import { Sight } from "../types.js"
 * @import { Picture } from "../../vision/types.js"
 * @import { Run } from "./sessions.js"
 */

const LONGEST = 640; // pixels of a side: a larger frame is shrunk

/** Frames of the page's camera, one after the other. */
export class Frames {
  #follower = new Follower();
  /** @type {OffscreenCanvasRenderingContext2D | null} */
  #context = null;

  /**
   * Crop the face of the next frame, or its middle where there is none.
   *
   * @param {ImageBitmap} frame
   * @param {number} time in seconds
   * @param {Record<string, Run>} networks
   * @returns {Promise<Sight>}
   */
  async follow(frame, time, networks) {
    const picture = this.#read(frame);
    const { face, isSeen } = await this.#follower.follow(picture, toFinder(networks), time);
    return { face, isSeen, crop: (face ? align(picture, face) : cropCentre(picture)).data };
  }

  /**
   * Read the pixels of a frame, left and right exchanged as in a mirror.
   *
   * @param {ImageBitmap} frame
   * @returns {Picture}
   */
  #read(frame) {
    const shrink = Math.min(1, LONGEST / Math.max(frame.width, frame.height));
    const [width, height] = [frame.width, frame.height].map((side) => Math.max(1, Math.round(side * shrink)));
    if (this.#context?.canvas.width !== width || this.#context.canvas.height !== height) {
      this.#context = new OffscreenCanvas(width, height).getContext("2d", { alpha: false, willReadFrequently: true });
      if (!this.#context) throw new Error("This browser gives no canvas.");
    }
    this.#context.setTransform(-1, 0, 0, 1, width, 0);
    this.#context.drawImage(frame, 0, 0, width, height);
    frame.close();
    return { data: this.#context.getImageData(0, 0, width, height).data, width, height };
  }
}
