// Scores of a reconstruction (metrics/reconstruction.py, ui/scoring.py): pictures are (3, 64, 64) in [0, 1], planes first.

const SIDE = 64;
const AREA = SIDE * SIDE;
const ACTIVE = 0.1; // nats above which a dimension is active for a face
const WINDOW = 11; // Wang et al. 2004, section III-C
const SIGMA = 1.5;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;
const ROUNDING = 1 / (12 * 255 ** 2); // variance that rounding to 8 bits adds to any image

/**
 * @param {Float32Array} x
 * @param {Float32Array} reconstruction
 */
export function squaredError(x, reconstruction) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - reconstruction[i]) ** 2;
  return sum;
}

/**
 * Compute the fraction of variance unexplained: squared error / variance around the mean colour.
 *
 * @param {Float32Array} x
 * @param {Float32Array} reconstruction
 */
export function unexplainedVariance(x, reconstruction) {
  let variance = 0;
  for (let start = 0; start < x.length; start += AREA) {
    const plane = x.subarray(start, start + AREA);
    const mean = plane.reduce((sum, value) => sum + value, 0) / AREA;
    variance += plane.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  }
  return squaredError(x, reconstruction) / x.length / Math.max(variance, ROUNDING);
}

const BELL = (() => {
  const bell = Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)));
  const sum = bell.reduce((total, value) => total + value, 0);
  return bell.map((value) => value / sum);
})();

/**
 * Average a plane in the Gaussian window, at all positions at which it lies inside: across, then down.
 *
 * @param {Float64Array} plane (64, 64)
 * @returns {Float64Array} (54, 54)
 */
function localMean(plane) {
  const size = SIDE - WINDOW + 1;
  const across = new Float64Array(SIDE * size);
  const both = new Float64Array(size * size);
  for (let at = 0; at < across.length; at++) {
    const start = Math.floor(at / size) * SIDE + (at % size);
    let sum = 0; // in a variable: three times as fast as in the array
    for (let k = 0; k < WINDOW; k++) sum += BELL[k] * plane[start + k];
    across[at] = sum;
  }
  for (let at = 0; at < both.length; at++) {
    let sum = 0;
    for (let k = 0; k < WINDOW; k++) sum += BELL[k] * across[at + k * size];
    both[at] = sum;
  }
  return both;
}

/**
 * Compute the structural similarity (Wang et al. 2004, eq. 13), averaged over channels and positions.
 *
 * @param {Float32Array} x
 * @param {Float32Array} reconstruction
 */
export function ssim(x, reconstruction) {
  let sum = 0;
  let count = 0;
  for (let start = 0; start < x.length; start += AREA) {
    const a = Float64Array.from(x.subarray(start, start + AREA));
    const b = Float64Array.from(reconstruction.subarray(start, start + AREA));
    const [meanA, meanB] = [localMean(a), localMean(b)];
    const [squareA, squareB] = [localMean(a.map((v) => v * v)), localMean(b.map((v) => v * v))];
    const product = localMean(a.map((v, i) => v * b[i]));
    for (let i = 0; i < meanA.length; i++) {
      const [ma, mb] = [meanA[i], meanB[i]];
      const variances = squareA[i] - ma * ma + squareB[i] - mb * mb;
      const top = (2 * ma * mb + C1) * (2 * (product[i] - ma * mb) + C2);
      sum += top / ((ma * ma + mb * mb + C1) * (variances + C2));
    }
    count += meanA.length;
  }
  return sum / count;
}

/**
 * Compute KL[q(z_j|x) || N(0, 1)] of every dimension, in nats; null for a point code.
 *
 * @param {import("./types.js").Code} code
 * @returns {Float32Array | null}
 */
export function kl({ mean, logvar }) {
  return logvar && mean.map((m, j) => 0.5 * (m * m + Math.exp(logvar[j]) - 1 - logvar[j]));
}

/**
 * @param {Float32Array} x
 * @param {Float32Array} reconstruction
 * @param {Float32Array | null} nats of each dimension
 * @returns {import("./types.js").Scores}
 */
export function score(x, reconstruction, nats) {
  const error = squaredError(x, reconstruction);
  return {
    squaredError: error,
    mse: error / x.length,
    psnr: -10 * Math.log10(error / x.length),
    ssim: ssim(x, reconstruction),
    kl: nats === null ? null : nats.reduce((sum, value) => sum + value, 0),
    activeDimensions: nats === null ? null : nats.filter((value) => value > ACTIVE).length,
  };
}
