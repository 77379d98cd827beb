/**
 * Reads from one snapshot of the records what a reading of the reserve needs (M-26). The books are added up from where the
 * last reading ended, so that it takes no longer the older they are.
 * @module
 */
import type { Balances } from "../money/equation.ts";
import { type Head, headFrom, HEADS } from "../records/audit.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { endOfLedger } from "../stellar/position.ts";
import type { Supply } from "../stellar/supply.ts";
import { UNDECIDED } from "../transfers/attempts.ts";
import type { Reading } from "./readings.ts";

/** What has to be known of the ledger side of an asset. */
export interface LedgerFacts {
  /** False while operations up to the ledger have been read and not taken in. */
  readonly isTakenIn: boolean;
  /** By how much the books' outstanding has grown by what later ledgers hold; negative where it has fallen. */
  readonly later: bigint;
  /** Sent and in a ledger up to the one that was read, and not booked yet; less what was clawed back. */
  readonly unbooked: bigint;
  /** Sent, and nobody knows yet whether it is in a ledger. */
  readonly unknown: bigint;
  /** The same of what is clawed back. */
  readonly clawedBack: bigint;
}

/** What has to be known of a rail. */
export interface RailFacts {
  /** `null` where the rail has told none. */
  readonly balance: null | {
    readonly currency: string;
    readonly booked: bigint;
    readonly asOf: number;
    readonly reading: string;
  };
  /** Payouts, refunds and returns that may have left. */
  readonly unknown: bigint;
  /** Posted about the time of the balance, which may not count it yet: what came, and what went (zero or below). */
  readonly cameAbout: bigint;
  readonly wentAbout: bigint;
}

/** See the module's text. */
export interface Facts {
  readonly nowMs: number;
  readonly upTo: bigint;
  /** Where the audit log ends. */
  readonly heads: readonly Head[];
  /** Balances by asset; debits are positive. */
  readonly books: Readonly<Record<string, Balances>>;
  /** By asset. */
  readonly ledger: ReadonlyMap<string, LedgerFacts>;
  /** By name. */
  readonly rails: ReadonlyMap<string, RailFacts>;
}

const lines = rowsOfTable("postings");
const balances = rowsOfTable("rail_balances");

/**
 * Reads them.
 * @param last where the books are added up from
 * @param supplies each asset at its ledger
 * @param rails names of instances
 */
export async function readFacts(
  db: Database,
  { last, supplies, rails }: {
    readonly last: Pick<Reading, "upTo" | "books"> | null;
    readonly supplies: readonly Supply[];
    readonly rails: readonly string[];
  },
): Promise<Facts> {
  const upTo = last?.upTo ?? 0n;
  const rows = await db.read([
    {
      sql: `select ${NOW_MS} as now_ms,
        coalesce((select rowid from postings where rowid > ? order by rowid desc limit 1), 0) as up_to`,
      args: [upTo],
    },
    {
      sql: `select asset, account, sum(amount) as balance from postings where rowid > ?
        group by asset, account`,
      args: [upTo],
    },
    HEADS,
    ...supplies.flatMap(({ asset, ledger }) => ledgerStatements(asset, ledger.sequence)),
    ...rails.flatMap(railStatements),
  ]);
  const [[head] = [], added = [], heads = [], ...rest] = rows;
  if (head === undefined) throw new Error("Cannot read the reserve's facts: no row");
  const parts = (): Row[] => rest.shift() ?? [];
  return {
    nowMs: lines.count(head, "now_ms"),
    upTo: lines.integer(head, "up_to") || upTo,
    heads: heads.map(headFrom),
    books: addedUp(last?.books ?? {}, added),
    ledger: new Map(
      supplies.map((supply) => [supply.asset, ledgerFacts(supply, parts(), parts(), parts(), parts())]),
    ),
    rails: new Map(rails.map((rail) => [rail, railFacts(parts(), parts(), parts(), parts())])),
  };
}

