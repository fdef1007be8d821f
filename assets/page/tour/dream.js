// Step 2, Dream: the same random numbers through the VAE and the AE.

import { make } from "../dom.js";
import { cropAt, newCanvas, paint } from "../facebar/picture.js";
import { spokenTitle } from "../models.js";
import { createButton } from "../parts/controls.js";
import { drawCodes } from "../sampling.js";
import { FILM } from "../words/origins.js";
import { PICTURES } from "../words/tour.js";

/** @typedef {import("../models.js").Model} Model */

const FACES = 5; // of a model; a phone shows four
const LARGEST_SEED = 99999;

export class Dream {
  #drawn = false;

  /**
   * @param {import("../page.js").Page} page
   * @param {import("./facts.js").Facts} facts
   * @param {() => void} done the task of the step
   */
  constructor(page, facts, done) {
    this.page = page;
    this.done = done;
    const ae = page.faces.models.find(({ family }) => family === "ae");
    this.models = [facts.vae, ...(ae ? [ae] : [])];
    this.lines = this.models.map((model) => this.#line(model));
    const fresh = createButton(PICTURES.fresh, () => this.#renew(), "primary");
    this.root = make(
      "div",
      { className: "tour-dream" },
      ...this.lines.map(({ root }) => root),
      make("p", { className: "under" }, fresh, make("span", { className: "note" }, PICTURES.same)),
    );
    this.#addFilms(this.models.filter(({ film }) => film)).catch((error) => console.error(error)); // shown without
  }

  /** @param {Model} model */
  #line(model) {
    const pictures = Array.from({ length: FACES }, (_, i) => {
      const canvas = newCanvas(192);
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", PICTURES.drawn(spokenTitle(model), i + 1, FACES));
      return canvas;
    });
    const root = make(
      "figure",
      { className: `line ${model.family} waiting` },
      make("figcaption", {}, model.title),
      make("div", { className: "pictures" }, ...pictures),
    );
    return { root, pictures };
  }

  /** Offer the films of how these models learnt, where there are any. @param {Model[]} models */
  async #addFilms(models) {
    if (!models.length) return;
    const { buildFilms } = await import("../about/films.js");
    this.root.append(
      make(
        "details",
        { className: "fold" },
        make("summary", {}, FILM.title),
        make("p", { className: "note" }, FILM.about),
        buildFilms(models),
      ),
    );
  }

  async #renew() {
    this.page.store.set({ seed: Math.floor(Math.random() * LARGEST_SEED) });
    await this.#draw();
    this.done();
  }

  async #draw() {
    const { seed } = this.page.store.get();
    await Promise.all(
      this.models.map(async ({ name, latents }, i) => {
        const { root, pictures } = this.lines[i];
        try {
          const faces = await this.page.engine.decode(name, drawCodes(seed, FACES, latents), { key: `tour ${name}` });
          for (const [n, canvas] of pictures.entries()) paint(canvas, cropAt(faces, n));
          root.classList.remove("waiting");
        } catch (error) {
          if (/** @type {Error} */ (error).name !== "AbortError") this.page.say(/** @type {Error} */ (error).message);
        }
      }),
    );
  }

  show() {
    if (this.#drawn) return;
    this.#drawn = true;
    this.#draw();
  }
}
