// The codes of Explore: a face's code in every model, and what the visitor changed: features in all models at once,
// numbers in one.

/**
 * @typedef {object} Direction
 * @property {number[]} step moves the feature's score by one
 * @property {[string, number][]} also other features that move with it, and how far: the largest first
 *
 * @typedef {{index: number, strength: number | null, in_use: boolean, low: number, high: number, name: string | null, left?: string, right?: string}} CodeNumber
 *
 * @typedef {object} ModelRecord of records/explore.json
 * @property {CodeNumber[]} numbers
 * @property {number[]} mean of the codes
 * @property {Record<string, Direction>} directions
 * @property {Record<string, number>} probes score of each feature's probe
 * @property {Record<string, {index: number, auroc: number, rises: boolean}>} single number that shows a feature best
 *
 * @typedef {{bases: Record<string, Float32Array>, numbers: Record<string, Map<number, number>>, features: Map<string, number>}} Snapshot
 */

export const STRONGEST = 4; // logits to either side, of a feature
const FARTHEST = 32; // from 0, of a number that a link moves

/** @param {number} value @param {number} least @param {number} most */
const within = (value, least, most) => Math.min(most, Math.max(least, value));

/** @param {number} value */
const short = (value) => Number(value.toFixed(3));

export class Codes {
  /** @type {Record<string, Float32Array>} */
  #bases = {};
  /** @type {Record<string, Map<number, number>>} */
  #numbers = {};
  /** @type {Map<string, number>} */
  #features = new Map();
  /** @type {Snapshot[]} */
  #before = [];
  /** @type {Record<string, Set<number>>} */
  #locks = {};

  /** @param {Record<string, ModelRecord>} records */
  constructor(records) {
    this.records = records;
  }

  /** Begin with another face: its code in every model. Locked numbers keep what they have. @param {Record<string, Float32Array>} bases */
  begin(bases) {
    const kept = Object.fromEntries(
      Object.entries(this.#locks).map(([name, locks]) => [
        name,
        [...locks].map((index) => /** @type {[number, number]} */ ([index, this.value(name, index)])),
      ]),
    );
    this.#bases = bases;
    this.#features = new Map();
    this.#numbers = Object.fromEntries(Object.entries(kept).map(([name, values]) => [name, new Map(values)]));
  }

  /** Return a number of a model's code, before features are added. @param {string} model @param {number} index */
  value(model, index) {
    return this.#numbers[model]?.get(index) ?? this.base(model, index);
  }

  /** Return the number that the face itself has. @param {string} model @param {number} index */
  base(model, index) {
    return this.#bases[model]?.[index] ?? 0;
  }

  /** @param {string} feature */
  amount(feature) {
    return this.#features.get(feature) ?? 0;
  }

  /** @param {string} model @param {number} index @param {number} value */
  setNumber(model, index, value) {
    this.#numbers[model] ??= new Map();
    this.#numbers[model].set(index, value);
  }

  /** @param {string} model @param {number} index */
  resetNumber(model, index) {
    this.#numbers[model]?.delete(index);
  }

  /** @param {string} feature @param {number} amount */
  setFeature(feature, amount) {
    if (amount === 0) this.#features.delete(feature);
    else this.#features.set(feature, amount);
  }

  /** @param {string} model @param {number} index */
  isLocked(model, index) {
    return this.#locks[model]?.has(index) ?? false;
  }

  /** @param {string} model @param {number} index */
  toggleLock(model, index) {
    this.#locks[model] ??= new Set();
    const locks = this.#locks[model];
    if (!locks.delete(index)) locks.add(index);
  }

  /**
   * Return a model's code with all changes.
   *
   * @param {string} model
   * @returns {Float32Array | null} null where the face's code is not known yet
   */
  of(model) {
    const base = this.#bases[model];
    if (!base) return null;
    const code = base.map((_, index) => this.value(model, index));
    for (const [feature, amount] of this.#features) {
      const step = this.records[model]?.directions[feature]?.step;
      for (let j = 0; step && j < code.length; j++) code[j] += amount * step[j];
    }
    return code;
  }

  /** Replace a model's whole code, by that of a point of the map. @param {string} model @param {ArrayLike<number>} code */
  setCode(model, code) {
    this.#features = new Map();
    for (let index = 0; index < code.length; index++)
      if (!this.isLocked(model, index)) this.setNumber(model, index, code[index]);
  }

  /** Remember the present state as a step that Undo goes back to. */
  remember() {
    const numbers = Object.fromEntries(Object.entries(this.#numbers).map(([name, values]) => [name, new Map(values)]));
    this.#before.push({ bases: this.#bases, numbers, features: new Map(this.#features) });
    if (this.#before.length > 100) this.#before.shift();
  }

  /** Go one step back; tells whether there was one. */
  undo() {
    const before = this.#before.pop();
    if (!before) return false;
    this.#bases = before.bases;
    this.#numbers = before.numbers;
    this.#features = before.features;
    return true;
  }

  /** Write the features that were moved: "smiling:1.5,wearing hat:-2". */
  writeFeatures() {
    return [...this.#features].map(([feature, amount]) => `${feature}:${short(amount)}`).join(",");
  }

  /** Write the numbers that were moved: "vae:3:0.81,17:-1.2", a model before its first. */
  writeNumbers() {
    const groups = Object.entries(this.#numbers).filter(([, numbers]) => numbers.size);
    return groups
      .map(([model, numbers]) => `${model}:${[...numbers].map(([i, value]) => `${i}:${short(value)}`).join(",")}`)
      .join(",");
  }

  /** Move what `writeFeatures` and `writeNumbers` have written; what these models do not have is left out. @param {string} features @param {string} numbers */
  read(features, numbers) {
    this.#features = new Map();
    this.#numbers = {};
    const known = Object.values(this.records).flatMap(({ directions }) => Object.keys(directions));
    for (const entry of features ? features.split(",") : []) {
      const [feature, amount] = entry.split(":");
      if (known.includes(feature)) this.setFeature(feature, within(Number(amount), -STRONGEST, STRONGEST));
    }
    let model = "";
    for (const entry of numbers ? numbers.split(",") : []) {
      const [value, index, name] = entry.split(":").reverse();
      model = name ?? model;
      const range = this.records[model]?.numbers.find((one) => one.index === Number(index));
      if (range) this.setNumber(model, range.index, within(Number(value), -FARTHEST, FARTHEST));
    }
  }

  /** Take all changes back. */
  reset() {
    this.#features = new Map();
    this.#numbers = {};
  }
}
