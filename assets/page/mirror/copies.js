// The copies of a frame: by the models at the slider, or by all. Only this browser is asked, and only for models that
// are loaded: no frame waits for a file.

import { ladderOf, stepAt } from "../ladder.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../store.js").State} State
 * @typedef {import("../facebar/faces.js").Copy} Copy
 * @typedef {Pick<import("../../engine/types.js").Engine, "load" | "reconstruct">} Engine
 */

/**
 * Return the models at the slider: one at a stop, two between stops.
 *
 * @param {Model[]} models
 * @param {Pick<State, "beta" | "family">} state
 */
export function modelsAt(models, { beta, family }) {
  const ae = models.find((model) => model.family === "ae");
  if (beta === null && ae) return [ae];
  const { low, high, share } = stepAt(ladderOf(models, family), beta ?? 1);
  return [...(share < 1 ? [low] : []), ...(share > 0 ? [high] : [])];
}

export class Copies {
  all = false; // whether every model rebuilds each frame
  /** @type {Set<string>} models that were asked to load */
  #asked = new Set();
  /** @type {Set<string>} */
  #ready = new Set();
  /** @type {Set<string>} those that gave no copy */
  #missed = new Set();

  /**
   * @param {Model[]} models
   * @param {Engine} engine
   * @param {(model: Model) => void} missed called for a model that gave no copy
   */
  constructor(models, engine, missed) {
    this.models = models;
    this.engine = engine;
    this.missed = missed;
  }

  /** Try those again that gave no copy: the slider has moved. */
  retry() {
    for (const name of this.#missed) this.#asked.delete(name);
    this.#missed.clear();
  }

  /**
   * Rebuild a crop by the models that are ready.
   *
   * @param {Uint8ClampedArray} crop
   * @param {Pick<State, "beta" | "family">} state
   * @returns {Promise<Copy[]>}
   */
  async rebuild(crop, state) {
    const models = this.all ? this.models : modelsAt(this.models, state);
    const copies = await Promise.all(
      models.filter((model) => this.#isReady(model)).map((model) => this.#rebuildBy(model, crop)),
    );
    return copies.filter((copy) => copy !== null);
  }

  /** Tell whether a model is loaded; it is loaded when first asked for. @param {Model} model */
  #isReady({ name }) {
    if (!this.#asked.has(name)) {
      this.#asked.add(name);
      this.engine.load(name).then(() => this.#ready.add(name));
    }
    return this.#ready.has(name);
  }

  /** @param {Model} model @param {Uint8ClampedArray} crop */
  async #rebuildBy(model, crop) {
    try {
      return await this.engine.reconstruct(model.name, crop, { key: `mirror ${model.name}`, local: true });
    } catch {
      this.#ready.delete(model.name);
      this.#missed.add(model.name);
      this.missed(model);
      return null;
    }
  }
}
