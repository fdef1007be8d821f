// Between pixels and the models' tensors, as in faces/image.py.

/** @import { Picture } from "./types.js" */

/**
 * Convert a picture to (3, H, W) in [0, 1].
 * @param {Picture} picture
 */
export const toTensor = (picture) => toPlanes(picture, 255, 0);

/**
 * Convert a picture to (3, H, W): the levels from 0 to 255, divided by `scale`, plus `offset`.
 * @param {Picture} picture
 * @param {number} scale
 * @param {number} offset
 */
export function toPlanes({ data, width, height }, scale, offset) {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  for (let at = 0; at < area; at++) {
    planes[at] = data[4 * at] / scale + offset;
    planes[area + at] = data[4 * at + 1] / scale + offset;
    planes[2 * area + at] = data[4 * at + 2] / scale + offset;
  }
  return planes;
}

/**
 * Convert faces (n, 3, area) in [0, 1] to RGBA, n x area pixels. Values outside of [0, 1] are clipped.
 * @param {Float32Array} faces
 * @param {number} area pixels of a face
 * @returns {Uint8ClampedArray}
 */
export function toPixels(faces, area) {
  const pixels = new Uint8ClampedArray((faces.length / 3) * 4).fill(255);
  for (let face = 0; face < faces.length; face += 3 * area) {
    for (let at = 0; at < area; at++) {
      const to = (face / 3 + at) * 4;
      // a clamped array rounds halves to even, as torch does; torch multiplies in 32 bits
      pixels[to] = Math.fround(faces[face + at] * 255);
      pixels[to + 1] = Math.fround(faces[face + area + at] * 255);
      pixels[to + 2] = Math.fround(faces[face + 2 * area + at] * 255);
    }
  }
  return pixels;
}
