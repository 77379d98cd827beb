/**
 * Figures of several rounds.
 * @module
 */

/** The middle of some values, the mean of the two middle ones of an even number; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this share of them lies, interpolated; NaN of none. @param share 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) return NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** How far the rounds lie apart: half of the distance between the quartiles, as a share of the median. */
export function spread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);
}

/**
 * The median ratio of two figures that were taken in turns: round by round, so that what slowed the machine down for a
 * while slowed both.
 */
export function ratio(values: readonly number[], to: readonly number[]): number {
  return median(values.flatMap((value, round) => {
    const other = to[round];
    return other === undefined ? [] : [value / other];
  }));
}
