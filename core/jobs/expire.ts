/**
 * Ends transfers that nobody paid in time, and drafts for which nobody chose.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import { expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { isHistoryInDoubt } from "../stellar/history-alarm.ts";
import { apply, type Books } from "../transfers/record.ts";
import type { Budget, Job } from "./job.ts";

const transfers = rowsOfTable("transfers");

/** Who would have told of a payment: nobody before there was anything to pay. */
const PLACE =
  `case when state <> 'waiting' then '' when kind = 'withdrawal' then 'ledger' else 'rail:' || rail end`;
const UNPAID = `from transfers where state in ('draft', 'kyc', 'instructing', 'waiting')`;

/**
 * The job `expire`: by the database's clock (M-29). Who was told where to pay may have paid while nobody read, so the place
 * is read up to its head first, and what cannot be read ends nothing (R-06-151). Money that comes later is kept and linked
 * to the transfer.
 * @param readers the jobs `ledger` and `rail:<name>`; a rail without one is told by webhook or file alone
 */
export function expireJob(books: Books, readers: readonly Job[] = [], everyMs = 30_000): Job {
  return {
    name: "expire",
    everyMs,
    run: async (budget) => {
      const [places, now] = await books.db.read([
        { sql: `select distinct ${PLACE} as place ${UNPAID} and expires_ms <= ${NOW_MS} limit 100` },
        { sql: `select ${NOW_MS} as now_ms` },
      ]);
      const [nowRow] = now ?? [];
      const read: string[] = [];
      for (const place of (places ?? []).map((row) => transfers.text(row, "place"))) {
        const reader = readers.find(({ name }) => name === place);
        if (reader && !await isReadUp(reader, budget)) continue;
        // While the history is in doubt nobody watches, so nobody knows who has paid (M-10).
        if (place === "ledger" && await isHistoryInDoubt(books.db)) continue;
        read.push(place);
      }
      if (read.length === 0 || !nowRow) return 0;
      const nowMs = transfers.count(nowRow, "now_ms");
      // What cannot be read takes no other's turn, and what ran out during the reading has its own.
      const due = await books.db.query({
        sql: `select id ${UNPAID} and expires_ms <= ? and ${PLACE} in (${read.map(() => "?").join(", ")})
              order by expires_ms limit 200`,
        args: [nowMs, ...read],
      });
      for (const row of due) {
        if (budget.isSpent()) break;
        await apply(
          books,
          transfers.text(row, "id"),
          { type: "time_ran_out" },
          // What was chosen meanwhile has a deadline of its own now: a draft's says nothing of it.
          ({ expiresMs }) => expiresMs !== null && expiresMs <= nowMs ? [] : [expect("false")],
        );
      }
      return due.length;
    },
  };
}

/** The reader's own turn says why it cannot read. */
async function isReadUp(reader: Job, budget: Budget): Promise<boolean> {
  try {
    while (!budget.isSpent()) if (await reader.run(budget) === 0) return true;
  } catch {
    return false;
  }
  return false;
}
