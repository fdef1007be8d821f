// A density as a soft picture of one hue.

const FINE = 8; // pixels a bin is smoothed to
const images = new WeakMap(); // of a density, its picture: a pointer that moves needs no new one

/**
 * Draw a map's density in a colour, [red, green, blue].
 *
 * @param {import("./types.js").Place} place
 * @param {import("./types.js").CodeMap} map
 * @param {number[]} colour
 */
export function drawDensity({ pen, at }, { density, bins, xRange, yRange }, colour) {
  const kept = images.get(density);
  const image = kept?.key === `${colour}` ? kept.image : pictureOf(density, bins, colour);
  images.set(density, { key: `${colour}`, image });
  const [rimX, rimY] = [xRange, yRange].map(([low, high]) => (2 * (high - low)) / bins);
  const [left, top] = at([xRange[0] - rimX, yRange[1] + rimY]);
  const [right, bottom] = at([xRange[1] + rimX, yRange[0] - rimY]);
  const [width, height] = [right - left, bottom - top].map((length) => Math.max(length, 6)); // a dead dimension's line
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, (left + right - width) / 2, (top + bottom - height) / 2, width, height);
}

/**
 * Draw the density as a cubic B-spline over its bins, two empty ones around them; opacity by the root, as the levels.
 *
 * @param {Uint8Array} density
 * @param {number} bins
 * @param {number[]} colour
 */
function pictureOf(density, bins, colour) {
  const size = (bins + 4) * FINE;
  const spline = (/** @type {number} */ t) => (t < 1 ? 2 / 3 - t * t + t ** 3 / 2 : t < 2 ? (2 - t) ** 3 / 6 : 0);
  const weights = Array.from({ length: size }, (_, row) =>
    Array.from({ length: bins }, (_, bin) => spline(Math.abs((row + 0.5) / FINE - 2.5 - bin))),
  );
  const columns = weights.map((weight) =>
    Array.from({ length: bins }, (_, y) => weight.reduce((sum, w, x) => sum + w * density[x * bins + y] ** 2, 0)),
  );
  const values = weights.flatMap((weight) =>
    columns.map((column) => weight.reduce((sum, w, y) => sum + w * column[y], 0)),
  );
  const largest = values.reduce((a, b) => Math.max(a, b), 1);
  const picture = new ImageData(size, size);
  values.forEach((value, i) => {
    const flipped = (size - 1 - Math.floor(i / size)) * size + (i % size); // upwards
    picture.data.set([...colour, 235 * Math.sqrt(value / largest)], 4 * flipped);
  });
  const canvas = new OffscreenCanvas(size, size);
  penOf(canvas).putImageData(picture, 0, 0);
  return canvas;
}

/** @param {OffscreenCanvas} canvas */
function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser gives no canvas.");
  return pen;
}

/**
 * Read a colour as numbers.
 *
 * @param {string} colour
 */
export function rgb(colour) {
  const pen = penOf(new OffscreenCanvas(1, 1));
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}
