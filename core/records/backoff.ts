/**
 * When to try again what failed.
 * @module
 */

/** Longest wait between two tries, in milliseconds. */
const LONGEST_MS = 60 * 60 * 1000;

/**
 * The wait before the next try, in milliseconds: 2 s after the first, doubled with each, one hour at most.
 * @param tries how many tries have failed so far, at least 1
 */
export function backoffMs(tries: number): number {
  return Math.min(LONGEST_MS, 2000 * 2 ** Math.min(Math.max(tries, 1) - 1, 20));
}
