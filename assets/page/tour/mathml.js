// Formulas as MathML, which browsers typeset by themselves: nothing is fetched.

const SPACE = "http://www.w3.org/1998/Math/MathML";

/**
 * @typedef {Element | string} Piece an element, or a text of which every sign becomes one: "q(z|x)"
 * @typedef {{term: string, pieces: Piece[], sign?: string}} Term of a formula; term: "error" and the like, for its
 *   colour, or ""; sign: before it, on the same line
 */

/**
 * Make an element of a formula.
 *
 * @param {string} tag
 * @param {...Piece} children
 * @returns {Element}
 */
export function m(tag, ...children) {
  const element = document.createElementNS(SPACE, tag);
  element.append(...children.map((child) => (typeof child === "string" ? row(child) : child)));
  return element;
}

/**
 * Split a text into its names, numbers and signs. A name of several letters is set upright.
 *
 * @param {string} text
 */
export const split = (text) => text.match(/log|ELBO|KL|\d+|\p{L}|[^\s]/gu) ?? [];

/**
 * Make one element of a text.
 *
 * @param {string} text
 * @returns {Element}
 */
function row(text) {
  const leaves = split(text).flatMap((sign) => {
    const leaf = document.createElementNS(SPACE, /^\p{L}/u.test(sign) ? "mi" : /^\d/.test(sign) ? "mn" : "mo");
    leaf.textContent = sign;
    if (/^[EINLDΣ]$/.test(sign)) leaf.setAttribute("mathvariant", "normal");
    if (/^[()|‖∥]$/.test(sign)) leaf.setAttribute("stretchy", "false");
    if (sign !== "log") return [leaf];
    return [leaf, space()];
  });
  if (leaves.length === 1) return leaves[0];
  const together = document.createElementNS(SPACE, "mrow");
  together.append(...leaves);
  return together;
}

/** @param {Piece} base @param {Piece} index */
export const sub = (base, index) => m("msub", base, index);

/** @param {Piece} base @param {Piece} power */
export const sup = (base, power) => m("msup", base, power);

/** @param {Piece[]} pieces */
function typeset(pieces) {
  const maths = m("math", ...pieces);
  maths.setAttribute("displaystyle", "true");
  return maths;
}

/** Make a thin space. */
export function space() {
  const gap = document.createElementNS(SPACE, "mspace");
  gap.setAttribute("width", "0.17em");
  return gap;
}

/**
 * Make a formula of terms that may go to the next line where there is little room. Screen readers say the sentence.
 *
 * @param {string} spoken
 * @param {Term[]} terms
 * @returns {HTMLElement}
 */
export function formula(spoken, terms) {
  const line = document.createElement("div");
  line.className = "formula";
  line.setAttribute("role", "math");
  line.setAttribute("aria-label", spoken);
  for (const { term, pieces, sign = "" } of terms) {
    const part = document.createElement("span");
    part.className = term && `pays ${term}`;
    part.append(typeset(pieces));
    const together = document.createElement("span");
    together.className = "signed";
    together.setAttribute("aria-hidden", "true"); // the sentence says it
    together.append(...(sign ? [typeset([sign])] : []), part);
    line.append(together);
  }
  return line;
}
