/**
 * Orders the returns that the config lets go back by themselves (M-20). The order is that of an operator: same path, same
 * conditions, an entry in the audit log; and nothing else may have gone back since it was decided.
 * @module
 */
import { z } from "zod";
import { parseAccount } from "../auth/strkey.ts";
import type { UnmatchedReason } from "../bank/match.ts";
import { sealedPayer } from "../bank/receipts.ts";
import { audited } from "../records/audit.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Vault } from "../records/vault.ts";
import { type Ordering, orderReturn } from "./order-return.ts";
import { goesBackByItself, type ReturnPayer, type ReturnRule } from "./return-rules.ts";
import { findReturn } from "./returns.ts";
import { unmatchedFrom, type UnmatchedReceipt } from "./unmatched.ts";

/** What it needs. */
export interface ReturningByItself extends Ordering {
  /** @param asset `CODE:ISSUER` or `native` */
  readonly ruleOf: (asset: string) => ReturnRule | null;
}

/** Stands in the audit log where no operator gave the order; no operator can have this name. */
const ACTOR = "config:returns";

const DAY_MS = 86_400_000;
/** More than so many a day are a flood: no machine adds to it. */
const MOST_A_DAY = 1_000;
/** Nor while so many customers owe us. */
const MOST_DEBTS = 1_000;
const OWN_PAYOUT_BACK: UnmatchedReason = "own_payout_back";
const DEBTS = "select count(*) from receivables where frozen = 1";

const receipts = rowsOfTable("receipts");
const transfers = rowsOfTable("transfers");
const receivables = rowsOfTable("receivables");
const payerSchema = z.object({ account: z.object({ value: z.string().min(1), kind: z.literal("full") }) });

/** A page of unmatched money, the oldest first. @param after the last id of the page before */
export async function unmatchedPage(
  db: Database,
  after: string | null,
  limit: number,
): Promise<readonly UnmatchedReceipt[]> {
  const rows = await db.query({
    sql: `select * from receipts where state = 'unmatched'
          and (at_ms, id) > (coalesce((select at_ms from receipts where id = :after), -1), :after)
          order by at_ms, id limit :limit`,
    args: { after: after ?? "", limit },
  });
  return rows.map(unmatchedFrom);
}

/** Orders the return of one, where the config says so. @returns whether it was ordered */
export async function returnByItself(on: ReturningByItself, receipt: UnmatchedReceipt): Promise<boolean> {
  const { db, vault, ruleOf } = on;
  const rule = ruleOf(receipt.asset);
  if (rule === null) return false;
  const { lately, sinceMs, rows } = await backLately(on);
  const { debtors, customers, debts } = await debtorsOf(on);
  const goesBack = rows < MOST_A_DAY && debts < MOST_DEBTS && goesBackByItself(rule, {
    amount: receipt.gross,
    payer: payerOf(vault, receipt),
    wasOrdered: await findReturn(db, receipt.id) !== null,
    lately,
    debtors,
    isForDebtor: receipt.customerId !== null && customers.has(receipt.customerId),
    isOurs: receipt.reason === OWN_PAYOUT_BACK,
  });
  if (!goesBack) return false;
  const act = { actor: ACTOR, action: "receipt.return", subject: receipt.id };
  const ordered = await audited(
    db,
    "actions",
    act,
    ({ statements, committed }) =>
      orderReturn(on, receipt.id, {
        // Two processes that look at two payments of one payer must not both find that nothing went back.
        conditions: [noneSince(sinceMs, rows), expect(`(${DEBTS}) = ?`, [debts])],
        statements,
        committed,
        automatic: true,
      }),
  );
  return ordered.kind === "ordered";
}

/** Makes a batch stale when something else went back since it was looked. */
function noneSince(sinceMs: number, rows: number): Statement {
  return expect(
    `(select count(*) from returns where ordered_ms >= :since)
      + (select count(*) from refunds where at_ms >= :since) = :rows`,
    { since: sinceMs, rows },
  );
}

/** To whom something went back within the last day, or is about to. */
async function backLately({ db, vault }: Pick<Ordering, "db" | "vault">): Promise<{
  readonly lately: readonly ReturnPayer[];
  readonly sinceMs: number;
  readonly rows: number;
}> {
  const [now] = await db.query({ sql: `select ${NOW_MS} - ? as since_ms`, args: [DAY_MS] });
  const sinceMs = now === undefined ? 0 : receipts.count(now, "since_ms");
  const rows = await db.query({
    sql: `select id, side, payer from (
            select receipt_id from returns where ordered_ms >= :since
            union all select receipt_id from refunds where at_ms >= :since limit :most
          ) join receipts on receipts.id = receipt_id`,
    args: { since: sinceMs, most: MOST_A_DAY },
  });
  return { lately: rows.flatMap((row) => payerOf(vault, paidBack(row)) ?? []), sinceMs, rows: rows.length };
}

/** Those who are frozen, and their accounts: what they paid from, and what was paid for it. */
async function debtorsOf({ db, vault }: Pick<Ordering, "db" | "vault">): Promise<{
  readonly debtors: ReadonlySet<string>;
  readonly customers: ReadonlySet<string>;
  readonly debts: number;
}> {
  const rows = await db.query({
    sql: `select c.id, c.side, c.payer, t.account, t.destination, r.customer_id, k.id as again_id
          from receivables r indexed by receivables_frozen cross join receipts c on c.id = r.id
            cross join transfers t on t.id = r.transfer_id left join customers k on k.owner = r.owner
          where r.frozen = 1 limit :most`,
    args: { most: MOST_DEBTS },
  });
  const debtors = rows.flatMap((row) => {
    const destination = transfers.textOrNull(row, "destination");
    return [
      payerOf(vault, paidBack(row))?.account,
      transfers.text(row, "account"),
      destination === null ? undefined : parseAccount(destination)?.account,
    ].filter((account) => account !== undefined);
  });
  // Whoever has everything erased and comes back owes it still.
  const customers = rows.flatMap((row) => {
    const again = receivables.textOrNull(row, "again_id");
    return [receivables.text(row, "customer_id"), ...(again === null ? [] : [again])];
  });
  return { debtors: new Set(debtors), customers: new Set(customers), debts: rows.length };
}

function paidBack(row: Row): Pick<UnmatchedReceipt, "id" | "side" | "payer"> {
  return {
    id: receipts.text(row, "id"),
    side: receipts.oneOf(row, "side", ["bank", "ledger"]),
    payer: receipts.bytesOrNull(row, "payer"),
  };
}

/** Who paid, where the account is known in full. */
function payerOf(
  vault: Vault,
  { id, side, payer }: Pick<UnmatchedReceipt, "id" | "side" | "payer">,
): ReturnPayer | null {
  const opened = payer === null
    ? null
    : payerSchema.safeParse(vault.openJson(sealedPayer.place(id), payer)).data;
  if (!opened) return null;
  const { value } = opened.account;
  if (side === "bank") return { account: value, source: value };
  return { account: value, source: parseAccount(value)?.account ?? value };
}
