/**
 * Sends a deposit back by the rail's own refund of that inbound (M-19); where the rail cannot, or part of it cannot, an
 * operator decides.
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import type { Performance } from "../effects.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { findTransfer } from "../transfers/find.ts";
import { newId } from "../transfers/id.ts";
import { apply, type Books } from "../transfers/record.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { payoutKey } from "./key.ts";
import type { RailInstance, RailOf } from "./rails.ts";

const refunds = rowsOfTable("refunds");
const receipts = rowsOfTable("receipts");

/** Performs the effect `bank_refund` one step further: one refund for each receipt, each with a key of its own. */
export async function refundAtBank(
  on: { readonly books: Books; readonly railOf: RailOf },
  transferId: string,
): Promise<Performance> {
  const { db } = on.books;
  const transfer = await findTransfer(db, transferId);
  if (!transfer || transfer.state !== "refunding") return { kind: "done" };
  const instance = on.railOf(transfer.rail);
  const { rail, ports, name } = instance;
  if (!rail.refundInbound || !rail.findPayout || !rail.declares.payout) {
    return await giveUp(on.books, transfer);
  }
  const [receipt] = await db.query({
    sql: `select id, external_id, gross from receipts where transfer_id = ? and state = 'matched'
          and not exists (select 1 from refunds where receipt_id = receipts.id and refunds.state = 'completed')
          order by at_ms limit 1`,
    args: [transfer.id],
  });
  if (!receipt) return await giveUp(on.books, transfer);
  const receiptId = receipts.text(receipt, "id");
  const amount = receipts.integer(receipt, "gross");
  const key = payoutKey("refund", receiptId, 1, rail.declares.payout.key);
  const fresh = await store(db, transfer, receiptId, name, key, amount);
  const found = fresh ? null : await rail.findPayout(key, ports);
  if (found && !found.ok) return { kind: "retry", error: found.error.kind };
  const known = found?.value ?? null;
  if (known) return await settle(on.books, instance, transfer, key, amount, known);
  const sent = await rail.refundInbound({
    inboundId: receipts.text(receipt, "external_id"),
    key,
    amount: { units: amount, currency: transfer.currency },
  }, ports);
  if (sent.ok) return await settle(on.books, instance, transfer, key, amount, sent.value);
  const refused = sent.error.kind === "invalid_input" || sent.error.kind === "rejected_by_bank" ||
    sent.error.kind === "not_supported" || sent.error.kind === "limit_exceeded";
  return refused ? await giveUp(on.books, transfer) : { kind: "retry", error: sent.error.kind };
}

/** True when this call stored it: nobody can have sent it before. */
async function store(
  db: Database,
  transfer: Transfer,
  receiptId: string,
  place: string,
  key: string,
  amount: bigint,
): Promise<boolean> {
  const id = newId();
  const result = await db.write([{
    sql:
      `insert into refunds (id, transfer_id, receipt_id, side, place, key, asset, amount, fee, state, version, at_ms)
          values (?, ?, ?, 'bank', ?, ?, ?, ?, 0, 'stored', 1, ${NOW_MS})`,
    args: [id, transfer.id, receiptId, place, key, transfer.asset, amount],
  }], { committed: { sql: "select 1 from refunds where id = ?", args: [id] } });
  return result.kind === "written";
}

async function settle(
  books: Books,
  { name }: RailInstance,
  transfer: Transfer,
  key: string,
  amount: bigint,
  state: PayoutState,
): Promise<Performance> {
  const [row] = await books.db.query({
    sql: "select id, version, state from refunds where side = 'bank' and place = ? and key = ?",
    args: [name, key],
  });
  if (!row || refunds.text(row, "state") === "completed") return { kind: "done" };
  if (state.state === "failed" && state.final) return await giveUp(books, transfer);
  if (state.state !== "completed") return { kind: "again", afterMs: 5_000 };
  await apply(
    books,
    transfer.id,
    { type: "refund_completed", amount, fee: 0n, place: name },
    () => completed(row, state),
  );
  return { kind: "done" };
}

function completed(row: Row, state: PayoutState) {
  return compareAndSet({
    sql:
      "update refunds set state = 'completed', external_id = ?, version = version + 1 where id = ? and version = ?",
    args: [
      state.bankReference ?? state.id ?? state.key,
      refunds.text(row, "id"),
      refunds.integer(row, "version"),
    ],
  });
}

async function giveUp(books: Books, transfer: Transfer): Promise<Performance> {
  await apply(books, transfer.id, { type: "refund_failed" });
  return { kind: "done" };
}
