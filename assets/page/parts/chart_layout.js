// Arithmetic of the chart: scales, ticks.

/**
 * Return a step of 1, 2 or 5 times a power of ten, so that a length has at most `most` of them.
 *
 * @param {number} length
 * @param {number} most
 */
export function niceStep(length, most) {
  const least = length / most;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
}

/**
 * @param {number} end
 * @param {number} most
 * @returns {number[]} from 0, below the end
 */
export function ticks(end, most) {
  const step = niceStep(end, most);
  return Array.from({ length: Math.ceil(end / step) }, (_, i) => i * step);
}

/**
 * @typedef {{left: number, right: number, top: number, bottom: number}} Margins
 *
 * @typedef {object} Scales
 * @property {(nats: number) => number} x
 * @property {(error: number) => number} y
 * @property {number} mostNats
 * @property {number} mostError
 */

/**
 * Return scales that hold all of these points, with room above.
 *
 * @param {{nats: number | null, error: number}[]} points
 * @param {number} width
 * @param {number} height
 * @param {Margins} margins
 * @returns {Scales}
 */
export function scalesOf(points, width, height, { left, right, top, bottom }) {
  const mostError = Math.max(1, ...points.map(({ error }) => error)) * 1.12;
  const mostNats = Math.max(1, ...points.map(({ nats }) => nats ?? 0)) * 1.14;
  return {
    mostNats,
    mostError,
    x: (nats) => left + (nats / mostNats) * (width - left - right),
    y: (error) => height - bottom - (error / mostError) * (height - top - bottom),
  };
}
