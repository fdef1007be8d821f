// THE face of the page, and what every model makes of it.

import { drawErrors } from "../../engine/error_map.js";
import { score } from "../../engine/scores.js";
import { record, seeing } from "../models.js";
import { drawFace } from "../sampling.js";
import { ERRORS, FACES } from "../words/page.js";
import { readCrops, toPlanes } from "./picture.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../../engine/types.js").Engine} Engine
 * @typedef {import("../../engine/types.js").Reconstruction} Copy
 * @typedef {object} Face
 * @property {string} id
 * @property {string} name
 * @property {string} note
 * @property {Uint8ClampedArray} crop
 * @property {Map<string, Copy>} copies by model
 * @property {Map<string, import("../share/codes.js").Given>} [given] codes by model, of a face that came as codes
 */

export const EXAMPLES = {
  smile: "examples/sampled-smile.png",
  glasses: "examples/sampled-glasses.png",
  "dark-hair": "examples/sampled-dark-hair.png",
  astronaut: "examples/astronaut.png",
  drawing: "examples/drawing.png",
  tower: "examples/tower.png",
};

/**
 * The face and its copies. Events: "face" for another face, "copy" for each model's copy (detail: the model's name),
 * "done" for the last of them, "failed" (detail: {model, error}) for a model that gave none, "live" for a frame of the
 * mirror (detail: whether the chart follows).
 */
export class Faces extends EventTarget {
  /** @type {Face | null} */
  current = null;
  /** @type {Face | null} the mirror's while it runs: only the opening tab shows it */
  live = null;
  noise = 0;
  #job = 0;

  /**
   * @param {Model[]} models all of the page
   * @param {Engine} engine
   * @param {import("../models.js").Dial[]} [dials] networks of every beta
   */
  constructor(models, engine, dials = []) {
    super();
    this.models = seeing(models);
    this.dials = seeing(dials);
    this.engine = engine;
  }

  /** @param {string} type @param {unknown} [detail] */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /**
   * Show a frame of the mirror on the opening tab.
   *
   * @param {Face | null} face null: the mirror has ended, and the face of the page is shown again
   * @param {boolean} chart whether the chart follows, too: its scales would never rest
   */
  showLive(face, chart) {
    this.live = face;
    this.#tell("live", chart);
  }

  /**
   * Show the opening face with the copies that were drawn beforehand: no model is needed yet.
   */
  async openExample() {
    const job = ++this.#job;
    const [crops, codes] = await Promise.all([readCrops("records/example.webp"), record("example.json")]);
    if (job !== this.#job) return; // another face was chosen meanwhile
    const [crop, ...pictures] = crops;
    const x = toPlanes(crop);
    /** @type {Map<string, Copy>} */
    const copies = new Map();
    for (const [i, name] of Object.keys(codes).entries())
      copies.set(name, copyFromRecord(name, codes[name], x, pictures[i]));
    this.#show({ id: "smile", ...FACES.smile, crop, copies });
    this.#tell("done");
  }

  /**
   * Make a crop the face of the page, and have every model rebuild it.
   *
   * @param {string} id
   * @param {{name: string, note: string}} words
   * @param {Uint8ClampedArray} crop
   * @param {string} [first] model that is rebuilt first
   */
  async take(id, words, crop, first) {
    this.#show({ id, ...words, crop, copies: new Map() });
    await this.rebuild(first);
  }

  /**
   * Open a face by its id: an example, a seed, a face of Sample, or the codes of a link.
   *
   * @param {string} id
   * @param {string} [first]
   * @param {string} [code] codes, if the id is "shared"
   */
  async open(id, first, code = "") {
    if (id === "smile" && !this.noise) return this.openExample();
    const job = ++this.#job;
    if (id === "shared") {
      const { openCodes } = await import("../share/restore.js");
      const opened = await openCodes(code, this.models, this.engine);
      if (!opened) throw new Error(ERRORS.brokenLink);
      if (job !== this.#job) return;
      this.#show({ id, ...FACES.shared, ...opened, copies: new Map() });
      await this.rebuild(first);
      return;
    }
    if (id in EXAMPLES) {
      const key = /** @type {keyof typeof EXAMPLES} */ (id);
      const crop = id === "astronaut" ? await this.#find(EXAMPLES[key]) : (await readCrops(EXAMPLES[key]))[0];
      if (job === this.#job) await this.take(id, FACES[key], crop, first);
      return;
    }
    const drawn = await drawFace(id, this.models, this.engine);
    if (job === this.#job) await this.take(id, FACES.sampled(drawn.model.title), drawn.crop, first);
  }

  /** @param {string} address */
  async #find(address) {
    const photo = await (await fetch(new URL(address, document.baseURI))).blob();
    return this.engine.align(await this.engine.find(photo));
  }

  /** @param {Face} face */
  #show(face) {
    this.#job += 1;
    this.current = face;
    this.#tell("face");
  }

  /**
   * Rebuild the face with every model, `first` first.
   *
   * @param {string} [first]
   */
  async rebuild(first) {
    const face = this.current;
    if (!face) return;
    const job = this.#job;
    const order = [...this.models].sort((a, b) => Number(b.name === first) - Number(a.name === first));
    await Promise.all(order.map((model) => this.#rebuildBy(model, face, job)));
    if (job === this.#job && face === this.current) this.#tell("done");
  }

  /** Try a model again that gave no copy. @param {Model} model */
  async retry(model) {
    const face = this.current;
    if (!face) return;
    await this.#rebuildBy(model, face, this.#job);
    // the copy may have been waited for, and this request has replaced that one
    if (face === this.current && face.copies.size === this.models.length) this.#tell("done");
  }

  /** @param {Model} model @param {Face} face @returns {Promise<Copy>} */
  async #copy({ name }, face) {
    const code = this.noise ? undefined : face.given?.get(name);
    if (!code) return this.engine.reconstruct(name, face.crop, { noise: this.noise, key: `copy ${name}` });
    const { copyFromCode } = await import("../share/restore.js");
    return copyFromCode(this.engine, name, code, face.crop);
  }

  /** @param {Model} model @param {Face} face @param {number} job */
  async #rebuildBy(model, face, job) {
    try {
      const copy = await this.#copy(model, face);
      if (job !== this.#job) return;
      face.copies.set(model.name, copy);
      this.#tell("copy", model.name);
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "AbortError" && job === this.#job)
        this.#tell("failed", { model, error });
    }
  }
}

/**
 * @param {string} name
 * @param {{mean: number[], logvar: number[] | null, error: number, information: number | null}} code
 * @param {Float32Array} x planes of the face
 * @param {Uint8ClampedArray} pixels of the copy
 * @returns {Copy}
 */
function copyFromRecord(name, code, x, pixels) {
  const y = toPlanes(pixels);
  const { mean, logvar } = code;
  const nats = logvar && Float32Array.from(mean, (m, j) => (m * m + Math.exp(logvar[j]) - 1 - logvar[j]) / 2);
  const scores = {
    ...score(x, y, nats),
    squaredError: code.error,
    mse: code.error / x.length,
    psnr: -10 * Math.log10(code.error / x.length),
  };
  const posterior = { mean: Float32Array.from(mean), logvar: logvar && Float32Array.from(logvar) };
  return { model: name, pixels, errors: drawErrors(x, y), code: posterior, kl: nats, scores };
}
