// The colours of the families, read from the style sheet: a theme changes them.

/** @typedef {[number, number, number]} Rgb */

/** @param {number} a @param {number} b @param {number} t */
export const mix = (a, b, t) => a + (b - a) * t;

/** @param {Rgb} a @param {Rgb} b @param {number} t @returns {Rgb} */
export const blend = (a, b, t) => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];

/** @param {Rgb} colour @param {number} [alpha] */
export const css = ([r, g, b], alpha = 1) => `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)} / ${alpha})`;

/**
 * Read a colour of the style sheet, "#rrggbb".
 *
 * @param {string} name of the custom property
 * @returns {Rgb}
 */
function readColour(name) {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return /** @type {Rgb} */ ([1, 3, 5].map((at) => Number.parseInt(value.slice(at, at + 2), 16) || 0));
}

/** @typedef {{idle: Rgb, fill: Record<string, Rgb>, text: Record<string, Rgb>}} Palette */

/** @returns {Palette} */
export function readPalette() {
  const families = ["ae", "vae", "beta-vae", "beta-tcvae", "dial"];
  const read = (/** @type {string} */ end) =>
    Object.fromEntries(families.map((family) => [family, readColour(`--${family}${end}`)]));
  return { idle: readColour("--idle"), fill: read("-fill"), text: read("") };
}
