/**
 * Instances that records still need: one that the config has lost would leave transfers, reviews or news unfinished, a
 * payout that comes back unheard (M-21), money of unknown owners without a way back (M-19); so the start refuses
 * (DESIGN §5).
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { UNDECIDED } from "./attempts.ts";
import { FINAL } from "./states.ts";

const needed = rowsOfTable("instances");

/** Names by contract, each once. One query, since a start waits for it. */
export async function neededInstances(
  db: Database,
): Promise<{ readonly rails: readonly string[]; readonly kyc: readonly string[] }> {
  const final = [...FINAL].map((state) => `'${state}'`).join(", ");
  const rows = await db.query({
    sql: `select 'rails' as contract, rail as name from transfers where state not in (${final})
      union select 'kyc', kyc from transfers where state not in (${final})
      union select 'kyc', instance from kyc_cases where state in ('new', 'collecting', 'processing')
      union select 'kyc', c.instance from outbox o join kyc_cases c on c.id = o.subject
        where o.state = 'due' and o.kind = 'kyc_erase'
      union select 'kyc', instance from customer_verifications where state = 'to_send'
      union select case contract when 'rail' then 'rails' else 'kyc' end, instance from inbox where state = 'due'
      union select 'rails', place from attempts where side = 'bank'
        and ${UNDECIDED} and state <> 'undecidable'
      union select 'rails', rail from transfers where returnable_until_ms > ${NOW_MS} and state = 'completed'
      union select 'rails', place from debits where state = 'open' and side = 'bank'
      union select 'rails', place from receipts where state in ('pending', 'unmatched') and side = 'bank'`,
  });
  const of = (contract: string) =>
    rows.filter((row) => needed.text(row, "contract") === contract).map((row) => needed.text(row, "name"));
  return { rails: of("rails"), kyc: of("kyc") };
}
