// torch's generator for the CPU: the same seed draws the same noise here as on the server (within float32).

const WORDS = 624; // of the Mersenne Twister's state (Matsumoto and Nishimura 1998)
const AHEAD = 397;
const BLOCK = 16; // torch draws normal numbers in blocks, if there are at least as many

/** A Mersenne Twister that draws what torch.Generator().manual_seed(seed) draws. */
export class Generator {
  #state = new Uint32Array(WORDS);
  #next = WORDS;
  /** @type {number | null} */
  #spare = null; // the second number of a pair, where numbers are drawn one by one

  /** @param {number} seed a whole number from 0 to 4294967295 */
  constructor(seed) {
    this.#state[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      const last = this.#state[i - 1];
      this.#state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
    }
  }

  /**
   * Draw n standard normal numbers, as torch.randn(n, generator=...) does.
   *
   * @param {number} n
   * @returns {Float32Array}
   */
  randn(n) {
    if (n < BLOCK) return Float32Array.from({ length: n }, () => this.#normal());
    const values = Float32Array.from({ length: n }, () => this.#uniform());
    for (let at = 0; at + BLOCK <= n; at += BLOCK) toNormal(values, at);
    if (n % BLOCK) {
      for (let i = n - BLOCK; i < n; i++) values[i] = this.#uniform(); // torch draws the last block anew
      toNormal(values, n - BLOCK);
    }
    return values;
  }

  /** @returns {number} a whole number of 32 bits */
  #word() {
    if (this.#next === WORDS) this.#twist();
    let word = this.#state[this.#next++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #twist() {
    const state = this.#state;
    for (let i = 0; i < WORDS; i++) {
      const joined = (state[i] & 0x80000000) | (state[(i + 1) % WORDS] & 0x7fffffff);
      state[i] = state[(i + AHEAD) % WORDS] ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }

  /** @returns {number} in [0, 1), of 24 bits */
  #uniform() {
    return (this.#word() & 0xffffff) / 2 ** 24;
  }

  /** @returns {number} in [0, 1), of 53 bits */
  #precise() {
    const high = this.#word() & 0x1fffff;
    return (high * 2 ** 32 + this.#word()) / 2 ** 53;
  }

  /** @returns {number} one standard normal number, by Box and Muller's pairs */
  #normal() {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    const angle = 2 * Math.PI * this.#precise();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#precise()));
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/**
 * Turn a block of 16 uniform numbers into normal ones, by Box and Muller: i and i + 8 make a pair.
 *
 * @param {Float32Array} values
 * @param {number} start
 */
function toNormal(values, start) {
  for (let i = start; i < start + BLOCK / 2; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[i]));
    const angle = 2 * Math.PI * values[i + BLOCK / 2];
    values[i] = radius * Math.cos(angle);
    values[i + BLOCK / 2] = radius * Math.sin(angle);
  }
}

/**
 * Draw n standard normal numbers of a seed.
 *
 * @param {number} seed a whole number from 0 to 4294967295
 * @param {number} n
 * @returns {Float32Array}
 */
export function randn(seed, n) {
  return new Generator(seed).randn(n);
}
