// Definition cards: a word with a dotted underline tells in a sentence what it means.

import { find, make } from "../dom.js";
import { TERMS } from "../words/terms.js";

/**
 * Make a word that opens its card.
 *
 * @param {string} term key of TERMS
 * @param {string} [text] default: the card's heading
 */
export function termButton(term, text = TERMS[term][0]) {
  return make("button", { type: "button", className: "term", "data-term": term }, text);
}

/** Place a card below a word, or above it where there is no room. @param {HTMLElement} card @param {DOMRect} word */
function place({ style, offsetWidth, offsetHeight }, word) {
  const left = Math.max(12, Math.min(innerWidth - offsetWidth - 12, word.left + (word.width - offsetWidth) / 2));
  const below = word.bottom + offsetHeight + 14 < innerHeight;
  const top = below ? word.bottom + 8 : word.top - offsetHeight - 8;
  Object.assign(style, { left: `${left}px`, top: `${top}px` });
}

/** Open cards for every word with `data-term`, now and later: on hover, focus and touch. */
export function bindCards() {
  const card = find("#card");
  /** @type {HTMLElement | null} */
  let of = null;
  const hide = () => {
    card.hidden = true;
    of?.removeAttribute("aria-describedby");
    of = null;
  };
  const open = (/** @type {HTMLElement} */ term) => {
    const [head, words] = TERMS[term.dataset.term ?? ""] ?? ["", ""];
    hide();
    if (!words) return;
    of = term;
    find("b", card).textContent = head;
    find("span", card).textContent = words;
    (term.closest("dialog") ?? document.body).append(card);
    card.hidden = false;
    term.setAttribute("aria-describedby", "card");
    place(card, term.getBoundingClientRect());
  };
  const on = (/** @type {string} */ type, /** @type {(term: HTMLElement, event: Event) => void} */ react) =>
    document.addEventListener(type, (event) => {
      const term = event.target instanceof Element && event.target.closest(".term");
      if (term instanceof HTMLElement) react(term, event);
    });
  const byMouse = (/** @type {Event} */ event) => event instanceof PointerEvent && event.pointerType === "mouse";
  on("pointerover", (term, event) => byMouse(event) && open(term));
  on("pointerout", (term, event) => byMouse(event) && document.activeElement !== term && hide());
  on("focusin", open);
  on("focusout", hide);
  on("click", open);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || card.hidden) return;
    event.preventDefault(); // it ends one thing at a time
    hide();
  });
  addEventListener("scroll", hide, { passive: true });
}
