// Step 3, Pay: beta from one end of a family to the other, and what becomes of the face and its code.

import { blend } from "../colours.js";
import { make } from "../dom.js";
import { toBars } from "../face/flow.js";
import { betaAt, stepAt } from "../ladder.js";
import { spokenTitle } from "../models.js";
import { createSlider } from "../parts/slider.js";
import { DIAL } from "../words/face.js";
import { PICTURES } from "../words/tour.js";
import { Bench } from "./bench.js";

const ENOUGH = 0.6; // share of the slider after which the conclusion is said

export class Pay {
  #place = 0;
  #reading = make("p", { className: "reading" });

  /**
   * @param {import("../page.js").Page} page
   * @param {import("./facts.js").Facts} facts
   * @param {() => void} done the task of the step
   */
  constructor(page, facts, done) {
    this.page = page;
    this.facts = facts;
    this.bench = new Bench(make("div", { className: "code" }));
    const [low, high] = facts.ends.map(({ beta }) => PICTURES.beta(beta ?? 1));
    this.slider = createSlider({
      name: PICTURES.price,
      low,
      high,
      min: 0,
      max: 1,
      step: 0.002,
      value: 0,
      input: (value) => {
        this.#place = value;
        this.#paint();
        if (value >= ENOUGH) done();
      },
      change: () => page.store.set({ family: facts.family, beta: this.#step.nearest.beta }),
    });
    this.root = make("div", {}, this.bench.root, this.#reading, this.slider.root);
  }

  get #step() {
    const { ladder } = this.facts;
    return stepAt(ladder, betaAt(ladder, this.#place));
  }

  show() {
    this.bench.measure();
    this.#paint();
  }

  #paint() {
    const { ladder, family } = this.facts;
    const face = this.page.faces.current;
    const { low, high, share, nearest } = this.#step;
    const [a, b] = [low, high].map(({ name }) => face?.copies.get(name));
    const copy = face?.copies.get(nearest.name);
    this.bench.root.classList.toggle("waiting", !copy);
    this.slider.input.setAttribute("aria-valuetext", DIAL.value(nearest, family));
    if (!face || !copy) return;
    const [from, to] = [a ?? copy, b ?? copy];
    const { fill } = this.bench.palette;
    this.bench.showFace(face.crop, face.name);
    this.bench.showCopy(from.pixels, to.pixels, share);
    this.bench.nameCopy(`${PICTURES.copy}, ${PICTURES.by(spokenTitle(nearest))}`);
    this.bench.draw(
      toBars(from.code, low),
      toBars(to.code, high),
      share,
      blend(fill[low.family], fill[high.family], share),
    );
    const parts = [PICTURES.error(copy.scores.squaredError), PICTURES.inUse(nearest.inUse, nearest.latents)];
    if (copy.scores.kl !== null) parts.unshift(PICTURES.information(copy.scores.kl));
    const beta = make("b", {}, PICTURES.beta(Number(betaAt(ladder, this.#place).toPrecision(2))));
    this.#reading.replaceChildren(beta, ...parts.map((part) => make("span", {}, part)));
  }
}
