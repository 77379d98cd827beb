/**
 * Erases what has been kept for long enough (DESIGN §4.6): of transfers, receipts and decisions after the retention of the
 * config, and of notes with which alarms were closed; of webhooks that were read and effects that were done after a month; marks of batches after a day.
 *
 * What stays for ever: transfers, their history, attempts, refunds, receipts, postings and memos (the books, and what makes
 * each of them happen once), the ledger's operations, alarms, the audit log, and the row of an erased customer. None of them
 * is read on a request's way or in a job's turn but by an index.
 * @module
 */
import { eraseOldNotes } from "../records/alarms.ts";
import type { Database } from "../records/database.ts";
import type { Inbox } from "../records/inbox.ts";
import type { Outbox } from "../records/outbox.ts";
import { eraseOldMarks } from "../records/write-marks.ts";
import { eraseOldDecisions, eraseOldReceipts, eraseOldTransfers } from "../transfers/retention.ts";
import type { Job } from "./job.ts";

/** How long a webhook of a bank that was read is kept, for disputes of what it said. */
const READ_WEBHOOK_MS = 30 * 86_400_000;
/** How long an effect that was done is kept, for whoever asks what happened. */
const DONE_EFFECT_MS = 30 * 86_400_000;

/** Rows of one kind in one run. */
const PAGE = 100;
/** Of effects, of which every transfer has several. */
const EFFECTS = 1_000;

/** The job `retention`: by the database's clock. @param retentionDays see `AnchorConfig` */
export function retentionJob(
  { db, inbox, outbox, retentionDays, everyMs = 3_600_000 }: {
    readonly db: Database;
    readonly inbox: Pick<Inbox, "eraseOld">;
    readonly outbox: Pick<Outbox, "eraseOld">;
    readonly retentionDays: number;
    readonly everyMs?: number;
  },
): Job {
  const retention = { retentionMs: retentionDays * 86_400_000, limit: PAGE };
  const steps: readonly (() => Promise<number>)[] = [
    () => eraseOldTransfers(db, retention),
    () => eraseOldReceipts(db, retention),
    () => eraseOldDecisions(db, retention),
    () => eraseOldNotes(db, retention),
    () => inbox.eraseOld({ ...retention, readMs: READ_WEBHOOK_MS }),
    () => outbox.eraseOld({ ...retention, doneMs: DONE_EFFECT_MS, limit: EFFECTS }),
    () => eraseOldMarks(db, PAGE),
  ];
  return {
    name: "retention",
    everyMs,
    run: async (budget) => {
      let erased = 0;
      for (const step of steps) {
        if (budget.isSpent()) break;
        erased += await step();
      }
      return erased;
    },
  };
}
