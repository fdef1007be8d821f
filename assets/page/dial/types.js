// One network for every beta, as records/models.json describes it.

/**
 * @typedef {object} Dial one network for every beta
 * @property {string} name
 * @property {string} title
 * @property {string} [base] family whose objective it has; none: "beta-vae"
 * @property {number} latents
 * @property {number} channels
 * @property {number} highest beta; the least is 1
 * @property {string | null} encoder
 * @property {string | null} decoder
 * @property {string | null} [densities] of its codes at beta 1
 * @property {string | null} [film]
 * @property {Curve | null} curve
 * @property {number[]} order numbers of the code at beta 1, the strongest first
 * @property {(number | null)[]} strengths in that order
 * @property {number} inUse at beta 1
 * @property {number[]} used numbers that are in use at beta 1
 * @property {string[]} kept offered features that a probe finds at beta 1
 *
 * @typedef {{beta: number[], squared_error: number[], kl: number[], active_units: number[]}} Curve means over the
 *   validation faces, beta increasing
 */

export {};
