// Ways between two codes: straight, or along an arc (vae_models/latent_paths.py).

const NEARLY_STRAIGHT = 1e-4; // sine of an angle below which an arc equals its chord

/** @param {ArrayLike<number>} code */
export const lengthOf = (code) => Math.sqrt(Array.from(code).reduce((sum, value) => sum + value * value, 0));

/**
 * a + t (b - a)
 *
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {number} t
 */
export const lerp = (a, b, t) => a.map((value, i) => value + t * (b[i] - value));

/**
 * Turn from one code's direction to the other's, and change its length evenly (Shoemake 1985). Parallel, opposite and
 * zero codes have no unique arc: their way is the straight line.
 *
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {number} t
 */
export function slerp(a, b, t) {
  const [lengthA, lengthB] = [lengthOf(a), lengthOf(b)];
  if (!lengthA || !lengthB) return lerp(a, b, t);
  const difference = lengthOf(a.map((value, i) => value / lengthA - b[i] / lengthB));
  const sum = lengthOf(a.map((value, i) => value / lengthA + b[i] / lengthB));
  const angle = 2 * Math.atan2(difference, sum); // Kahan: an arc cosine loses half the digits near 0 and pi
  if (Math.sin(angle) < NEARLY_STRAIGHT) return lerp(a, b, t);
  const length = lengthA + t * (lengthB - lengthA);
  const partA = ((Math.sin((1 - t) * angle) / Math.sin(angle)) * length) / lengthA;
  const partB = ((Math.sin(t * angle) / Math.sin(angle)) * length) / lengthB;
  return a.map((value, i) => partA * value + partB * b[i]);
}
