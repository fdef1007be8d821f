// The slider for beta: logarithmic, with a marked stop at every trained beta. The AE is a button beside it.

import { find, findInput, make } from "../dom.js";
import { betaAt, ladderOf, nextStop, placeOf, stepAt } from "../ladder.js";
import { DIAL } from "../words/face.js";

/**
 * @typedef {import("../models.js").Model} Model
 * @typedef {import("../store.js").Store} Store
 */

const GLIDE = 420; // milliseconds from stop to stop
const PAUSE = 500; // milliseconds before and after the sweep
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {number} t */
const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);

export class Dial {
  #motion = 0; // a newer movement ends an older one
  #input = findInput("#beta");
  #free = /** @type {HTMLButtonElement} */ (find("#free"));

  /**
   * @param {Store} store
   * @param {Model[]} models that see faces
   */
  constructor(store, models) {
    this.store = store;
    this.models = models;
    this.hasAe = models.some(({ family }) => family === "ae");
    this.#free.hidden = !this.hasAe;
    const families = /** @type {const} */ (["beta-vae", "beta-tcvae"]).filter((family) =>
      models.some((one) => one.family === family),
    );
    find(".families").hidden = families.length < 2;
    if (families.length === 1) store.set({ family: families[0] });
    this.#bind();
    this.showFamily();
    this.show();
    store.listen(() => this.showFamily(), ["family"]);
    store.listen(() => this.show(), ["beta", "family"]);
  }

  /** Return the trained models of the chosen family. */
  get ladder() {
    return ladderOf(this.models, this.store.get().family);
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
      store.set({ beta: betaAt(this.ladder, input.valueAsNumber) });
    });
    input.addEventListener("pointerdown", () => this.stop());
    input.addEventListener("change", () => this.glide(Number(this.step.nearest.beta), GLIDE / 2)); // rest at a trained model
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

  /** @param {KeyboardEvent} event */
  #key(event) {
    const direction = { ArrowRight: 1, ArrowUp: 1, PageUp: 1, ArrowLeft: -1, ArrowDown: -1, PageDown: -1 }[event.key];
    const betas = this.ladder.map((model) => Number(model.beta));
    const end = { Home: betas[0], End: betas[betas.length - 1] }[event.key];
    if (!direction && end === undefined) return;
    event.preventDefault();
    const from = this.goal ?? this.store.get().beta ?? betas[0];
    this.glide(end ?? nextStop(this.ladder, from, /** @type {1 | -1} */ (direction)));
  }

  /** @param {import("../store.js").Family} family */
  chooseFamily(family) {
    this.stop();
    const { beta } = this.store.get();
    const ladder = ladderOf(this.models, family);
    const nearest = beta === null ? null : stepAt(ladder, beta).nearest.beta;
    this.store.set({ family, beta: nearest });
  }

  /** Go to a model wherever it is: in this family, the other one, or the AE. @param {Model} model */
  choose(model) {
    this.stop();
    if (model.beta === null) this.store.set({ beta: null });
    else if (model.family === "vae" || model.family === this.store.get().family) this.glide(model.beta);
    else this.store.set({ family: /** @type {import("../store.js").Family} */ (model.family), beta: model.beta });
  }

  stop() {
    this.#motion += 1;
    this.goal = undefined;
  }

  /**
   * Move to a beta, and tell whether nothing came in between.
   *
   * @param {number} to
   * @param {number} [time] milliseconds
   * @returns {Promise<boolean>}
   */
  glide(to, time = GLIDE) {
    this.stop();
    const mine = this.#motion;
    const { beta } = this.store.get();
    if (still.matches || beta === null) {
      this.store.set({ beta: to });
      return Promise.resolve(true);
    }
    this.goal = to;
    const [from, target] = [placeOf(this.ladder, beta), placeOf(this.ladder, to)];
    const start = performance.now();
    return new Promise((done) => {
      const frame = (/** @type {number} */ now) => {
        if (mine !== this.#motion) return done(false);
        const t = Math.min(1, Math.max(0, (now - start) / time));
        this.store.set({ beta: t < 1 ? betaAt(this.ladder, from + (target - from) * ease(t)) : to });
        if (t < 1) return requestAnimationFrame(frame);
        this.goal = undefined;
        return done(true);
      };
      requestAnimationFrame(frame);
    });
  }

  /** Go from the AE to the largest beta and back to 1: the face loses itself. */
  async sweep() {
    this.stop();
    const mine = this.#motion;
    const wait = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));
    if (this.hasAe) this.store.set({ beta: null });
    await wait(PAUSE);
    if (mine !== this.#motion) return;
    this.store.set({ beta: 1 });
    await wait(PAUSE);
    if (mine !== this.#motion) return;
    for (const { beta } of this.ladder.slice(1)) if (!(await this.glide(Number(beta), 1.2 * GLIDE))) return;
    const here = this.#motion;
    await wait(PAUSE);
    if (here === this.#motion) await this.glide(1, 2 * GLIDE);
  }

  /** Draw the stops of the family. */
  showFamily() {
    const { family } = this.store.get();
    const radio = document.querySelector(`[name=family][value=${family}]`);
    if (radio instanceof HTMLInputElement) radio.checked = true;
    document.documentElement.dataset.family = family;
    const stops = this.ladder.map((model) => {
      const button = make(
        "button",
        { type: "button", tabIndex: -1, "aria-hidden": "true" },
        make("b", {}, String(model.beta)),
        make("small", {}, model.family === "vae" ? "VAE" : `× ${model.beta}`),
      );
      button.style.setProperty("--place", String(placeOf(this.ladder, Number(model.beta))));
      button.addEventListener("click", () => this.glide(Number(model.beta)));
      return button;
    });
    find("#stops").replaceChildren(...stops);
  }

  /** Put the knob where the state is. */
  show() {
    const { beta, family } = this.store.get();
    const place = placeOf(this.ladder, beta ?? 1);
    if (document.activeElement !== this.#input || Math.abs(this.#input.valueAsNumber - place) > 0.001)
      this.#input.value = String(place);
    const slider = find("#slider");
    slider.style.setProperty("--place", String(place));
    slider.classList.toggle("off", beta === null);
    this.#free.setAttribute("aria-pressed", String(beta === null));
    this.#input.setAttribute("aria-valuetext", DIAL.value(this.step.nearest, family));
  }
}
