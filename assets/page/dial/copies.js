// What a network of every beta makes of a face: its copy at the slider's beta, and the face's own curve.

import { drawErrors } from "../../engine/error_map.js";
import { kl, squaredError } from "../../engine/scores.js";
import { cropAt, toPlanes } from "../facebar/picture.js";
import { codeAt, spreadBetas } from "./along.js";
import { placeOn, within } from "./scale.js";

/**
 * @typedef {import("../../engine/types.js").Code} Code
 * @typedef {import("../../engine/types.js").Engine} Engine
 * @typedef {import("../facebar/faces.js").Face} Face
 * @typedef {import("../facebar/picture.js").Crop} Crop
 * @typedef {import("../models.js").Dial} Dial
 * @typedef {import("../face/chart.js").Point} Point
 * @typedef {{pixels: Crop, code: Code, nats: number, error: number, errors: () => Crop}} Copy
 */

const LATE = 2; // copies that wait for their frames at most: the slider is that many frames ahead of them

/** @param {Code} code */
const sum = (code) => (kl(code) ?? new Float32Array()).reduce((total, value) => total + value, 0);

/** Events: "copy" for each copy, "curve" when the face's own curve is known, "failed" (detail: the error). */
export class NetworkCopies extends EventTarget {
  /** @type {Copy | null} the copy of this face that is shown */
  copy = null;
  /** @type {Copy[]} newer ones, for the next frames: one that comes late does not replace the one before it */
  #next = [];
  /** @type {Point[]} of this face along the network; empty: not known yet */
  curve = [];
  /** @type {Code[] | null} at the betas of `spreadBetas` */
  #codes = null;
  #x = new Float32Array();
  #asked = ""; // for which face and noise the codes are, or are on their way
  /** @type {Face | null} */
  #face = null;

  /**
   * @param {Engine} engine
   * @param {Dial} network
   */
  constructor(engine, network) {
    super();
    this.engine = engine;
    this.network = network;
    this.betas = spreadBetas(network.highest);
  }

  /**
   * Return the code of the face at a beta; null where none is known yet.
   *
   * @param {number | null} beta
   */
  codeAt(beta) {
    return this.#codes && codeAt(this.#codes, placeOn(beta, this.network.highest));
  }

  /**
   * Rebuild a face at a beta. Another face is encoded along the whole network first.
   *
   * @param {Face} face
   * @param {number} noise
   * @param {number | null} beta
   */
  async rebuild(face, noise, beta) {
    if (this.#face !== face || this.#asked !== String(noise)) await this.#encode(face, noise);
    else await this.#decode(face, beta);
  }

  /** Go on to the copy of the next frame; return whether another one follows it. */
  advance() {
    this.copy = this.#next.shift() ?? this.copy;
    return this.#next.length > 0;
  }

  /** @param {Face} face @param {number} noise */
  async #encode(face, noise) {
    const { engine, network, betas } = this;
    if (this.#face !== face) {
      Object.assign(this, { copy: null, curve: [] });
      this.#next = [];
    }
    this.#face = face;
    this.#asked = String(noise);
    this.#codes = null;
    try {
      const codes = await engine.encodeAlong(network.name, face.crop, betas, { noise, key: `along ${network.name}` });
      if (!this.#isNow(face, noise)) return;
      this.#codes = codes;
      this.#x = toPlanes(face.crop);
      this.dispatchEvent(new Event("codes"));
      await this.#draw(face, noise, codes);
    } catch (error) {
      this.#fail(error, () => this.#isNow(face, noise));
    }
  }

  /** @param {Face} face @param {number} noise */
  #isNow(face, noise) {
    return this.#face === face && this.#asked === String(noise);
  }

  /** @param {Face} face @param {number | null} beta */
  async #decode(face, beta) {
    const { engine, network } = this;
    const code = this.codeAt(beta);
    if (!code) return;
    try {
      const at = within(beta, network.highest);
      const pixels = cropAt(await engine.decode(network.name, code.mean, { beta: at, key: `dial ${network.name}` }), 0);
      if (this.#face !== face) return;
      const errors = () => drawErrors(this.#x, toPlanes(pixels));
      const copy = { pixels, code, ...this.#measure(code, pixels), errors };
      this.#next = [...this.#next.slice(1 - LATE), copy];
      this.dispatchEvent(new Event("copy"));
    } catch (error) {
      this.#fail(error, () => this.#face === face);
    }
  }

  /** @param {Code} code @param {Crop} pixels */
  #measure(code, pixels) {
    return { nats: sum(code), error: squaredError(this.#x, toPlanes(pixels)) };
  }

  /**
   * Draw the face's own curve, one picture at a time: a drag's pictures go between.
   *
   * @param {Face} face @param {number} noise @param {Code[]} codes
   */
  async #draw(face, noise, codes) {
    const curve = [];
    for (const [i, code] of codes.entries()) {
      const pixels = await this.engine.decode(this.network.name, code.mean, { beta: this.betas[i] });
      if (!this.#isNow(face, noise)) return;
      curve.push(this.#measure(code, cropAt(pixels, 0)));
    }
    this.curve = curve;
    this.dispatchEvent(new Event("curve"));
  }

  /** @param {unknown} error @param {() => boolean} isNow */
  #fail(error, isNow) {
    if (/** @type {Error} */ (error).name === "AbortError" || !isNow()) return;
    this.#asked = ""; // the next turn of the slider tries again
    this.dispatchEvent(new CustomEvent("failed", { detail: error }));
  }
}
