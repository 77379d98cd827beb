/**
 * Sends a deposit back by the rail's own refund of that inbound, else by a payout to the account that paid (M-19); where
 * neither is possible, an operator decides.
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import type { Performance } from "../effects.ts";
import type { Statement } from "../records/database.ts";
import { provenAs } from "../transfers/debits.ts";
import { endedBy } from "../transfers/ended-by.ts";
import type { Vault } from "../records/vault.ts";
import { findTransfer } from "../transfers/find.ts";
import { newId } from "../transfers/id.ts";
import { isPayoutStopped } from "../transfers/payout-stop.ts";
import { apply, type Books } from "../transfers/record.ts";
import { type Acceptance, heldBack, isToGoBack, mayGoBack } from "../transfers/refund-conditions.ts";
import {
  insertRefund,
  nextReceipt,
  openBankRefund,
  type Refund,
  type RefundableReceipt,
  refundToGoOn,
  shareOf,
  updateRefund,
} from "../transfers/refunds.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { forgottenRefund } from "./forgotten.ts";
import { payoutKey } from "./key.ts";
import { referenceFor } from "./payouts.ts";
import { retryAfter } from "./provider-errors.ts";
import type { RailOf } from "./rails.ts";
import { endRefund, noteRefund } from "./refund-news.ts";
import { afterTelling, type BackOrder, sendBackAtBank } from "./send-back.ts";
import { wayBack } from "./way-back.ts";

/** What sending back at a bank needs. */
export interface BankRefunding extends Acceptance {
  readonly books: Books;
  readonly railOf: RailOf;
  /** Opens who paid. */
  readonly vault: Vault;
  /** Whether ledger and banks have been read up to their heads by this process (M-14); absent: somebody else sees to it. */
  readonly readUp?: () => Promise<boolean>;
}

/** Refunds rest as payouts do (M-14). */
const REST_MS = 30_000;
const SOON_MS = 1_000;

/**
 * Performs the effect `bank_refund` one step further: one refund for each part of a receipt, each with a key of its own. What
 * goes back after it has an effect of its own.
 */
export async function refundAtBank(on: BankRefunding, transferId: string): Promise<Performance> {
  const { books } = on;
  const transfer = await findTransfer(books.db, transferId);
  if (!transfer || transfer.kind !== "deposit") return { kind: "done" };
  if (transfer.state !== "refunding") return await askOnly(on, transfer);
  const { refundFee: fee } = transfer.terms;
  const receipt = await nextReceipt(books.db, transfer, "bank");
  if (!receipt) return await giveUp(books, transfer);
  // What an operator has given to the transfer may have come by another rail, which alone knows it by its id.
  const instance = on.railOf(receipt.place);
  const { payout } = instance.rail.declares;
  if (!payout) return await giveUp(books, transfer);
  const wanted = shareOf(transfer, receipt) - fee;
  const known = await refundToGoOn(books.db, receipt.id, { side: "bank", amount: wanted, fee });
  const amount = known?.amount ?? wanted;
  const share = amount + (known?.fee ?? fee);
  const way = wayBack(instance.rail, on.vault, receipt, share === receipt.gross);
  if (way.kind === "none") return await giveUp(books, transfer);
  // Only what the bank took and finally failed gets another key (M-15).
  const key = known?.key ?? payoutKey("refund", receipt.id, receipt.refunds + 1, payout.key);
  const refund: BackOrder = {
    inboundId: receipt.externalId,
    key,
    amount: { units: amount, currency: transfer.currency },
    way,
    reference: referenceFor(transfer, instance),
  };
  const told = {
    note: (state: PayoutState) => noteRefund(books, instance, state),
    end: (conditions: readonly Statement[]) => endRefund(books, instance, key, conditions),
  };
  const id = known?.id ?? newId();
  const sending = { db: books.db, instance, called: { table: "refunds", id } } as const;
  if (known && known.state !== "failed") return await sendBackAtBank(sending, refund, told, "ask");
  if (amount <= 0n) return await giveUp(books, transfer, "refund_fee");
  if (on.readUp && !await on.readUp()) return { kind: "again", afterMs: SOON_MS };
  const forgotten = await forgottenRefund(books.db, instance, { key, amount });
  if (forgotten) {
    const order = { id, place: instance.name, receipt, refund, known };
    const conditions = [
      ...provenAs(forgotten, { as: "refund", transferId: transfer.id }),
      ...isToGoBack(transfer, receipt.id, share),
    ];
    if (!await store(on, transfer, order, conditions)) return { kind: "again", afterMs: SOON_MS };
    return await sendBackAtBank(sending, refund, told, "ask");
  }
  if (await isPayoutStopped(books.db, transfer)) return { kind: "again", afterMs: REST_MS };
  const held = await heldBack(on, transfer);
  if (held) return held;
  const conditions = await mayGoBack(on, transfer, receipt.id, share);
  const isStored = await store(
    on,
    transfer,
    { id, place: instance.name, receipt, refund, known },
    conditions,
  );
  // Another process stored it, or what was looked at has changed: look again.
  if (!isStored) return { kind: "again", afterMs: SOON_MS };
  return await sendBackAtBank(sending, refund, told, known === null ? "fresh" : "ask");
}

/** Whatever became of the transfer meanwhile, a refund that may have left is asked about, and none is sent any more (M-16). */
async function askOnly({ books, railOf }: BankRefunding, transfer: Transfer): Promise<Performance> {
  const open = await openBankRefund(books.db, transfer);
  if (!open) return { kind: "done" };
  const instance = railOf(open.place);
  const { rail, ports } = instance;
  if (!rail.findPayout) return { kind: "done" };
  const found = await rail.findPayout(open.key, ports, open.inboundId);
  if (!found.ok) return retryAfter(found.error);
  return found.value ? afterTelling(await noteRefund(books, instance, found.value)) : { kind: "done" };
}

async function giveUp(books: Books, transfer: Transfer, reason?: "refund_fee"): Promise<Performance> {
  const event = { type: "refund_failed", again: false, ...(reason ? { reason } : {}) } as const;
  return endedBy(await apply(books, transfer.id, event));
}

/** True when this call stored it, anew where the bank had refused it: one that is new nobody can have sent before. */
async function store(
  on: BankRefunding,
  transfer: Transfer,
  { id, place, receipt, refund: { key, amount }, known }: {
    /** Of its row. */
    readonly id: string;
    readonly place: string;
    readonly receipt: RefundableReceipt;
    readonly refund: BackOrder;
    readonly known: Refund | null;
  },
  conditions: readonly Statement[],
): Promise<boolean> {
  const version = known ? known.version + 1 : 1;
  const result = await on.books.db.write([
    ...conditions,
    ...(known ? updateRefund(known, { state: "stored" }) : [insertRefund({
      id,
      transferId: transfer.id,
      receiptId: receipt.id,
      attemptId: null,
      side: "bank",
      place,
      key,
      asset: transfer.asset,
      amount: amount.units,
      fee: transfer.terms.refundFee,
    })]),
  ], { committed: { sql: "select 1 from refunds where id = ? and version >= ?", args: [id, version] } });
  return result.kind === "written";
}
