/**
 * The books as a whole: balances, and whether they say what the records say (M-23, M-25).
 *
 * Everything is read from one snapshot and nothing is written. It reads all of the books, so it is for checks: the tests
 * call it after whatever moves money, and an operator may.
 * @module
 */
import type { Database, Row, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { HOLDS_MONEY } from "../transfers/states.ts";
import { CLAWBACKS } from "./clawbacks.ts";
import { PLACES } from "./places.ts";
import { RETURNS } from "./returns.ts";

/** Balances by account; debits are positive, so what we owe is negative. Units of 10⁻⁷. */
export type Balances = Readonly<Record<string, bigint>>;

const lines = rowsOfTable("postings");

/** The balances of each asset, zero ones left out. */
export async function readBooks(db: Database): Promise<Readonly<Record<string, Balances>>> {
  const rows = await db.query({
    sql: `select asset, account, sum(amount) as balance from postings group by asset, account
          having sum(amount) <> 0 order by asset, account`,
  });
  const books: Record<string, Record<string, bigint>> = {};
  for (const row of rows) {
    const balances = books[lines.text(row, "asset")] ??= {};
    balances[lines.text(row, "account")] = lines.integer(row, "balance");
  }
  return books;
}

const holding = [...HOLDS_MONEY].map((state) => `'${state}'`).join(", ");

/** Each query finds faults: a row is one, and `id` says where. */
const CHECKS: Readonly<Record<string, string>> = {
  "the lines of a batch do not sum to zero":
    `select batch || ' ' || asset as id from postings group by batch, asset having sum(amount) <> 0`,
  "a line is in no account of the books": `
    select batch as id from postings where account not like 'bank:_%' and account not in ('receivable', 'costs',
      'outstanding', 'in_flight', 'suspense', 'fees', 'rounding', 'capital')`,
  "in flight is not what the transfer says": `
    select t.id from transfers t
      left join (select transfer_id, -sum(amount) as held from postings where account = 'in_flight'
        group by transfer_id) p on p.transfer_id = t.id
      where coalesce(p.held, 0) <> case when t.state in (${holding}) then t.received - t.refunded else 0 end`,
  "in flight is owed to no transfer": `
    select batch as id from postings where account = 'in_flight'
      and (transfer_id is null or transfer_id not in (select id from transfers))`,
  "a transfer received something else than its receipts": `
    select t.id from transfers t
      left join (select transfer_id, sum(gross) as came from receipts
        where state in ('matched', 'reversed', 'returned') group by transfer_id) r on r.transfer_id = t.id
      where coalesce(r.came, 0) <> t.received`,
  "a receipt is matched to no transfer":
    `select id from receipts where state = 'matched' and transfer_id is null`,
  "an unmatched receipt belongs to a transfer":
    `select id from receipts where state = 'unmatched' and transfer_id is not null`,
  "suspense is not what the unmatched receipts say, less what left unexplained": `
    select asset as id from (
      select asset, gross as amount from receipts where state = 'unmatched'
      union all select asset, amount from postings where account = 'suspense'
      union all select asset, -amount from debits where side = 'ledger' and state = 'open'
    ) group by asset having sum(amount) <> 0`,
  "what is owed to us is not what the receivables say": `
    select asset as id from (
      select asset, amount - settled as amount from receivables where state = 'open'
      union all select asset, -amount from postings where account = 'receivable'
    ) group by asset having sum(amount) <> 0`,
  "money was paid out twice": `
    select transfer_id as id from attempts where purpose = 'payout' and state = 'completed'
      group by transfer_id having count(*) > 1`,
  "a transfer completed without a payout of its amount": `
    select t.id from transfers t where t.state = 'completed' and not exists (
      select 1 from attempts a where a.transfer_id = t.id and a.purpose = 'payout' and a.state = 'completed'
        and a.amount = t.amount_out)`,
  "a payout completed and its transfer did not": `
    select a.transfer_id as id from attempts a join transfers t on t.id = a.transfer_id
      where a.purpose = 'payout' and a.state = 'completed' and t.state <> 'completed'`,
  "what came in is not payout, fee and refund": `
    select id from transfers where state in ('completed', 'refunded')
      and received <> amount_out + amount_fee + refunded`,
  "a transfer refunded something else than its refunds": `
    select t.id from transfers t
      left join (select transfer_id, sum(amount + fee) as back from refunds where state = 'completed'
        group by transfer_id) r on r.transfer_id = t.id
      where coalesce(r.back, 0) <> t.refunded`,
  "more went back of a receipt than came": `
    select r.receipt_id as id from refunds r join receipts c on c.id = r.receipt_id where r.state = 'completed'
      group by r.receipt_id having sum(r.amount + r.fee) > max(c.gross)`,
  "a receipt of a refunded transfer did not go back whole": `
    select c.id from receipts c join transfers t on t.id = c.transfer_id
      where t.state = 'refunded' and c.state in ('matched', 'reversed', 'returned') and c.gross <> (
        select coalesce(sum(amount + fee), 0) from refunds where receipt_id = c.id and state = 'completed')`,
  "a refund on the ledger is not what its envelope sent": `
    select r.id from refunds r left join attempts a on a.id = r.attempt_id
      where r.side = 'ledger' and r.state = 'completed'
      and (a.id is null or a.purpose <> 'refund' or a.state <> 'completed' or a.amount <> r.amount)`,
  "an envelope sent money back that no refund tells": `
    select a.id from attempts a where a.purpose = 'refund' and a.state = 'completed' and not exists (
      select 1 from refunds r where r.attempt_id = a.id and r.state = 'completed')`,
  "more was paid out and sent back than came": `
    select t.id from transfers t join attempts a on a.transfer_id = t.id
      where a.purpose = 'payout' and a.state = 'completed' and a.amount + t.refunded > t.received`,
  "a debit was explained by a transfer that did not pay it": `
    select d.id from debits d where d.state in ('payout', 'refund') and not exists (
      select 1 from attempts a where a.side = d.side and a.transfer_id = d.transfer_id
        and a.key = coalesce(d.key, d.external_id)
      union all select 1 from refunds r where r.side = d.side and r.transfer_id = d.transfer_id
        and r.key = coalesce(d.key, d.external_id))`,
  "a debit was explained by a return that nobody ordered": `
    select d.id from debits d where d.state = 'return' and not exists (
      select 1 from returns r where r.receipt_id = d.receipt_id and r.side = d.side)`,
  "a source is taken by an attempt that is decided": `
    select s.account as id from stellar_sources s join attempts a on a.id = s.attempt_id
      where a.state not in ('stored', 'sent', 'undecidable')`,
  ...PLACES,
  ...RETURNS,
  ...CLAWBACKS,
  "two envelopes of one source are undecided": `
    select place as id from attempts where side = 'ledger' and state in ('stored', 'sent')
      group by place having count(*) > 1`,
};

/**
 * Whether the equation holds, in flight equals what the open transfers say, and every receipt ended in exactly one place.
 * @returns one line for each fault, with the id where it is; empty when the books are right
 */
export async function checkBooks(db: Database): Promise<string[]> {
  const statements = Object.values(CHECKS).map((sql): Statement => ({ sql }));
  const found = await db.read(statements);
  return Object.keys(CHECKS).flatMap((fault, at) => (found[at] ?? []).map((row) => `${fault}: ${idOf(row)}`));
}

function idOf(row: Row): string {
  return lines.text(row, "id");
}
