// Where a reconstruction errs, as colours (ui/scoring.py: error_map).

const WORST = 0.35; // of a colour value, where the map is brightest
/** @type {[number, number, number][]} */
const MAGMA = [
  [0, 0, 4],
  [81, 18, 124],
  [183, 55, 121],
  [252, 137, 97],
  [252, 253, 191],
];

/**
 * Draw the root mean squared error of each pixel over its colours, dark where there is none.
 *
 * @param {Float32Array} x (3, 64, 64) in [0, 1]
 * @param {Float32Array} reconstruction (3, 64, 64) in [0, 1]
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA
 */
export function drawErrors(x, reconstruction) {
  const area = x.length / 3;
  const pixels = new Uint8ClampedArray(area * 4).fill(255);
  for (let i = 0; i < area; i++) {
    let sum = 0;
    for (let at = i; at < x.length; at += area) sum += (x[at] - reconstruction[at]) ** 2;
    const stop = Math.min(Math.sqrt(sum / 3) / WORST, 1) * (MAGMA.length - 1);
    const below = Math.min(Math.floor(stop), MAGMA.length - 2);
    for (let colour = 0; colour < 3; colour++) {
      const [from, to] = [MAGMA[below][colour], MAGMA[below + 1][colour]];
      pixels[i * 4 + colour] = from + (to - from) * (stop - below);
    }
  }
  return pixels;
}
