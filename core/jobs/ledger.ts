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

/** The job `ledger`. `onMoved` gets ids of transfers whose effects may be due now. */
export function ledgerJob(
  { db, horizon, accounts, isOurs, receiving, onMoved, everyMs = 1_000 }: {
    readonly db: Database;
    readonly horizon: Horizon;
    /** `G…` whose operations are read. */
    readonly accounts: readonly string[];
    readonly isOurs: (account: string) => boolean;
    readonly receiving: LedgerReceiving;
    readonly onMoved: (transferIds: readonly string[]) => Promise<void>;
    readonly everyMs?: number;
  },
): Job {
  return {
    name: "ledger",
    everyMs,
    run: async (budget) => {
      const read = await readNew(db, horizon, accounts, { pages: 20, isSpent: budget.isSpent });
      if (read.kind === "stopped") return 0;
      const moved: string[] = [];
      for (const transaction of await takeUnprocessed(db, isOurs, 200)) {
        if (budget.isSpent()) break;
        moved.push(...await takeTransaction(receiving, transaction));
      }
      if (moved.length > 0) await onMoved(moved);
      return read.kind === "more" ? 1 : 0;
    },
  };
}
