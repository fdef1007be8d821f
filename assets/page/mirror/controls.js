// What the mirror adds to the page while it runs: under the face its rate and a button, above the row a switch.

import { find, make, setText } from "../dom.js";
import { createButton, createSwitch } from "../parts/controls.js";
import { MIRROR } from "../words/mirror.js";

/**
 * @typedef {object} Actions
 * @property {() => unknown} keep
 * @property {(all: boolean) => void} choose
 */

export class Controls {
  #state = make("p", { className: "note" }, MIRROR.loading);
  #keep;
  #button = find("#mirror");

  /**
   * @param {number} models that the row has
   * @param {Actions} actions
   */
  constructor(models, { keep, choose }) {
    this.#keep = createButton(MIRROR.keep, keep, "primary");
    this.#keep.disabled = true;
    this.#button.style.minWidth = `${this.#button.offsetWidth}px`; // another word moves nothing
    this.#name(MIRROR.stop, MIRROR.stopShort);
    const choices = /** @type {["one" | "all", string][]} */ ([
      ["one", MIRROR.one],
      ["all", MIRROR.all(models)],
    ]);
    this.panel = make("div", { className: "mirror" }, this.#state, this.#keep);
    this.switch = createSwitch(MIRROR.switch, "mirror", choices, "one", (value) => choose(value === "all"));
    document.body.classList.add("live");
    find("#panel-face .side").append(this.panel);
    find("#scores").before(this.switch);
  }

  /**
   * Say how the mirror fares; a face can be kept from the first frame on.
   *
   * @param {string} words
   */
  tell(words) {
    this.#keep.disabled = false;
    setText(this.#state, words);
  }

  /** @param {string} name @param {string} text */
  #name(name, text) {
    this.#button.setAttribute("aria-label", name);
    setText(find("span", this.#button), text);
  }

  /** Take everything away again. */
  remove() {
    this.#name(MIRROR.start, MIRROR.startShort);
    this.#button.style.minWidth = "";
    document.body.classList.remove("live");
    if (this.panel.contains(document.activeElement) || this.switch.contains(document.activeElement))
      this.#button.focus();
    this.panel.remove();
    this.switch.remove();
  }
}
