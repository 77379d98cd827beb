/**
 * What the records of a campaign say: what is under way still, what nobody expects, and each payment, to be laid beside what
 * bank and ledger say themselves.
 * @module
 */
import { z } from "zod";
import { checkChain } from "../../core/records/audit-check.ts";
import type { Database } from "../../core/records/database.ts";
import { BY_HAND } from "./config.ts";

const counted = z.object({ what: z.string(), count: z.bigint() });
const named = z.object({ what: z.string() });
const positioned = z.object({ account: z.string(), value: z.string() });

/**
 * What stories come to, and what comes of a database's clock that runs ahead; and the ledger's supply is not what the books
 * say, since the issuer itself gives customers what they hold at first. All other alarms are faults.
 */
const EXPECTED = ["receipt_unmatched", "payout_returned", "clock_differs"];

/** Each row with a count above zero is something that is not at its end. */
const LEFT = `
  select 'transfers that hold money (' || state || ')' as what, count(*) as count from transfers
    where state in ('asking', 'funded', 'trusting', 'paying', 'refunding', 'on_hold') group by state
  union all select 'attempts that are undecided', count(*) from attempts where state in ('stored', 'sent', 'undecidable')
  union all select 'refunds that are undecided', count(*) from refunds where state in ('stored', 'sent')
  union all select 'returns that are ' || state, count(*) from returns
    where state in ('ordered', 'stored', 'undecidable') group by state
  union all select 'clawbacks that are ' || state, count(*) from clawbacks
    where state in ('ordered', 'undecidable') group by state
  union all select 'errands that are undecided', count(*) from ledger_errands where state in ('stored', 'undecidable')
  union all select 'sources that are taken', count(*) from stellar_sources where attempt_id is not null
  union all select 'operations that nobody has read', count(*) from ledger_operations where state = 'new'
  union all select 'webhooks that nobody has read', count(*) from inbox where state <> 'done'
  union all select 'effects that are ' || state || ' (' || kind || ')', count(*) from outbox
    where state in ('due', 'parked') group by state, kind
  union all select 'receivables that are open', count(*) from receivables where state = 'open'
  union all select 'receivables that freeze somebody', count(*) from receivables where frozen = 1
  union all select 'alarms of kind ' || kind || ' (' || detail || '), one of them for ' || min(subject), count(*) from alarms
    where closed_ms is null and not (kind = 'reserve_difference' and subject like '%:ledger') and kind not in (${
  EXPECTED.map((kind) => `'${kind}'`).join(", ")
})
    group by kind, detail`;

/** A history tells each change once, from the first to the last. */
const HISTORY = `
  select 'the history of ' || t.id || ' has ' || count(h.id) || ' lines up to version ' || max(h.version)
      || ', and it is at version ' || t.version as what
    from transfers t left join transfer_history h on h.transfer_id = t.id
    group by t.id having count(h.id) <> t.version or max(h.version) <> t.version
  union all select 'the history of ' || t.id || ' ends in another state than ' || t.state
    from transfers t join transfer_history h on h.transfer_id = t.id and h.version = t.version
    where h.state_after <> t.state
  union all select 'the history of ' || h.transfer_id || ' has a gap before version ' || h.version
    from transfer_history h join transfer_history b on b.transfer_id = h.transfer_id and b.version = h.version - 1
    where h.state_before is not b.state_after`;

/** Payouts that wait for two: each was approved by two people (M-27), as the audit log has it. */
const UNAPPROVED = `
  select t.id || ' was paid with the approval of ' || count(distinct e.actor) as what
    from transfers t left join audit_entries e
      on e.chain = 'actions' and e.action = 'transfer.approve' and e.subject = t.id
    where t.method = '${BY_HAND}' and exists (select 1 from attempts a where a.transfer_id = t.id and a.purpose = 'payout')
    group by t.id having count(distinct e.actor) < 2`;

/** What is not at its end, a line each. */
export async function leftovers(db: Database): Promise<string[]> {
  const rows = (await db.query({ sql: LEFT })).map((row) => counted.parse(row));
  return rows.filter(({ count }) => count > 0n).map(({ what, count }) => `${what}: ${count}`);
}

/** Changes that no history tells, a line each. */
export async function historyFaults(db: Database): Promise<string[]> {
  return (await db.query({ sql: HISTORY })).map((row) => named.parse(row).what);
}

/** Payouts that went out before two people had agreed, a line each. */
export async function approvalFaults(db: Database): Promise<string[]> {
  return (await db.query({ sql: UNAPPROVED })).map((row) => named.parse(row).what);
}

/** What went out in an outer envelope that was not stored before (M-7), a line each. @param bumps hashes on the ledger */
export async function bumpFaults(db: Database, bumps: readonly string[]): Promise<string[]> {
  const stored = new Set(await booked(db, "select hash as what from fee_bumps"));
  return bumps.filter((hash) => !stored.has(hash)).map((hash) => `the fee bump ${hash} is not stored`);
}

/** What is wrong with the chain of what operators did, a line each. */
export async function auditFaults(db: Database): Promise<string[]> {
  const checked = await checkChain(db, "actions");
  return checked.kind === "whole"
    ? []
    : [`the audit log is broken at entry ${checked.sequence}: ${checked.why}`];
}

/** Payments as the records know them, each as words that name it by what the other side calls it. */
export async function booked(db: Database, sql: string): Promise<string[]> {
  return (await db.query({ sql })).map((row) => named.parse(row).what);
}

/** How far each of our accounts has been read on the ledger. */
export async function readPositions(db: Database): Promise<ReadonlyMap<string, bigint>> {
  const rows = await db.query({
    sql: "select substr(name, 8) as account, value from cursors where name like 'ledger:G%'",
  });
  return new Map(
    rows.map((row) => positioned.parse(row)).map(({ account, value }) => [account, BigInt(value)]),
  );
}

/** How many webhooks the inbox has ever taken. */
export async function webhooksKept(db: Database): Promise<number> {
  const [row] = await db.query({ sql: "select 'inbox' as what, count(*) as count from inbox" });
  return Number(counted.parse(row).count);
}

/** Every payment that came in or left, by side: `where`, what the other side calls it, how much, and how it stands. */
export const BOOKED = {
  "came in at the bank": `select place || ' ' || external_id || ' ' || gross as what from receipts
    where side = 'bank' and state in ('matched', 'unmatched', 'internal', 'returned')`,
  "came in on the ledger": `select external_id || ' ' || gross as what from receipts
    where side = 'ledger' and state in ('matched', 'unmatched', 'returned')`,
  "left the bank": `
    select place || ' ' || key || ' ' || amount || ' ' || state as what from attempts
      where side = 'bank' and state in ('completed', 'failed', 'returned')
    union all select place || ' ' || key || ' ' || amount || ' ' || state from refunds
      where side = 'bank' and state in ('completed', 'failed')
    union all select place || ' ' || key || ' ' || amount || ' ' || state from returns
      where side = 'bank' and state in ('completed', 'failed')`,
  "left on the ledger": `
    select key || ' ' || amount as what from attempts
      where side = 'ledger' and purpose in ('payout', 'refund') and state = 'completed'
    union all select e.hash || ' ' || r.amount from ledger_errands e join returns r on r.receipt_id = e.receipt_id
      where e.state = 'completed'`,
  "was clawed back on the ledger": `
    select e.hash || ' ' || c.amount as what from ledger_errands e join clawbacks c on c.id = e.clawback_id
      where e.state = 'completed' and c.state = 'completed'`,
} as const;
