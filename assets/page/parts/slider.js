// A slider with a name and both ends in words.

import { make } from "../dom.js";

/**
 * @typedef {object} SliderOptions
 * @property {string} name
 * @property {string} low left end
 * @property {string} high right end
 * @property {number} min
 * @property {number} max
 * @property {number} [step]
 * @property {number} value
 * @property {() => number} [home] where a double click and Delete put it; default: the first value
 * @property {(value: number) => void} input while it moves
 * @property {(value: number) => void} [change] when it rests
 *
 * @typedef {{root: HTMLElement, input: HTMLInputElement, set: (value: number) => void}} Slider
 */

/**
 * @param {SliderOptions} options
 * @returns {Slider}
 */
export function createSlider({
  name,
  low,
  high,
  min,
  max,
  step = 0.01,
  value,
  home = () => value,
  input,
  change = () => {},
}) {
  const range = make("input", { type: "range", "aria-label": `${name}, from ${low} to ${high}` });
  Object.assign(range, { min, max, step });
  const set = (/** @type {number} */ to) => {
    range.value = String(to);
    range.style.setProperty("--at", String((range.valueAsNumber - min) / (max - min)));
  };
  set(value);
  const reset = () => {
    set(home());
    input(home());
    change(home());
  };
  range.addEventListener("input", () => {
    set(range.valueAsNumber);
    input(range.valueAsNumber);
  });
  range.addEventListener("change", () => change(range.valueAsNumber));
  range.addEventListener("dblclick", reset);
  range.addEventListener("keydown", (event) => {
    if (event.key === "Delete" || event.key === "Backspace") reset();
  });
  const title = make("span", { className: "slider-name" }, name);
  const ends = make(
    "span",
    { className: "slider-ends", "aria-hidden": "true" },
    make("span", {}, low),
    make("span", {}, high),
  );
  return { root: make("div", { className: "labelled-slider" }, title, range, ends), input: range, set };
}
