// Pixels of faces on canvases. A crop is RGBA of 64 x 64 pixels.

export const SIDE = 64;
export const SAVED = 512; // pixels a side, of a saved face
const SMOOTH = 256; // pixels a side: from here on, "low" costs a third of "high" and differs by at most 2 of 255

/** @typedef {Uint8ClampedArray} Crop */

/** @param {number} width @param {number} [height] */
export function newCanvas(width, height = width) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

/** @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser gives no canvas.");
  return context;
}

/** @type {WeakMap<Crop, Map<number, HTMLCanvasElement>>} */
const enlarged = new WeakMap();

/**
 * Enlarge a crop smoothly to a canvas of `size` pixels a side; made once for each size.
 *
 * @param {Crop} crop
 * @param {number} [size]
 */
export function enlarge(crop, size = SAVED) {
  const sizes = enlarged.get(crop) ?? new Map();
  enlarged.set(crop, sizes);
  const known = sizes.get(size);
  if (known) return known;
  const large = newCanvas(size);
  paint(large, crop);
  sizes.set(size, large);
  return large;
}

/**
 * Paint a crop over a whole canvas, enlarged by doubling: one large step shows the grid of the 64 pixels.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Crop} crop
 */
export function paint(canvas, crop) {
  let from = stepOf(SIDE);
  contextOf(from).putImageData(new ImageData(new Uint8ClampedArray(crop), SIDE, SIDE), 0, 0);
  for (let size = SIDE * 2; size < canvas.width; size *= 2) {
    const next = stepOf(size);
    drawInto(next, from);
    from = next;
  }
  drawInto(canvas, from);
}

/** @type {Map<number, HTMLCanvasElement>} */
const steps = new Map();

/** Return the canvas of a size that pictures pass on their way: a drag paints a hundred a second. @param {number} size */
function stepOf(size) {
  const step = steps.get(size) ?? newCanvas(size);
  steps.set(size, step);
  return step;
}

/** @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} from */
function drawInto(canvas, from) {
  const context = contextOf(canvas);
  context.imageSmoothingQuality = from.width < SMOOTH ? "high" : "low";
  context.drawImage(from, 0, 0, canvas.width, canvas.height);
}

/**
 * Make a canvas that shows a crop and says what it is.
 *
 * @param {Crop | null} crop
 * @param {string} label
 * @param {number} [size]
 */
export function canvasOf(crop, label, size = 192) {
  const canvas = newCanvas(size);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  if (crop) paint(canvas, crop);
  return canvas;
}

/**
 * Read the crops of a picture file: squares of 64 pixels, one under the other.
 *
 * @param {string} address relative to the page
 * @returns {Promise<Crop[]>}
 */
export async function readCrops(address) {
  const image = new Image(); // not fetch: the style sheet and thumbnails show the same files
  image.src = new URL(address, document.baseURI).href;
  await image.decode();
  const canvas = newCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser gives no canvas.");
  context.drawImage(image, 0, 0);
  return Array.from(
    { length: Math.floor(canvas.height / SIDE) },
    (_, i) => context.getImageData(0, i * SIDE, SIDE, SIDE).data,
  );
}

/**
 * Convert RGBA to the planes that a model sees: (3, 64, 64) in [0, 1].
 *
 * @param {Crop} crop
 */
export function toPlanes(crop) {
  const area = SIDE * SIDE;
  const planes = new Float32Array(3 * area);
  for (let i = 0; i < area; i++) {
    for (let colour = 0; colour < 3; colour++) planes[colour * area + i] = crop[i * 4 + colour] / 255;
  }
  return planes;
}

/**
 * Convert planes to RGBA: the inverse of toPlanes.
 *
 * @param {ArrayLike<number>} planes
 */
export function toCrop(planes) {
  const area = SIDE * SIDE;
  const crop = new Uint8ClampedArray(area * 4).fill(255);
  for (let i = 0; i < area; i++) {
    for (let colour = 0; colour < 3; colour++) crop[i * 4 + colour] = planes[colour * area + i] * 255;
  }
  return crop;
}

/**
 * Return crop `index` of several, one after the other.
 *
 * @param {Uint8ClampedArray} pixels
 * @param {number} index
 * @returns {Crop}
 */
export function cropAt(pixels, index) {
  const size = SIDE * SIDE * 4;
  return pixels.slice(index * size, (index + 1) * size);
}
