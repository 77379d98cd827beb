/**
 * Sends back at a bank what came and belongs to no transfer: by the rail's own refund of it, else to the account that
 * paid, where that is known in full and the bank vouches for it (M-19). A key is stored before each call, and what became
 * of it is settled by asking the rail alone (M-15, M-16).
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import type { Performance } from "../effects.ts";
import { repeatable, type Statement } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import { provenAs } from "../transfers/debits.ts";
import { isPayoutStopped, payoutsGoOn } from "../transfers/payout-stop.ts";
import type { Books } from "../transfers/record.ts";
import { findReturn, isToBeSent, type Return, updateReturn } from "../unmatched/returns.ts";
import { findUnmatched } from "../unmatched/unmatched.ts";
import { forgottenRefund } from "./forgotten.ts";
import { payoutKey } from "./key.ts";
import { referenceFor } from "./payouts.ts";
import { retryAfter } from "./provider-errors.ts";
import type { RailOf } from "./rails.ts";
import { endReturn, noteReturn } from "./return-news.ts";
import { afterTelling, type BackOrder, sendBackAtBank } from "./send-back.ts";
import { wayBack } from "./way-back.ts";

/** What sending back at a bank needs. */
export interface BankReturning {
  readonly books: Pick<Books, "db">;
  readonly railOf: RailOf;
  /** Opens who paid. */
  readonly vault: Vault;
  /** Whether ledger and banks have been read up to their heads by this process (M-14); absent: somebody else sees to it. */
  readonly readUp?: () => Promise<boolean>;
}

/** Returns rest as payouts do (M-14). */
const REST_MS = 30_000;
const SOON_MS = 1_000;

/** Performs the effect `bank_return` one step further. */
export async function returnAtBank(on: BankReturning, receiptId: string): Promise<Performance> {
  const { books, books: { db } } = on;
  const one = await findReturn(db, receiptId);
  if (one?.side !== "bank" || (one.state !== "ordered" && one.state !== "stored")) return { kind: "done" };
  const instance = on.railOf(one.place);
  const { rail, ports } = instance;
  const { payout, currency } = rail.declares;
  const receipt = await findUnmatched(db, receiptId);
  const way = receipt && wayBack(rail, on.vault, receipt, true);
  if (one.state === "stored" && one.key !== null && (!receipt || !payout || !way || way.kind === "none")) {
    // Whatever became of the money meanwhile, what may have left is asked about, and nothing is sent any more (M-16).
    const found = await rail.findPayout?.(one.key, ports, receipt?.externalId);
    if (found && !found.ok) return retryAfter(found.error);
    return found?.value ? afterTelling(await noteReturn(books, instance, found.value)) : { kind: "done" };
  }
  if (!receipt || !payout || !way || way.kind === "none") return await giveUp(on, one);
  // Only what the bank took and finally failed gets another key (M-15).
  const key = payoutKey("return", receiptId, one.failures + 1, payout.key);
  const order: BackOrder = {
    inboundId: receipt.externalId,
    key,
    amount: { units: one.amount, currency },
    way,
    reference: referenceFor(receipt, instance),
  };
  const told = {
    note: (state: PayoutState) => noteReturn(books, instance, state),
    end: (conditions: readonly Statement[]) => endReturn(books, instance, key, conditions),
  };
  const sending = { db, instance, called: { table: "returns", id: receiptId } } as const;
  if (one.state === "stored") return await sendBackAtBank(sending, order, told, "ask");
  if (on.readUp && !await on.readUp()) return { kind: "again", afterMs: SOON_MS };
  const unit = { asset: one.asset, currency };
  // Sent before our records were put back to an earlier time: it explains itself, and nothing is sent again.
  const forgotten = await forgottenRefund(db, instance, { key, amount: one.amount });
  if (!forgotten && await isPayoutStopped(db, unit)) return { kind: "again", afterMs: REST_MS };
  const { kind } = await db.write([
    isToBeSent(one),
    ...(forgotten ? provenAs(forgotten, { as: "return", receiptId }) : [payoutsGoOn(unit)]),
    ...updateReturn(one, { state: "stored", key }),
  ], repeatable);
  // Another process stored it, or what was looked at has changed: look again.
  if (kind !== "written") return { kind: "again", afterMs: SOON_MS };
  return await sendBackAtBank(sending, order, told, "ask");
}

async function giveUp({ books: { db } }: BankReturning, one: Return): Promise<Performance> {
  const { kind } = await db.write(
    updateReturn(one, { state: "failed", reason: "payer_unknown" }),
    repeatable,
  );
  return kind === "written" ? { kind: "done" } : { kind: "again", afterMs: SOON_MS };
}
