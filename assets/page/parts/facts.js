// The numbers that sentences speak of. They come from records/models.json before any sentence is shown.

/**
 * @typedef {object} Facts null: the models differ, or no record has it
 * @property {number} models
 * @property {number | null} side pixels of a face
 * @property {number | null} values of a face
 * @property {number | null} latents numbers of a code
 * @property {number | null} labels that were looked for in the codes
 * @property {number} inUse variance of a number's mean over faces, above which it is in use
 */

/** @type {Facts} */
export const facts = { models: 0, side: null, values: null, latents: null, labels: null, inUse: 0 };

/** @param {number} value */
export const count = (value) => value.toLocaleString("en-GB");

/** Write a fact before a plural: "32 numbers", "a few numbers". @param {number | null} value */
export const many = (value) => (value === null ? "a few" : count(value));

/** Write a fact after "all": "all 12,288 values", "all values". @param {number | null} value */
export const every = (value) => (value === null ? "" : ` ${count(value)}`);

const SPELT = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** Write a small number as a word. @param {number} value */
export const spell = (value) => SPELT[value] ?? count(value);

/** Write a sentence's beginning with a large letter. @param {string} text */
export const begin = (text) => text[0].toUpperCase() + text.slice(1);

/**
 * Keep the records' facts, and write them where the HTML has such a number.
 *
 * @param {Facts} known
 * @param {ParentNode} root
 */
export function keepFacts(known, root) {
  Object.assign(facts, known);
  for (const place of root.querySelectorAll("[data-fact]")) {
    const key = /** @type {keyof Facts} */ (/** @type {HTMLElement} */ (place).dataset.fact);
    place.textContent = many(facts[key]);
  }
}
