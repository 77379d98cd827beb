/**
 * Counts what requests came to, by kind and by part of the run.
 * @module
 */
import type { Outcome } from "./ask.ts";
import { type Histogram, newHistogram } from "./histogram.ts";

/** What one kind came to. */
export interface KindTally {
  /** One for each part of the run, in order. */
  readonly parts: readonly Histogram[];
  errors: number;
}

/** Everything that was heard. */
export interface Tally {
  readonly kinds: ReadonlyMap<string, KindTally>;
  /** Each error with how often it came and the first that said so, for example `poll: 503 …`. */
  readonly errors: ReadonlyMap<string, number>;
  hear(outcome: Outcome): void;
  /** Durations of something that is no request. */
  took(kind: string, ms: number): void;
}

/** Different errors that are kept in words. */
const MOST_ERRORS = 20;

/**
 * An empty tally.
 * @param parts how many equal parts the run has
 * @param ms how long the run is; what comes later belongs to the last part
 */
export function newTally({ parts, ms }: { readonly parts: number; readonly ms: number }): Tally {
  const begun = performance.now();
  const kinds = new Map<string, KindTally>();
  const errors = new Map<string, number>();

  function kindOf(kind: string): KindTally {
    const known = kinds.get(kind);
    if (known) return known;
    const made = { parts: Array.from({ length: parts }, newHistogram), errors: 0 };
    kinds.set(kind, made);
    return made;
  }

  const place = () => Math.min(parts - 1, Math.floor((performance.now() - begun) / ms * parts));

  return {
    kinds,
    errors,
    hear({ kind, ms, error }) {
      const tally = kindOf(kind);
      tally.parts[place()]?.add(ms);
      if (error === null) return;
      tally.errors++;
      const known = [...errors.keys()].find((one) => sameError(one, `${kind}: ${error}`));
      if (known !== undefined) errors.set(known, (errors.get(known) ?? 0) + 1);
      else if (errors.size < MOST_ERRORS) errors.set(`${kind}: ${error}`, 1);
    },
    took(kind, ms) {
      kindOf(kind).parts[place()]?.add(ms);
    },
  };
}

/** Errors that differ by the request's id alone are one. */
function sameError(one: string, other: string): boolean {
  const withoutId = (text: string) => text.replace(/ request \S+$/, "");
  return withoutId(one) === withoutId(other);
}

/** All durations of these kinds together. */
export function together(tallies: Iterable<KindTally>): Histogram {
  const all = newHistogram();
  for (const { parts } of tallies) for (const part of parts) all.merge(part);
  return all;
}
