/**
 * Callers who wait for a transaction to be in a ledger.
 * @module
 */

/** After so many ledgers without their transaction, callers are told that nothing is known. */
const PATIENCE = 3;

/** The callers who wait. */
export interface Waiters {
  /** Waits for a transaction from the given ledger on; false when it took too long. */
  wait(id: string, since: number): Promise<boolean>;
  /** Tells those who wait for one of these, and those who have waited long enough. */
  settle(ids: readonly string[], sequence: number): void;
  /** Tells all that nothing is known, and from now on everybody at once. */
  release(): void;
  /** How many wait. */
  count(): number;
}

/** Nobody waits yet. */
export function createWaiters(): Waiters {
  let released = false;
  let waiting: { id: string; until: number; tell: (found: boolean) => void }[] = [];
  return {
    wait(id, since) {
      if (released) return Promise.resolve(false);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      waiting.push({ id, until: since + PATIENCE, tell: resolve });
      return promise;
    },
    settle(ids, sequence) {
      const found = new Set(ids);
      waiting = waiting.filter(({ id, until, tell }) => {
        const decided = found.has(id);
        if (!decided && sequence < until) return true;
        tell(decided);
        return false;
      });
    },
    release() {
      released = true;
      for (const { tell } of waiting) tell(false);
      waiting = [];
    },
    count: () => waiting.length,
  };
}
