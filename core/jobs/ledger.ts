/**
 * Reads the ledger's operations on our accounts and takes them in.
 * @module
 */
import type { Database } from "../records/database.ts";
import type { Horizon } from "../stellar/horizon.ts";
import { type LedgerReceiving, takeTransaction } from "../stellar/receive.ts";
import { takeUnprocessed } from "../stellar/unprocessed.ts";
import { readNew } from "../stellar/watch.ts";
import type { Job } from "./job.ts";

/** About as often as ledgers close: in a long-lived process a stream wakes the job before (M-9). */
const LEDGER_MS = 5_000;
/** Transactions of one round. */
const MOST_TRANSACTIONS = 200;

/** The job `ledger`, or of another name where accounts are read apart. `onMoved` gets ids of transfers whose effects may be due now. */
export function ledgerJob(
  { db, horizon, accounts, isOurs, receiving, onMoved, everyMs = LEDGER_MS, name = "ledger" }: {
    readonly db: Database;
    readonly horizon: Horizon;
    /** `G…` whose operations are read. */
    readonly accounts: readonly string[];
    readonly isOurs: (account: string) => boolean;
    readonly receiving: LedgerReceiving;
    readonly onMoved: (transferIds: readonly string[]) => Promise<void>;
    readonly everyMs?: number;
    readonly name?: string;
  },
): Job {
  return {
    name,
    everyMs,
    run: async (budget) => {
      const read = await readNew(db, horizon, accounts, { pages: 20, isSpent: budget.isSpent });
      if (read.kind === "stopped") return 0;
      const transactions = await takeUnprocessed(db, isOurs, MOST_TRANSACTIONS);
      const moved: string[] = [];
      const faults: unknown[] = [];
      let tried = 0;
      for (const transaction of transactions) {
        if (budget.isSpent()) break;
        tried++;
        try {
          moved.push(...await takeTransaction(receiving, transaction));
        } catch (error) {
          // One that cannot be taken in stays new, and holds up no other (M-11).
          faults.push(error);
        }
      }
      if (moved.length > 0) await onMoved(moved);
      if (faults.length > 0) {
        throw new AggregateError(faults, "Cannot take in every transaction on our accounts");
      }
      // What is left over was read and not taken in: whoever waits for the head has to come again (M-14).
      const isLeft = tried < transactions.length || transactions.length === MOST_TRANSACTIONS;
      return read.kind === "more" || isLeft ? 1 : 0;
    },
  };
}
