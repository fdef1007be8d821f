/**
 * A map of codes: two coordinates of a code, and how many faces lie where.
 *
 * @typedef {object} CodeMap
 * @property {Uint8Array} density (bins, bins): levels, the root of the counts
 * @property {number} bins along each axis
 * @property {number[]} xRange lowest and highest
 * @property {number[]} yRange
 * @property {number[]} mean of the codes
 * @property {number[]} origin code at (0, 0)
 * @property {number[][]} directions of both axes
 * @property {string[]} labels
 *
 * @typedef {{directions: number[][], share: number[], ranges: number[][], density: Uint8Array}} Plane
 * @typedef {{bins: number, mean: number[], dimensions: number[], ranges: number[][], pairs: Uint8Array, plane: Plane | null}} Densities
 * @typedef {{x: number[], y: number[]}} View ends of both axes
 * @typedef {{left: number, top: number, width: number, height: number, scale: number, middle: number[], centre: number[]}} Frame
 * @typedef {{page: string, text: string, faint: string, line: string, circle: string}} Ink
 * @typedef {object} Place
 * @property {CanvasRenderingContext2D} pen
 * @property {Ink} ink
 * @property {Frame} box
 * @property {(point: number[]) => [number, number]} at CSS pixels of a point
 */

export {};
