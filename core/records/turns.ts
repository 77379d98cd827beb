/**
 * One at a time, in the order in which they came.
 * @module
 */

/** Nothing was begun: those before it took too long. */
export class TurnNeverCame extends Error {
  override readonly name = "TurnNeverCame";
  constructor() {
    super("too many wait for it to answer");
  }
}

/**
 * Lets one piece of work run at a time.
 * @param longestWaitMs how long one waits for its turn before it is given up, unbegun
 * @returns runs work when its turn comes; rejects as the work does, or with {@link TurnNeverCame}
 */
export function oneAtATime(longestWaitMs: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting = new Set<() => void>();
  let isBusy = false;

  async function turn(): Promise<void> {
    if (!isBusy) {
      isBusy = true;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.add(resolve);
    const timer = setTimeout(() => {
      waiting.delete(resolve);
      reject(new TurnNeverCame());
    }, longestWaitMs);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  function over(): void {
    const [next] = waiting;
    if (next === undefined) {
      isBusy = false;
      return;
    }
    waiting.delete(next);
    next();
  }

  return async (work) => {
    await turn();
    try {
      return await work();
    } finally {
      over();
    }
  };
}
