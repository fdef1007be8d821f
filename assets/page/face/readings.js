// What is said beside the slider: the sentence, three numbers with bars, the features that are still there.

import { find, make, setText } from "../dom.js";
import { facts } from "../parts/facts.js";
import { READINGS } from "../words/face.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../models.js").Feature} Feature
 * @typedef {Pick<Model, "price" | "sentence" | "latents" | "found"> & {inUse: number | null, kept: string[] | null, about?: string}} Known
 */

const CHIPS = 12;

/**
 * Pick features that models lose, in the order in which they are lost.
 *
 * @param {Feature[]} features
 * @param {Model[]} models
 * @param {number} count
 */
function pickFeatures(features, models, count) {
  const keepers = (/** @type {Feature} */ { key }) => models.filter(({ kept }) => kept.includes(key)).length;
  const first = features.slice(0, 8); // the page's eight
  const others = features
    .slice(8)
    .sort((a, b) => keepers(a) - keepers(b))
    .filter((feature) => keepers(feature) > 0);
  const step = Math.max(1, Math.floor(others.length / Math.max(1, count - first.length)));
  const spread = others.filter((_, i) => i % step === 0).slice(0, count - first.length);
  return [...first, ...spread].sort((a, b) => keepers(a) - keepers(b));
}

export class Readings {
  #shown = "";
  #most = 60; // nats of a full bar
  #hasFeatures;
  #about = make("p", { className: "note", hidden: true });

  /**
   * @param {Feature[]} features
   * @param {Model[]} models
   */
  constructor(features, models) {
    this.chips = pickFeatures(features, models, CHIPS).map(({ key, name }) => make("li", { "data-key": key }, name));
    find("#features").append(...this.chips);
    this.#hasFeatures = models.some(({ kept }) => kept.length);
    find("#features").hidden = !this.#hasFeatures;
    find("#features").after(this.#about);
  }

  /** Say what is known of a model; tells whether it is another one. @param {Model} model */
  showModel(model) {
    if (this.#shown === model.name) return false;
    this.tell(model);
    this.#shown = model.name;
    return true;
  }

  /**
   * Say what is known at a position of the slider; null: nothing of it.
   *
   * @param {Known} known
   */
  tell({ price, sentence, latents, inUse, found, kept, about = "" }) {
    this.#shown = "";
    const box = find("#sentence");
    setText(find("strong", box), price);
    setText(find("span", box), sentence);
    for (const chip of this.chips) chip.classList.toggle("gone", !kept?.includes(chip.dataset.key ?? ""));
    find("#features").hidden = kept === null || !this.#hasFeatures;
    setText(this.#about, about);
    this.#about.hidden = !about;
    count("used", inUse, latents);
    count("found", found, facts.labels ?? 1);
  }

  /**
   * Show how much information this face's code holds.
   *
   * @param {number | null} nats null: an AE
   */
  showNats(nats) {
    setText(find("#nats"), nats === null ? READINGS.noLimit : READINGS.nats(nats));
    meter("#m-nats", nats === null ? 1 : Math.min(1, nats / this.#most));
    find("#m-nats").classList.toggle("free", nats === null);
  }

  /** Announce, once the slider rests. @param {import("../facebar/faces.js").Face | null} face @param {Model} model */
  speak(face, model) {
    const copy = face?.copies.get(model.name);
    if (!copy) return;
    const numbers = READINGS.spoken(copy.scores.squaredError, copy.scores.kl, model.inUse, model.latents);
    setText(find("#spoken"), `${model.price} ${model.sentence} ${numbers}`);
  }
}

/** Show a count, or hide it where it is not known. @param {"used" | "found"} name @param {number | null} n @param {number} all */
function count(name, n, all) {
  find(`#m-${name}`).parentElement?.toggleAttribute("hidden", n === null);
  setText(find(`#${name}`), READINGS.of(n ?? 0, all));
  meter(`#m-${name}`, (n ?? 0) / all, all);
}

/** @param {string} selector @param {number} share @param {number} [parts] */
function meter(selector, share, parts) {
  const element = find(selector);
  element.style.setProperty("--share", share.toFixed(4));
  if (parts) element.style.setProperty("--parts", String(parts));
}
