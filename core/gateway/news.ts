/**
 * News of money and customers in this deployment: what reads it, and what follows at once from money that moved.
 * @module
 */
import type { Customers } from "../customers/mod.ts";
import type { Effects } from "../effects.ts";
import { createInboxReader, type ReadInbox } from "../inbox.ts";
import { createReadUp } from "../jobs/read-up.ts";
import { describeError, type Log } from "../log.ts";
import type { Pause } from "../pause.ts";
import type { Database } from "../records/database.ts";
import type { Inbox } from "../records/inbox.ts";
import { isHistoryInDoubt } from "../stellar/history-alarm.ts";
import type { Books } from "../transfers/record.ts";
import { REQUEST_BUDGET_MS } from "./budget.ts";
import { readingJobs } from "./jobs.ts";
import type { Modules } from "./modules.ts";
import type { MoneyRoom } from "./money.ts";

/** The room. */
export interface NewsRoom {
  /** A payout may be due now; it is performed by whoever took the news in, and by the job if that ends early. */
  readonly onMoved: (ids: readonly string[]) => Promise<void>;
  /** Whether ledger and banks have been read up to their heads once: nothing is paid before (M-14). */
  readonly readUp: () => Promise<boolean>;
  /** Reads what was put into the inbox. */
  readonly readInbox: ReadInbox;
}

/** Builds the room. @param effects those that follow; they are built of what is read here */
export function newsRoom({ db, log, pause, report, books, modules, money, inbox, customers, effects }: {
  readonly db: Database;
  readonly log: Log;
  readonly pause?: Pause;
  readonly report: (subject: string, error: unknown) => void;
  readonly books: Books;
  readonly modules: Modules;
  readonly money: MoneyRoom;
  readonly inbox: Inbox;
  readonly customers: Pick<Customers, "readWebhook">;
  readonly effects: () => Pick<Effects, "performOfEach">;
}): NewsRoom {
  const onMoved: NewsRoom["onMoved"] = async (ids) => {
    await pause?.("money.written");
    await effects().performOfEach(ids, REQUEST_BUDGET_MS);
  };
  const reading = createReadUp(
    readingJobs({ books, modules, money, onMoved }),
    () => isHistoryInDoubt(db),
  );
  return {
    onMoved,
    async readUp() {
      try {
        return await reading();
      } catch (error) {
        log("warning", "payouts.wait", describeError(error));
        return false;
      }
    },
    readInbox: createInboxReader({
      inbox,
      receiving: money.bankReceiving,
      railOf: modules.railOf,
      onMoved,
      report,
      readKyc: async (instance, request) => {
        const end = await customers.readWebhook(instance, request);
        return end.kind === "failed" ? { error: end.error } : null;
      },
    }),
  };
}
