/**
 * Reads ledger and banks up to their heads before this process pays for the first time (M-14): a database that was
 * restored from a backup meets what it has paid since before it pays again.
 * @module
 */
import { type Budget, budgetOf, type Job } from "./job.ts";

/** How long one call may read. */
const READ_MS = 10_000;

/**
 * Creates the gate for `readUp` of both payout performers.
 * @param jobs that read: the ledger's, and one for each rail with a statement
 * @param isInDoubt whether the ledger's history does not fit (M-10): what stops at that has not read anything
 * @returns true once every one of them has come to its head since this process began; while they read, and after a
 * failure, false: the payout stays due
 */
export function createReadUp(
  jobs: readonly Job[],
  isInDoubt: () => Promise<boolean>,
  budget: () => Budget = () => budgetOf(READ_MS),
) {
  const unread = new Set(jobs);
  let isReading = false;

  async function read(): Promise<void> {
    const { isSpent } = budget();
    for (const job of unread) {
      while (!isSpent()) {
        // What a reading moves may ask this very gate: it is told to wait, as anybody is.
        if (await job.run({ isSpent }) > 0) continue;
        if (await isInDoubt()) return;
        unread.delete(job);
        break;
      }
    }
  }

  return async function readUp(): Promise<boolean> {
    if (unread.size === 0) return true;
    if (isReading) return false;
    isReading = true;
    try {
      await read();
    } finally {
      isReading = false;
    }
    return unread.size === 0;
  };
}
