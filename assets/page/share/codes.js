// Codes of a face in a link: "ae:BASE64:97.2,vae:BASE64:121:35.5", of each model its numbers, error and information.

const UNIT = 1000; // steps of a number; the largest is 32.767
const [LEAST, MOST] = [-32768, 32767];
const DIGITS = 4; // of error and information

/**
 * @typedef {object} Given what a link says of a face, by one model
 * @property {Float32Array} mean
 * @property {number | null} error of the copy; null: not known
 * @property {number | null} information nats; null: not known, or an AE
 */

/**
 * Write numbers in the characters of an address: 16 bits each.
 *
 * @param {ArrayLike<number>} numbers
 */
export function packNumbers(numbers) {
  const view = new DataView(new ArrayBuffer(numbers.length * 2));
  for (let i = 0; i < numbers.length; i++)
    view.setInt16(i * 2, Math.min(MOST, Math.max(LEAST, Math.round(numbers[i] * UNIT))));
  const text = btoa(String.fromCharCode(...new Uint8Array(view.buffer)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Read numbers that `packNumbers` wrote, or decimals with "*" between them: those of earlier links.
 *
 * @param {string} text
 * @returns {Float32Array | null} null: it is neither
 */
export function unpackNumbers(text) {
  if (text.includes("*")) {
    const numbers = text.split("*").map(Number);
    return numbers.every(Number.isFinite) ? Float32Array.from(numbers) : null;
  }
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return null;
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  if (bytes.length % 2) return null;
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(i * 2) / UNIT);
}

/**
 * Write the codes of a face.
 *
 * @param {Iterable<[string, Given]>} codes by model
 */
export function writeCodes(codes) {
  const digits = (/** @type {number | null} */ value) => (value === null ? "" : Number(value.toPrecision(DIGITS)));
  const entries = [...codes].map(([model, { mean, error, information }]) =>
    [model, packNumbers(mean), digits(error), digits(information)].join(":").replace(/:+$/, ""),
  );
  return entries.join(",");
}

/**
 * Read the codes of a link, for models of this page; entries that make no sense are left out.
 *
 * @param {string} text
 * @param {{name: string, latents: number}[]} models
 * @returns {Map<string, Given>}
 */
export function readCodes(text, models) {
  /** @type {Map<string, Given>} */
  const codes = new Map();
  for (const entry of text.split(",")) {
    const [name, packed = "", error, information] = entry.split(":");
    const mean = unpackNumbers(packed);
    if (mean?.length !== models.find((model) => model.name === name)?.latents || !mean) continue;
    codes.set(name, { mean, error: readAmount(error), information: readAmount(information) });
  }
  return codes;
}

/** @param {string | undefined} text */
function readAmount(text) {
  const value = Number(text || Number.NaN);
  return value >= 0 && value < 1e6 ? value : null;
}
