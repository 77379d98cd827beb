/**
 * What a job is (DESIGN §9): a plain function that does some of what is due and may be run again at any time, by two
 * processes at once (M-30).
 * @module
 */

/** How long a run may go on. */
export interface Budget {
  /** True when no further step may be begun. */
  readonly isSpent: () => boolean;
}

/** One job. */
export interface Job {
  /** Names the lease and the log. */
  readonly name: string;
  /** Milliseconds between two runs of a loop. */
  readonly everyMs: number;
  /**
   * One cheap read that says whether there is anything to do: where there is not, the run costs no lease, whose taking and
   * giving back are two writes. Absent: only a run can tell.
   */
  readonly isDue?: () => Promise<boolean>;
  /** @returns how much was done; anything above zero asks for another run at once */
  readonly run: (budget: Budget) => Promise<number>;
}

/** A budget of milliseconds from now, that also ends with a signal. */
export function budgetOf(ms: number, signal?: AbortSignal): Budget {
  const end = performance.now() + ms;
  return { isSpent: () => performance.now() >= end || signal?.aborted === true };
}
