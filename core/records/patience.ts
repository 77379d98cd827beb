/**
 * How long and how often something is tried: a few times and a few seconds in all, so that whoever waits for it still
 * listens when it is done, or hears that it is not.
 * @module
 */
import type { Driver } from "./driver.ts";
import { RemoteRefusal } from "./remote-refusal.ts";
import { TurnNeverCame } from "./turns.ts";

/** The tries of one read or write. */
export interface Patience {
  /** Waits until the next try is due. @returns false when there is none: nothing may cure it, or it took too long */
  again(error: unknown): Promise<boolean>;
}

/** Begins to count, with the first try. */
export function patienceOf({ tries, patienceMs, kind }: Driver): Patience {
  const end = performance.now() + patienceMs;
  let failed = 0;
  return {
    async again(error) {
      failed++;
      if (failed >= tries || error instanceof TurnNeverCame) return false;
      const refusal = error instanceof RemoteRefusal ? error : null;
      if (refusal?.isLasting) return false;
      // A local driver has waited inside for the other process's lock already.
      const wait = kind === "remote" ? Math.max(refusal?.waitMs ?? 0, restMs(failed)) : 0;
      if (performance.now() + wait >= end) return false;
      if (wait > 0) await new Promise((resume) => setTimeout(resume, wait));
      return true;
    },
  };
}

/**
 * About 20 ms, then 160 ms, of no fixed length: what failed for many instances at once shall not come again from all of
 * them together.
 */
function restMs(failed: number): number {
  return 20 * 8 ** (failed - 1) * (0.5 + Math.random());
}
