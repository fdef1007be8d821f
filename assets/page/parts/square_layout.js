// Arithmetic of the square that is dragged over a photograph: it stays inside, and is at least 16 pixels wide.

/**
 * @typedef {{left: number, top: number, side: number}} Square in pixels of the picture
 * @typedef {{width: number, height: number}} Picture
 */

const LEAST = 16;

/** @param {number} low @param {number} value @param {number} high */
const clamp = (low, value, high) => Math.min(high, Math.max(low, value));

/**
 * Return the first square: in the middle, two thirds of the shorter side.
 *
 * @param {number} width
 * @param {number} height
 * @returns {Square}
 */
export function startSquare(width, height) {
  const side = Math.max(Math.min(width, height, LEAST), (Math.min(width, height) * 2) / 3);
  return { left: (width - side) / 2, top: (height - side) / 2, side };
}

/**
 * @param {Square} square
 * @param {number} dx
 * @param {number} dy
 * @param {Picture} picture
 * @returns {Square}
 */
export function moveSquare({ left, top, side }, dx, dy, { width, height }) {
  return { left: clamp(0, left + dx, width - side), top: clamp(0, top + dy, height - side), side };
}

/**
 * Scale around the middle.
 *
 * @param {Square} square
 * @param {number} factor
 * @param {Picture} picture
 * @returns {Square}
 */
export function scaleSquare({ left, top, side }, factor, picture) {
  const least = Math.min(LEAST, picture.width, picture.height);
  const next = clamp(least, side * factor, Math.min(picture.width, picture.height));
  const shift = (side - next) / 2;
  return moveSquare({ left: left + shift, top: top + shift, side: next }, 0, 0, picture);
}
