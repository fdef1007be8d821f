// The slider for beta beside a network of every beta, with its round betas marked. It is the page's one beta.

import { make, setText } from "../dom.js";
import { createSlider } from "../parts/slider.js";
import { DIALS } from "../words/dial.js";
import { FAMILIES } from "../words/page.js";
import { betaByKey, betaOn, placeOn, roundBetas, within } from "./scale.js";

/**
 * @typedef {import("../store.js").Store} Store
 * @typedef {import("./model.js").DialModel} DialModel
 */

export class BetaSlider {
  #value = make("span", { className: "beta-value" });
  #price = make("span");
  #marks = make("span", { className: "beta-marks", "aria-hidden": "true" });
  #shown = "";
  #highest = 1;
  root = make("div", { className: "beta-slider", hidden: true });

  /**
   * @param {Store} store
   * @param {() => void} [touch] when the visitor takes hold of it
   */
  constructor(store, touch = () => {}) {
    this.store = store;
    this.slider = createSlider({
      name: DIALS.slider,
      low: "",
      high: "",
      min: 0,
      max: 1,
      step: 0.0005,
      value: 0,
      home: () => 0,
      input: (place) => store.set({ beta: betaOn(place, this.#highest) }),
    });
    const { input, root } = this.slider;
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("pointerdown", touch);
    input.addEventListener("focus", touch);
    root.querySelector(".slider-name")?.replaceChildren(this.#value, this.#price);
    root.querySelector(".slider-ends")?.replaceWith(this.#marks);
    this.root.append(root, make("p", { className: "note" }, DIALS.about));
    store.listen(() => this.#put(), ["beta"]);
  }

  /** Show the slider of a network, or none. @param {DialModel | null} dial */
  show(dial) {
    this.root.hidden = !dial;
    if (!dial || this.#shown === dial.name) return;
    this.#shown = dial.name;
    this.#highest = dial.highest;
    setText(this.#price, FAMILIES[/** @type {keyof typeof FAMILIES} */ (dial.base ?? "beta-vae")].price);
    this.slider.input.setAttribute("aria-label", DIALS.sliderName(dial.highest));
    this.#marks.replaceChildren(
      ...roundBetas(dial.highest).map((beta) => {
        const mark = make("i", {}, String(beta));
        mark.style.setProperty("--place", String(placeOn(beta, dial.highest)));
        return mark;
      }),
    );
    this.#put();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const beta = betaByKey(event.key, this.store.get().beta, this.#highest);
    if (beta === undefined) return;
    event.preventDefault();
    this.store.set({ beta });
  }

  /** Put the slider where the state is. */
  #put() {
    if (!this.#shown) return;
    const beta = within(this.store.get().beta, this.#highest);
    const place = placeOn(beta, this.#highest);
    if (Math.abs(this.slider.input.valueAsNumber - place) > 0.0005) this.slider.set(place);
    setText(this.#value, DIALS.value(beta));
    this.slider.input.setAttribute("aria-valuetext", DIALS.spoken(beta));
  }
}
