// The values that the modules of this folder exchange.

/**
 * Pixels of an upright picture in sRGB.
 * @typedef {object} Picture
 * @property {Uint8ClampedArray} data RGBA, row by row; alpha is 255 everywhere
 * @property {number} width
 * @property {number} height
 */

/**
 * x and y in pixels. Whole numbers are the edges of pixels: the centre of the first pixel is (0.5, 0.5).
 * @typedef {[number, number]} Point
 */

/**
 * The left eye in the picture, then the right one.
 * @typedef {[Point, Point]} Eyes
 */

/**
 * Left, top, right and bottom in pixels.
 * @typedef {[number, number, number, number]} Box
 */

/**
 * A face in pixels of its picture.
 * @typedef {object} Face
 * @property {Point} leftEye the left one in the picture
 * @property {Point} rightEye
 * @property {Box} box the detected face
 */

/**
 * The faces of a picture.
 * @typedef {object} Faces
 * @property {Face[]} faces largest first, at most 24
 * @property {number} more number of smaller ones besides
 */

export {};
