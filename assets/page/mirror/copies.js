// The copies of a frame: by the models at the slider, or by all. Only this browser is asked, and only for models that
// are loaded: no frame waits for a file.

import { within } from "../dial/scale.js";
import { ladderOf, stepAt } from "../ladder.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../models.js").Dial} Network
 * @typedef {Pick<Model, "name" | "title"> & {at?: number}} Asked at: the beta of a network of every beta
 * @typedef {import("../store.js").State} State
 * @typedef {import("../facebar/faces.js").Copy} Copy
 * @typedef {Pick<import("../../engine/types.js").Engine, "load" | "reconstruct">} Engine
 */

/**
 * Return the models at the slider: one at a stop, two between stops; or the one network for every beta.
 *
 * @param {Model[]} models
 * @param {Network[]} networks
 * @param {Pick<State, "beta" | "family">} state
 * @returns {Asked[]}
 */
export function modelsAt(models, networks, { beta, family }) {
  const ae = models.find((model) => model.family === "ae");
  if (beta === null && ae) return [ae];
  const network = networks.find(({ name }) => name === family);
  if (network) return [{ name: network.name, title: network.title, at: within(beta, network.highest) }];
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
   * @param {Network[]} networks of every beta
   * @param {Engine} engine
   * @param {(model: Asked) => void} missed called for a model that gave no copy
   */
  constructor(models, networks, engine, missed) {
    this.models = models;
    this.networks = networks;
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
    const here = modelsAt(this.models, this.networks, state);
    const others = this.all ? this.models.filter(({ name }) => !here.some((one) => one.name === name)) : [];
    const asked = [...here, ...others].filter((model) => this.#isReady(model));
    const copies = await Promise.all(asked.map((model) => this.#rebuildBy(model, crop)));
    return copies.filter((copy) => copy !== null);
  }

  /** Tell whether a model is loaded; it is loaded when first asked for. @param {Asked} model */
  #isReady({ name }) {
    if (!this.#asked.has(name)) {
      this.#asked.add(name);
      this.engine.load(name).then(() => this.#ready.add(name));
    }
    return this.#ready.has(name);
  }

  /** @param {Asked} model @param {Uint8ClampedArray} crop */
  async #rebuildBy(model, crop) {
    try {
      const request = { key: `mirror ${model.name}`, local: true, beta: model.at };
      return await this.engine.reconstruct(model.name, crop, request);
    } catch {
      this.#ready.delete(model.name);
      this.#missed.add(model.name);
      this.missed(model);
      return null;
    }
  }
}
