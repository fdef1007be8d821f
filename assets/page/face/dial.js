// The slider for beta: logarithmic, with a marked stop at every trained beta. The AE is a button beside it. With one
// network for every beta the slider rests anywhere, and its marks are round betas.

import { find, findInput, make } from "../dom.js";
import { ARROW_STEPS, betaAt, ladderOf, marksOf, nextStop, placeOf, stepAt } from "../ladder.js";
import { DIAL } from "../words/face.js";
import { BRACKETS, FAMILIES } from "../words/page.js";
import { GLIDE, Motion } from "./motion.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../models.js").Dial} Network
 * @typedef {import("../store.js").Family} Family
 * @typedef {import("../store.js").Store} Store
 */

const PAUSE = 500; // milliseconds before and after the sweep
const SWEEP = 8 * GLIDE; // milliseconds from end to end of a network of every beta

export class Dial {
  #motion;
  #input = findInput("#beta");
  #free = /** @type {HTMLButtonElement} */ (find("#free"));

  /**
   * @param {Store} store
   * @param {Model[]} models that see faces
   * @param {Network[]} networks of every beta that see faces
   */
  constructor(store, models, networks) {
    this.store = store;
    this.models = models;
    this.networks = networks;
    this.#motion = new Motion(store, () => this.marks);
    this.hasAe = models.some(({ family }) => family === "ae");
    this.#free.hidden = !this.hasAe;
    const families = /** @type {const} */ (["beta-vae", "beta-tcvae"]).filter((family) =>
      models.some((one) => one.family === family),
    );
    const choices = [...families, ...networks.map(({ name }) => name)];
    find(".families").hidden = choices.length < 2;
    if (families.length < 2 && choices.length && !this.network) store.set({ family: choices[0] });
    find(".families").append(...networks.map((network) => this.#radioOf(network)));
    for (const radio of document.querySelectorAll("[name=family]")) {
      const family = /** @type {HTMLInputElement} */ (radio).value;
      /** @type {HTMLElement} */ (radio.parentElement).hidden = !choices.includes(family);
    }
    this.#bind();
    this.showFamily();
    this.show();
    store.listen(() => this.showFamily(), ["family"]);
    store.listen(() => this.show(), ["beta", "family"]);
  }

  /** @param {Network} network */
  #radioOf({ name, base = "beta-vae" }) {
    const radio = make("input", { type: "radio", name: "family", value: name });
    const of = this.networks.length > 1 ? `, ${FAMILIES[/** @type {Family} */ (base)].name}` : "";
    return make("label", { className: "dial" }, radio, make("span", {}, `${BRACKETS.dial}${of}`));
  }

  /** Return the network of every beta, if one is chosen. */
  get network() {
    const { family } = this.store.get();
    return this.networks.find(({ name }) => name === family) ?? null;
  }

  /** Return the network that rebuilds the face: none where the AE does. */
  get active() {
    return this.store.get().beta === null && this.hasAe ? null : this.network;
  }

  /** Return the family of the trained models: the chosen one, or the one that the network follows. */
  get family() {
    const { network } = this;
    return network ? (network.base ?? "beta-vae") : this.store.get().family;
  }

  /** Return the trained models of the family. */
  get ladder() {
    return ladderOf(this.models, this.family);
  }

  /** Return the marks of the slider: the trained models, or the round betas of the network. */
  get marks() {
    const { network } = this;
    return network ? marksOf(network) : this.ladder;
  }

  /** Return the models around the slider; the AE comes before the ladder. */
  get step() {
    const { beta } = this.store.get();
    const ae = this.models.find(({ family }) => family === "ae");
    if (beta === null && ae) return { low: ae, high: ae, share: 0, nearest: ae, trained: true };
    return stepAt(this.ladder, beta ?? 1);
  }

  #bind() {
    const { store } = this;
    const input = this.#input;
    input.addEventListener("input", () => {
      this.stop();
      store.set({ beta: betaAt(this.marks, input.valueAsNumber) });
    });
    input.addEventListener("pointerdown", () => this.stop());
    input.addEventListener("change", () => this.#rest());
    input.addEventListener("keydown", (event) => this.#key(event));
    this.#free.addEventListener("click", () => {
      this.stop();
      store.set({ beta: store.get().beta === null ? 1 : null });
    });
    find("#play").addEventListener("click", () => this.sweep());
    for (const radio of document.querySelectorAll("[name=family]")) {
      radio.addEventListener("change", () => this.chooseFamily(/** @type {any} */ (radio).value));
    }
    addEventListener("keydown", ({ key }) => key === "Escape" && this.stop());
  }

