/**
 * Sends a deposit back by the rail's own refund of that inbound (M-19); where the rail cannot, or part of it cannot, an
 * operator decides.
 * @module
 */
import type { Performance } from "../effects.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { findTransfer } from "../transfers/find.ts";
import { newId } from "../transfers/id.ts";
import { apply, type Books } from "../transfers/record.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { payoutKey } from "./key.ts";
import { isRefusal, retryAfter } from "./provider-errors.ts";
import type { RailInstance, RailOf } from "./rails.ts";
import { endRefund, noteRefund } from "./refund-news.ts";

const receipts = rowsOfTable("receipts");

/** How long a refund that the bank works on is left alone before it is asked about again. */
const ASK_AGAIN_MS = 5_000;

/** Performs the effect `bank_refund` one step further: one refund for each receipt, each with a key of its own. */
export async function refundAtBank(
  on: { readonly books: Books; readonly railOf: RailOf },
  transferId: string,
): Promise<Performance> {
  const { books } = on;
  const transfer = await findTransfer(books.db, transferId);
  if (!transfer || transfer.state !== "refunding") return { kind: "done" };
  const instance = on.railOf(transfer.rail);
  const { payout } = instance.rail.declares;
  const receipt = await nextReceipt(books.db, transfer);
  if (!receipt || !payout) {
    await apply(books, transfer.id, { type: "refund_failed" });
    return { kind: "done" };
  }
  const refund = {
    receiptId: receipts.text(receipt, "id"),
    inboundId: receipts.text(receipt, "external_id"),
    key: payoutKey("refund", receipts.text(receipt, "id"), 1, payout.key),
    amount: receipts.integer(receipt, "gross"),
  };
  const isFresh = await store(books.db, transfer, instance.name, refund);
  return await settle(books, instance, transfer, refund, isFresh);
}

interface Refund {
  readonly receiptId: string;
  /** The rail's id of what came in. */
  readonly inboundId: string;
  readonly key: string;
  readonly amount: bigint;
}

async function nextReceipt(db: Database, transfer: Transfer): Promise<Row | undefined> {
  const [receipt] = await db.query({
    sql: `select id, external_id, gross from receipts where transfer_id = ? and state = 'matched'
          and not exists (select 1 from refunds where receipt_id = receipts.id and refunds.state = 'completed')
          order by at_ms limit 1`,
    args: [transfer.id],
  });
  return receipt;
}

/** True when this call stored it: nobody can have sent it before. */
async function store(db: Database, transfer: Transfer, place: string, refund: Refund): Promise<boolean> {
  const id = newId();
  const result = await db.write([{
    sql:
      `insert into refunds (id, transfer_id, receipt_id, side, place, key, asset, amount, fee, state, version, at_ms)
          values (?, ?, ?, 'bank', ?, ?, ?, ?, 0, 'stored', 1, ${NOW_MS})`,
    args: [id, transfer.id, refund.receiptId, place, refund.key, transfer.asset, refund.amount],
  }], { committed: { sql: "select 1 from refunds where id = ?", args: [id] } });
  return result.kind === "written";
}

/** As for payouts: asked first unless it was stored by this very call, and a refusal is believed when the look-up agrees. */
async function settle(
  books: Books,
  instance: RailInstance,
  transfer: Transfer,
  { key, inboundId, amount }: Refund,
  isFresh: boolean,
): Promise<Performance> {
  const { rail, ports } = instance;
  if (!rail.refundInbound || !rail.findPayout) {
    await endRefund(books, instance, key);
    return { kind: "done" };
  }
  if (!isFresh) {
    const found = await rail.findPayout(key, ports);
    if (!found.ok) return retryAfter(found.error);
    if (found.value) return after(await noteRefund(books, instance, found.value));
  }
  const sent = await rail.refundInbound(
    { inboundId, key, amount: { units: amount, currency: transfer.currency } },
    ports,
  );
  if (sent.ok) return after(await noteRefund(books, instance, sent.value));
  if (!isRefusal(sent.error)) return retryAfter(sent.error);
  const found = await rail.findPayout(key, ports);
  if (!found.ok) return retryAfter(found.error);
  if (found.value) return after(await noteRefund(books, instance, found.value));
  await endRefund(books, instance, key);
  return { kind: "done" };
}

function after(noted: "over" | "open" | "unknown"): Performance {
  return noted === "open" ? { kind: "again", afterMs: ASK_AGAIN_MS } : { kind: "done" };
}
