/**
 * A straight line through samples, and whether it rises.
 * @module
 */

/** A sample at a time. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** A line of least squares. */
export interface Line {
  /** Value a unit of time. */
  readonly slope: number;
  /** Standard error of the slope: what chance alone may make of it. */
  readonly error: number;
  readonly mean: number;
  /** From the first sample to the last. */
  readonly span: number;
}

/** The line through at least three points; null through fewer, or through points of one moment. */
export function lineThrough(points: readonly Point[]): Line | null {
  const n = points.length;
  if (n < 3) return null;
  const sum = (of: (point: Point) => number) => points.reduce((total, point) => total + of(point), 0);
  const middle = sum(({ at }) => at) / n;
  const mean = sum(({ value }) => value) / n;
  const width = sum(({ at }) => (at - middle) ** 2);
  if (width === 0) return null;
  const slope = sum(({ at, value }) => (at - middle) * (value - mean)) / width;
  const rest = sum(({ at, value }) => (value - mean - slope * (at - middle)) ** 2);
  const times = points.map(({ at }) => at);
  return {
    slope,
    error: Math.sqrt(rest / (n - 2) / width),
    mean,
    span: Math.max(...times) - Math.min(...times),
  };
}

/** How much a value may seem to grow without growing. */
export interface Tolerance {
  /** A rise within the samples that is none. */
  readonly absolute: number;
  /** The same as a share of the mean. */
  readonly relative: number;
}

/**
 * How much the line rises within its samples, where that is growth: more than three standard errors of its slope and more
 * than both tolerances; else 0.
 */
export function growthOf(line: Line | null, { absolute, relative }: Tolerance): number {
  if (line === null) return 0;
  const rise = line.slope * line.span;
  const isSure = line.slope > 3 * line.error;
  return isSure && rise > absolute && rise > relative * line.mean ? rise : 0;
}
