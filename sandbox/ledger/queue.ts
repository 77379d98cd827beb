/**
 * Transactions that were taken at the door and wait for a ledger: at most one for each source account, as the network
 * has it.
 * @module
 */
import type { Candidate } from "./close.ts";
import { innerId, type Submitted } from "./envelope.ts";
import { leastFee } from "./validate.ts";

/** A candidate with the first ledger that may take it. */
export interface Queued extends Candidate {
  notBefore: number;
}

/** How a newcomer stands to what already waits. */
export type Standing =
  /** Nothing of its source waits. */
  | { kind: "free" }
  /** It, or a bump of it, waits already, for this ledger or a later one. */
  | { kind: "duplicate"; notBefore: number }
  /** It bumps what waits by enough to take its place. */
  | { kind: "replaces" }
  /** It bumps what waits by too little; the fee in stroops would have been enough. */
  | { kind: "too_cheap"; feeNeeded: bigint }
  /** Something else of its source waits: the network asks to come again later, Horizon says nothing. */
  | { kind: "later" };

/** By how much a bump has to offer more than what it replaces. */
const REPLACEMENT_FACTOR = 10n;

/** The waiting transactions. */
export interface Queue {
  /** How a transaction stands to what waits. */
  standing(submitted: Submitted): Standing;
  /** Adds one, in place of another of its source. */
  add(queued: Queued): void;
  /** Those that a ledger may take, oldest first. */
  ready(sequence: number): Queued[];
  /** Forgets one. */
  remove(submitted: Submitted): void;
  /** Forgets all. */
  clear(): void;
}

/** An empty queue. */
export function createQueue(): Queue {
  const bySource = new Map<string, Queued>();
  return {
    standing(submitted) {
      const queued = bySource.get(submitted.inner.source.account);
      if (queued === undefined) return { kind: "free" };
      const { submitted: waiting, notBefore } = queued;
      if (waiting.id === submitted.id || innerId(waiting) === submitted.id) {
        return { kind: "duplicate", notBefore };
      }
      if (submitted.bump === undefined || submitted.inner.sequence !== waiting.inner.sequence) {
        return { kind: "later" };
      }
      const bid = submitted.bump.fee * leastFee(waiting);
      const needed = (waiting.bump?.fee ?? waiting.inner.fee) * leastFee(submitted) * REPLACEMENT_FACTOR;
      if (bid >= needed) return { kind: "replaces" };
      return { kind: "too_cheap", feeNeeded: (needed + leastFee(waiting) - 1n) / leastFee(waiting) };
    },
    add(queued) {
      const source = queued.submitted.inner.source.account;
      bySource.delete(source);
      bySource.set(source, queued);
    },
    ready: (sequence) => [...bySource.values()].filter(({ notBefore }) => notBefore <= sequence),
    remove(submitted) {
      const source = submitted.inner.source.account;
      if (bySource.get(source)?.submitted.id === submitted.id) bySource.delete(source);
    },
    clear: () => bySource.clear(),
  };
}
