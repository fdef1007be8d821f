// A block of text to take along, with a button that copies it.

import { make, setText } from "../dom.js";
import { STATES } from "../words/page.js";

const SHOWN = 2000; // milliseconds that the button says what it did

/**
 * @param {string} label of the button
 * @param {string} name of the block, for screen readers
 * @returns {{button: HTMLButtonElement, block: HTMLPreElement, set: (text: string) => void}}
 */
export function createCopyBlock(label, name) {
  const code = make("code");
  const block = make("pre", { tabIndex: 0, role: "region", "aria-label": name }, code);
  const words = make("span", { "aria-live": "polite" }, label);
  const button = make("button", { type: "button", className: "plain copy-button" }, words);
  let waiting = 0;
  button.addEventListener("click", async () => {
    clearTimeout(waiting);
    setText(words, await copy(code));
    waiting = window.setTimeout(() => setText(words, label), SHOWN);
  });
  return { button, block, set: (text) => setText(code, text) };
}

/**
 * Copy a text, or select it where the browser lets no page write to the clipboard.
 *
 * @param {HTMLElement} element
 * @returns {Promise<string>} what was done
 */
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return STATES.copied;
  } catch {
    getSelection()?.selectAllChildren(element);
    return STATES.selected;
  }
}
