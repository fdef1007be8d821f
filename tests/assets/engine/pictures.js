// Pictures drawn by formulas, the same numbers as tests/assets/engine/tables.py draws: (3, 64, 64), planes first.

const LENGTH = 3 * 64 * 64;
export const LATENTS = 32;

/**
 * @param {(i: number) => number} value of the number at index i
 */
const draw = (value) => Float32Array.from({ length: LENGTH }, (_, i) => value(i));

export const DOTS = draw((i) => ((i * 7919) % 257) / 256);
export const SMOOTH = draw((i) => ((i % 64) * (Math.floor(i / 64) % 64) + 64 * Math.floor(i / 4096)) / 8192);
export const NEAR = draw((i) => SMOOTH[i] + DOTS[i] / 64);
export const RAMP = draw((i) => SMOOTH[i] + (i % 64) / 128);
export const FLAT = draw(() => 0.5);

/** @type {Record<string, Float32Array>} */
export const PICTURES = { dots: DOTS, smooth: SMOOTH, near: NEAR, flat: FLAT };

/** A code with a deviation of about 0.1 in each dimension. */
export const CODE = {
  mean: Float32Array.from({ length: LATENTS }, (_, j) => (((j * 5) % 7) - 3) / 4),
  logvar: Float32Array.from({ length: LATENTS }, (_, j) => -4 - (j % 3)),
};

/** A code of which some dimensions are inactive. */
export const SPREAD = { mean: CODE.mean, logvar: CODE.mean.map((_, j) => -(j % 5)) };

/**
 * Draw the faces of codes (n, D): a substitute for a decoder.
 * @param {Float32Array} codes
 */
export function drawFaces(codes) {
  const n = codes.length / LATENTS;
  return Float32Array.from({ length: n * LENGTH }, (_, i) => {
    const code = Math.floor(i / LENGTH) * LATENTS;
    return 1 / (1 + Math.exp(-codes[code + ((i % LENGTH) % LATENTS)]));
  });
}

/** A picture near the face of `CODE`. */
export const PORTRAIT = (() => {
  const face = drawFaces(CODE.mean);
  return draw((i) => (Math.floor(64 * face[i] + 0.5) + ((i * 7919) % 9) - 4) / 64);
})();
