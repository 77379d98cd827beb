/**
 * Durations of a million requests in a few kilobytes: counted in bounds that grow by a twentieth each, so that a percentile
 * is right to two and a half per cent.
 * @module
 */

/** The shortest duration that is told from shorter ones, in milliseconds. */
const LEAST = 0.05;
const GROWTH = Math.log(1.05);
const BOUNDS = 320;

/** Many durations, in milliseconds. */
export interface Histogram {
  readonly count: number;
  /** The longest. */
  readonly most: number;
  add(ms: number): void;
  /** Adds all of another. */
  merge(other: Histogram): void;
  /** The duration within which this share of them was, by the middle of its bound; 0 of none. @param share 0 to 1 */
  quantile(share: number): number;
  /** How many lie in each bound; for {@link merge}. */
  readonly counts: Uint32Array;
}

/** An empty one. */
export function newHistogram(): Histogram {
  const counts = new Uint32Array(BOUNDS);
  let count = 0;
  let most = 0;
  return {
    counts,
    get count() {
      return count;
    },
    get most() {
      return most;
    },
    add(ms) {
      const place = Math.min(BOUNDS - 1, Math.max(0, Math.ceil(Math.log(ms / LEAST) / GROWTH)));
      counts[place] = (counts[place] ?? 0) + 1;
      count++;
      if (ms > most) most = ms;
    },
    merge(other) {
      other.counts.forEach((more, place) => counts[place] = (counts[place] ?? 0) + more);
      count += other.count;
      most = Math.max(most, other.most);
    },
    quantile(share) {
      if (count === 0) return 0;
      const wanted = Math.max(1, Math.ceil(count * share));
      let seen = 0;
      const place = counts.findIndex((here) => (seen += here) >= wanted);
      const middle = LEAST * Math.exp(GROWTH * (place - 0.5));
      return Math.min(middle, most);
    },
  };
}