  /** Go to the nearest trained model, where there is no network between them. */
  #rest() {
    if (!this.network) this.glide(Number(this.step.nearest.beta), GLIDE / 2);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const direction = { ArrowRight: 1, ArrowUp: 1, PageUp: 1, ArrowLeft: -1, ArrowDown: -1, PageDown: -1 }[event.key];
    const betas = this.marks.map((mark) => Number(mark.beta));
    const end = { Home: betas[0], End: betas[betas.length - 1] }[event.key];
    if (!direction && end === undefined) return;
    event.preventDefault();
    const from = this.#motion.goal ?? this.store.get().beta ?? betas[0];
    if (this.network && event.key.startsWith("Arrow")) return this.#nudge(Number(direction), from);
    return this.glide(end ?? nextStop(this.marks, from, /** @type {1 | -1} */ (direction)));
  }

  /** Move a small step. @param {number} direction @param {number} from */
  #nudge(direction, from) {
    this.stop();
    const place = placeOf(this.marks, from) + direction / ARROW_STEPS;
    this.store.set({ beta: betaAt(this.marks, Math.min(1, Math.max(0, place))) });
  }

  /** @param {string} family */
  chooseFamily(family) {
    this.stop();
    const { beta } = this.store.get();
    const network = this.networks.find(({ name }) => name === family);
    if (network) return this.store.set({ family, beta: Math.min(network.highest, beta ?? 1) });
    const ladder = ladderOf(this.models, family);
    const nearest = beta === null ? null : stepAt(ladder, beta).nearest.beta;
    return this.store.set({ family, beta: nearest });
  }

  /** Go to a model wherever it is: in this family, the other one, or the AE. @param {Model} model */
  choose(model) {
    this.stop();
    const family = model.family === "vae" ? this.family : model.family;
    if (model.beta === null) this.store.set({ beta: null });
    else if (family === this.store.get().family) this.glide(model.beta);
    else this.store.set({ family, beta: model.beta });
  }

  stop() {
    this.#motion.stop();
  }

  /** Move to a beta. @param {number} to @param {number} [time] milliseconds */
  glide(to, time) {
    return this.#motion.glide(to, time);
  }

  /** Go from the AE to the largest beta and back to 1: the face loses itself. */
  async sweep() {
    this.stop();
    if (this.hasAe) this.store.set({ beta: null });
    if (!(await this.#motion.rest(PAUSE))) return;
    this.store.set({ beta: 1 });
    if (!(await this.#motion.rest(PAUSE))) return;
    const { network } = this;
    const stops = network ? [network.highest] : this.ladder.slice(1).map(({ beta }) => Number(beta));
    for (const beta of stops) if (!(await this.glide(beta, network ? SWEEP : 1.2 * GLIDE))) return;
    if (await this.#motion.rest(PAUSE)) await this.glide(1, 2 * GLIDE);
  }

  /** Draw the stops of the family. */
  showFamily() {
    const { family } = this.store.get();
    const radio = document.querySelector(`[name=family][value="${family}"]`);
    if (radio instanceof HTMLInputElement) radio.checked = true;
    document.documentElement.dataset.family = this.network ? "dial" : family;
    const stops = this.marks.map((model) => {
      const button = make(
        "button",
        { type: "button", tabIndex: -1, "aria-hidden": "true" },
        make("b", {}, String(model.beta)),
        make("small", {}, model.family === "vae" ? "VAE" : `× ${model.beta}`),
      );
      button.style.setProperty("--place", String(placeOf(this.marks, Number(model.beta))));
      button.addEventListener("click", () => this.glide(Number(model.beta)));
      return button;
    });
    find("#stops").replaceChildren(...stops);
  }

  /** Put the knob where the state is. */
  show() {
    const { beta } = this.store.get();
    const place = placeOf(this.marks, beta ?? 1);
    if (document.activeElement !== this.#input || Math.abs(this.#input.valueAsNumber - place) > 0.001)
      this.#input.value = String(place);
    const slider = find("#slider");
    slider.style.setProperty("--place", String(place));
    slider.classList.toggle("off", beta === null);
    this.#free.setAttribute("aria-pressed", String(beta === null));
    const spoken = this.active ? DIAL.spoken(beta ?? 1) : DIAL.value(this.step.nearest, this.family);
    this.#input.setAttribute("aria-valuetext", spoken);
  }
}
