// Numbers that are equal but for rounding.

import assert from "node:assert/strict";

/**
 * Assert that numbers are equal within a tolerance.
 * @param {Iterable<number>} actual
 * @param {Iterable<number>} expected
 * @param {number} tolerance
 */
export function assertNear(actual, expected, tolerance) {
  const [numbers, others] = [Array.from(actual), Array.from(expected)];
  assert.equal(numbers.length, others.length);
  for (const [i, number] of numbers.entries()) {
    assert.ok(Math.abs(number - others[i]) <= tolerance, `${number} instead of ${others[i]} at index ${i}`);
  }
}

/**
 * Assert that a number differs from another by at most a fraction of it.
 * @param {number} actual
 * @param {number} expected
 * @param {number} fraction
 */
export const assertRelative = (actual, expected, fraction) =>
  assertNear([actual], [expected], fraction * Math.abs(expected));
