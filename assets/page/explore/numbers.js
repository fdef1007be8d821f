// A slider for every number of the chosen model's code, the strongest first; those not in use are folded away.

import { make } from "../dom.js";
import { createSlider } from "../parts/slider.js";
import { EXPLORE } from "../words/explore.js";
import { number } from "../words/page.js";

/**
 * @typedef {import("./codes.js").Codes} Codes
 * @typedef {import("./codes.js").CodeNumber} CodeNumber
 * @typedef {import("./features.js").Hand} Hand
 */

export class Numbers {
  /** @type {Map<number, import("../parts/slider.js").Slider>} */
  #sliders = new Map();
  #shown = "";

  /**
   * @param {HTMLElement} root
   * @param {Codes} codes
   * @param {() => string} model the chosen one's name
   * @param {Hand} hand
   */
  constructor(root, codes, model, hand) {
    this.root = root;
    this.codes = codes;
    this.model = model;
    this.hand = hand;
  }

  /** Show the chosen model's numbers where they are. */
  show() {
    const model = this.model();
    const numbers = this.codes.records[model]?.numbers ?? [];
    if (this.#shown !== model) this.#build(model, numbers);
    this.#shown = model;
    for (const [index, slider] of this.#sliders) slider.set(this.codes.value(model, index));
  }

  /** @param {string} model @param {CodeNumber[]} numbers */
  #build(model, numbers) {
    this.#sliders.clear();
    const most = Math.max(...numbers.map(({ strength }) => strength ?? 0), 1e-12);
    const rows = numbers.map((one) => this.#row(model, one, most));
    const used = numbers.filter(({ in_use }) => in_use).length;
    const unused = make(
      "details",
      {},
      make("summary", { className: "plain" }, EXPLORE.unused(numbers.length - used)),
      make("div", { className: "sliders" }, ...rows.filter((_, i) => !numbers[i].in_use)),
    );
    unused.hidden = used === numbers.length;
    this.root.replaceChildren(
      make("p", { className: "note" }, EXPLORE.order),
      make("div", { className: "sliders" }, ...rows.filter((_, i) => numbers[i].in_use)),
      unused,
    );
  }

  /** @param {string} model @param {CodeNumber} one @param {number} most */
  #row(model, { index, low, high, strength, name, left, right }, most) {
    const { codes, hand } = this;
    let held = false;
    const slider = createSlider({
      name: EXPLORE.number(index, name),
      low: left ?? number(low, 1),
      high: right ?? number(high, 1),
      min: low,
      max: high,
      step: (high - low) / 400,
      value: codes.value(model, index),
      home: () => codes.base(model, index),
      input: (value) => {
        if (!held) hand.begin();
        held = true;
        codes.setNumber(model, index, value);
        hand.move(model);
      },
      change: () => {
        held = false;
        hand.end();
      },
    });
    const touch = () =>
      hand.touch(
        EXPLORE.number(index, name),
        (share) => {
          const code = codes.of(model);
          if (code) code[index] += low + (high - low) * share - codes.value(model, index);
          return code;
        },
        "",
      );
    slider.input.addEventListener("pointerdown", touch);
    slider.input.addEventListener("focus", touch);
    this.#addLock(model, index, slider);
    const bar = make("i", { className: "strength" });
    bar.style.setProperty("--share", String(Math.sqrt((strength ?? 0) / most)));
    slider.root.append(bar);
    this.#sliders.set(index, slider);
    return slider.root;
  }

  /** @param {string} model @param {number} index @param {import("../parts/slider.js").Slider} slider */
  #addLock(model, index, slider) {
    const { codes } = this;
    const lock = make("button", { type: "button", className: "lock", "aria-label": EXPLORE.lock(index) });
    const show = () => {
      slider.input.disabled = codes.isLocked(model, index);
      lock.setAttribute("aria-pressed", String(slider.input.disabled));
    };
    lock.addEventListener("click", () => {
      codes.toggleLock(model, index);
      show();
    });
    slider.root.prepend(lock);
    show();
  }
}
