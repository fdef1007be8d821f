// densities.json (vae_models/files/names.py) as maps: two coordinates of a code, and how many faces lie where.

/**
 * @typedef {import("./types.js").CodeMap} CodeMap
 * @typedef {import("./types.js").Densities} Densities
 * @typedef {import("./types.js").View} View
 */

/**
 * Read the file; base64 becomes Uint8Array, the rest stays as the file has it.
 *
 * @param {URL} url
 * @returns {Promise<Densities>}
 */
export async function readDensities(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const file = await answer.json();
  const plane = file.plane && { ...file.plane, density: bytes(file.plane.density) };
  return { ...file, pairs: bytes(file.pairs), plane };
}

const bytes = (/** @type {string} */ text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * Return the map of number `j` to the right against `k` upwards, counted from 0; both among `densities.dimensions`.
 *
 * @param {Densities} densities
 * @param {number} j
 * @param {number} k
 * @returns {CodeMap}
 */
export function pairMap(densities, j, k) {
  const { bins, dimensions, mean, pairs, ranges } = densities;
  const [first, second] = [j, k].map((dimension) => dimensions.indexOf(dimension));
  if (first < 0 || second < 0 || j === k) throw new RangeError(`there is no density of the dimensions ${j} and ${k}`);
  const [low, high] = [Math.min(first, second), Math.max(first, second)];
  const before = low * dimensions.length - (low * (low + 1)) / 2; // pairs whose first dimension comes earlier
  const stored = pairs.subarray((before + high - low - 1) * bins ** 2).subarray(0, bins ** 2);
  const density = first < second ? stored : stored.map((_, i) => stored[(i % bins) * bins + Math.floor(i / bins)]);
  const directions = [j, k].map((dimension) => mean.map((_, i) => Number(i === dimension)));
  const labels = [j, k].map((dimension) => `number ${dimension}`);
  const origin = mean.map(() => 0);
  return { density, bins, xRange: ranges[first], yRange: ranges[second], mean, origin, directions, labels };
}

/**
 * Return the map of the two principal components, the codes' mean at (0, 0). Null where a code is a single number.
 *
 * @param {Densities} densities
 * @returns {CodeMap | null}
 */
export function planeMap(densities) {
  const { bins, mean, plane } = densities;
  if (!plane) return null;
  const { density, directions, ranges, share } = plane;
  const percent = share.map((part) => `${Math.round(100 * part)} % of what varies`);
  const labels = [`where codes differ most: ${percent[0]}`, `second most: ${percent[1]}`];
  return { density, bins, xRange: ranges[0], yRange: ranges[1], mean, origin: mean, directions, labels };
}

/**
 * Return the two coordinates of a code on a map, whatever its others are.
 *
 * @param {CodeMap} map
 * @param {ArrayLike<number>} code
 */
export function pointOf(map, code) {
  return map.directions.map((direction) => direction.reduce((sum, d, i) => sum + d * (code[i] - map.origin[i]), 0));
}

/**
 * Move `code` within the map until it lies at `point`; from the codes' mean: mean + a u + b v.
 *
 * @param {CodeMap} map
 * @param {number[]} point
 * @param {number[]} code
 */
export function codeOf(map, point, code = map.mean) {
  const here = pointOf(map, code);
  const steps = point.map((value, axis) => value - here[axis]);
  return code.map((z, i) => z + steps[0] * map.directions[0][i] + steps[1] * map.directions[1][i]);
}

/**
 * Return the middle of the prior N(0, I) on a map.
 *
 * @param {CodeMap} map
 */
export const centreOf = (map) =>
  pointOf(
    map,
    map.mean.map(() => 0),
  );

/**
 * Return the part to show of these maps, the same for each: all of the densities and of the prior's circles.
 *
 * @param {CodeMap[]} maps
 * @returns {View}
 */
export function viewOf(...maps) {
  const spans = [0, 1].map((axis) => {
    const ends = maps.flatMap((map) => [
      ...[map.xRange, map.yRange][axis],
      centreOf(map)[axis] - 3.5,
      centreOf(map)[axis] + 3.5,
    ]);
    return [Math.min(...ends), Math.max(...ends)];
  });
  return { x: spans[0], y: spans[1] };
}