function ledgerStatements(asset: string, ledger: number): Statement[] {
  const end = endOfLedger(ledger);
  return [
    { sql: "select 1 from ledger_operations where state = 'new' and position <= ? limit 1", args: [end] },
    {
      sql: `select (
          select coalesce(sum(amount), 0) from attempts indexed by attempts_by_ledger
            where ledger > :ledger and side = 'ledger' and asset = :asset and state = 'completed'
              and purpose in ('payout', 'refund')
        ) + (
          select coalesce(sum(r.amount), 0) from ledger_errands e indexed by ledger_errands_by_ledger
            cross join returns r on r.receipt_id = e.receipt_id
            where e.ledger > :ledger and r.asset = :asset and e.state = 'completed'
        ) - (
          select coalesce(sum(c.amount), 0) from ledger_errands e indexed by ledger_errands_by_ledger
            cross join clawbacks c on c.id = e.clawback_id
            where e.ledger > :ledger and c.asset = :asset and e.state = 'completed'
        ) as amount`,
      args: { ledger, asset },
    },
    // What is no transfer's is posted under the operation's own name; what is one's has a receipt.
    {
      sql: `select coalesce(sum(case when p.amount is not null then -p.amount else -r.gross end), 0) as amount
        from ledger_operations o
          left join postings p on p.batch = 'operation:' || o.id and p.account = 'outstanding' and p.asset = :asset
          left join receipts r on r.side = 'ledger' and r.place = o.account and r.external_id = o.id
            and r.asset = :asset
        where o.state = 'done' and o.position > :end`,
      args: { asset, end },
    },
    {
      sql:
        `select amount, (select min(o.position) from ledger_operations o where o.transaction_hash = attempts.key)
          as position
        from attempts indexed by attempts_undecided
        where side = 'ledger' and ${UNDECIDED} and asset = :asset and purpose in ('payout', 'refund')
        union all select r.amount, (select min(o.position) from ledger_operations o where o.transaction_hash = e.hash)
        from ledger_errands e indexed by ledger_errands_send_back_once cross join returns r on r.receipt_id = e.receipt_id
        where e.receipt_id is not null and e.state in ('stored', 'undecidable')
          and e.state in ('stored', 'completed', 'undecidable') and r.asset = :asset
        union all select -c.amount, (select min(o.position) from ledger_operations o where o.transaction_hash = e.hash)
        from ledger_errands e indexed by ledger_errands_claw_back_once cross join clawbacks c on c.id = e.clawback_id
        where e.clawback_id is not null and e.state in ('stored', 'undecidable')
          and e.state in ('stored', 'completed', 'undecidable') and c.asset = :asset`,
      args: { asset },
    },
  ];
}

function ledgerFacts(
  { ledger }: Supply,
  fresh: Row[],
  paid: Row[],
  taken: Row[],
  undecided: Row[],
): LedgerFacts {
  const end = endOfLedger(ledger.sequence);
  const open = undecided.map((row) => ({
    amount: lines.integer(row, "amount"),
    position: lines.integerOrNull(row, "position"),
  }));
  return {
    isTakenIn: fresh.length === 0,
    later: amountOf(paid) + amountOf(taken),
    unbooked: sumOf(open.filter(({ position }) => position !== null && position <= end)),
    unknown: sumOf(open.filter(({ position, amount }) => position === null && amount > 0n)),
    clawedBack: -sumOf(open.filter(({ position, amount }) => position === null && amount < 0n)),
  };
}

function railStatements(rail: string): Statement[] {
  return [
    { sql: "select currency, booked, as_of, reading from rail_balances where rail = ?", args: [rail] },
    {
      sql: `select coalesce(sum(amount), 0) as amount from attempts indexed by attempts_undecided
        where side = 'bank' and place = ? and ${UNDECIDED}`,
      args: [rail],
    },
    {
      sql: `select (
          select coalesce(sum(amount), 0) from refunds indexed by refunds_open
            where side = 'bank' and place = :rail and state in ('stored', 'sent')
        ) + (
          select coalesce(sum(amount), 0) from returns indexed by returns_open
            where side = 'bank' and place = :rail and state = 'stored'
        ) as amount`,
      args: { rail },
    },
    // No line of a reading that was made before is as young as this.
    {
      sql: `select coalesce(sum(max(amount, 0)), 0) as came, coalesce(sum(min(amount, 0)), 0) as went
        from rail_balances b join postings p on p.rowid > coalesce((
            select up_to from reserve_readings where made_ms < b.since_ms order by made_ms desc limit 1), 0)
        where b.rail = ? and p.at_ms >= b.since_ms and p.account = ?`,
      args: [rail, `bank:${rail}`],
    },
  ];
}

function railFacts([told]: Row[], payouts: Row[], refunds: Row[], [about]: Row[]): RailFacts {
  return {
    balance: told === undefined ? null : {
      currency: balances.text(told, "currency"),
      booked: balances.integer(told, "booked"),
      asOf: balances.count(told, "as_of"),
      reading: balances.text(told, "reading"),
    },
    unknown: amountOf(payouts) + amountOf(refunds),
    cameAbout: about === undefined ? 0n : lines.integer(about, "came"),
    wentAbout: about === undefined ? 0n : lines.integer(about, "went"),
  };
}

function addedUp(before: Facts["books"], rows: readonly Row[]): Facts["books"] {
  const books: Record<string, Record<string, bigint>> = {};
  for (const [asset, accounts] of Object.entries(before)) books[asset] = { ...accounts };
  for (const row of rows) {
    const accounts = books[lines.text(row, "asset")] ??= {};
    const account = lines.text(row, "account");
    accounts[account] = (accounts[account] ?? 0n) + lines.integer(row, "balance");
  }
  return books;
}

function amountOf([row]: readonly Row[]): bigint {
  return row === undefined ? 0n : lines.integer(row, "amount");
}

function sumOf(amounts: readonly { readonly amount: bigint }[]): bigint {
  return amounts.reduce((sum, { amount }) => sum + amount, 0n);
}
