// What is said beside the slider: the sentence, three numbers with bars, the features that are still there.

import { find, make, setText } from "../dom.js";
import { facts } from "../parts/facts.js";
import { READINGS } from "../words/face.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../models.js").Feature} Feature
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

  /**
   * @param {Feature[]} features
   * @param {Model[]} models
   */
  constructor(features, models) {
    this.chips = pickFeatures(features, models, CHIPS).map(({ key, name }) => make("li", { "data-key": key }, name));
    find("#features").append(...this.chips);
    find("#features").hidden = !models.some(({ kept }) => kept.length);
  }

  /** Say what is known of a model; tells whether it is another one. @param {Model} model */
  showModel(model) {
    if (this.#shown === model.name) return false;
    this.#shown = model.name;
    const sentence = find("#sentence");
    setText(find("strong", sentence), model.price);
    setText(find("span", sentence), model.sentence);
    for (const chip of this.chips) chip.classList.toggle("gone", !model.kept.includes(chip.dataset.key ?? ""));
    setText(find("#used"), READINGS.of(model.inUse, model.latents));
    meter("#m-used", model.inUse / model.latents, model.latents);
    const { found } = model;
    find("#m-found").parentElement?.toggleAttribute("hidden", found === null);
    const labels = facts.labels ?? 1;
    setText(find("#found"), READINGS.of(found ?? 0, labels));
    meter("#m-found", (found ?? 0) / labels, labels);
    return true;
  }

  /**
   * Show how much information this face's code holds.
   *
   * @param {import("../facebar/faces.js").Copy} copy
   * @param {Model} model
   */
  showFace(copy, model) {
    const nats = copy.scores.kl;
    setText(find("#nats"), nats === null ? READINGS.noLimit : READINGS.nats(nats));
    meter("#m-nats", nats === null ? 1 : Math.min(1, nats / this.#most));
    find("#m-nats").classList.toggle("free", nats === null);
    if (this.#shown !== model.name) this.showModel(model);
  }

  /** Announce, once the slider rests. @param {import("../facebar/faces.js").Face | null} face @param {Model} model */
  speak(face, model) {
    const copy = face?.copies.get(model.name);
    if (!copy) return;
    const numbers = READINGS.spoken(copy.scores.squaredError, copy.scores.kl, model.inUse, model.latents);
    setText(find("#spoken"), `${model.price} ${model.sentence} ${numbers}`);
  }
}

/** @param {string} selector @param {number} share @param {number} [parts] */
function meter(selector, share, parts) {
  const element = find(selector);
  element.style.setProperty("--share", share.toFixed(4));
  if (parts) element.style.setProperty("--parts", String(parts));
}
