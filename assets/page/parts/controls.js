// Buttons and switches.

import { make } from "../dom.js";

/**
 * Create a button that is busy until what it does is done.
 *
 * @param {string} text
 * @param {() => unknown} act
 * @param {string} [className]
 */
export function createButton(text, act, className = "plain") {
  const button = make("button", { type: "button", className }, text);
  const problem = make("p", { className: "problem", role: "alert" });
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    problem.remove();
    try {
      await act();
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      if (name === "AbortError") return; // the visitor's own choice
      problem.textContent = message;
      button.after(problem);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
  return button;
}

/**
 * Create a switch between a few choices.
 *
 * @template {string} T
 * @param {string} legend
 * @param {string} name of the group
 * @param {[T, string][]} choices value and text
 * @param {T} chosen
 * @param {(value: T) => void} choose
 */
export function createSwitch(legend, name, choices, chosen, choose) {
  const labels = choices.map(([value, text]) => {
    const radio = make("input", { type: "radio", name, value, checked: value === chosen });
    radio.addEventListener("change", () => choose(value));
    return make("label", {}, radio, make("span", {}, text));
  });
  return make("fieldset", { className: "switch" }, make("legend", {}, legend), ...labels);
}

/**
 * Choose in a switch what was chosen elsewhere: by a link, or by Back.
 *
 * @param {HTMLElement} fieldset
 * @param {string} value
 */
export function choose(fieldset, value) {
  for (const radio of fieldset.querySelectorAll("input")) radio.checked = radio.value === value;
}

/**
 * Create a menu that a button opens.
 *
 * @param {string} title
 * @param {...Node} content
 */
export function createMenu(title, ...content) {
  const inside = make("div", { className: "popover" }, ...content);
  const menu = make("details", { className: "menu" }, make("summary", { className: "plain" }, title), inside);
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(/** @type {Node | null} */ (event.relatedTarget)) && event.relatedTarget) menu.open = false;
  });
  addEventListener("pointerdown", (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  menu.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") menu.open = false;
  });
  return menu;
}
