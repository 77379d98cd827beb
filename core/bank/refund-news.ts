/**
 * What a rail says of a refund of ours, whichever way it was told: as its answer, by webhook or in its statement.
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import { raiseAlarm } from "../records/alarms.ts";
import { repeatable } from "../records/database.ts";
import type { Books } from "../transfers/record.ts";
import { findRefund, type Refund, updateRefund } from "../transfers/refunds.ts";
import { tellRefund } from "../transfers/tell-refund.ts";
import type { RailInstance } from "./rails.ts";

/** Takes it in. @returns whether more news of it will come; `unknown`: no refund of ours has this key */
export async function noteRefund(
  books: Books,
  instance: RailInstance,
  state: PayoutState,
): Promise<"over" | "open" | "unknown"> {
  const refund = await findRefund(books.db, "bank", instance.name, state.key);
  if (!refund) return "unknown";
  if (refund.state === "completed") {
    if (state.state === "returned" || state.state === "failed") {
      await books.db.write([raiseAlarm("payout_returned", refund.transferId, refund.id)], repeatable);
    }
    return "over";
  }
  if (state.amount.units !== refund.amount) {
    const alarm = raiseAlarm("payout_mismatch", refund.id, "amount");
    const event = { type: "refund_failed", again: false } as const;
    const applied = await tellRefund(books, refund, event, () => [alarm]);
    if (applied.kind === "ignored") await books.db.write([alarm], repeatable);
    return "over";
  }
  if (state.state === "returned" || (state.state === "failed" && state.final)) {
    await fail(books, refund);
    return "over";
  }
  if (state.state !== "completed") return "open";
  const id = state.bankReference ?? state.id ?? state.key;
  const rows = () => updateRefund(refund, { state: "completed", externalId: id });
  const applied = await tellRefund(books, refund, {
    type: "refund_completed",
    id,
    idType: "external",
    amount: refund.amount,
    fee: refund.fee,
    railFee: state.fee.units,
    place: instance.name,
  }, rows);
  if (applied.kind === "ignored") {
    await books.db.write([raiseAlarm("payout_mismatch", refund.id, "not_refunding")], repeatable);
  }
  return "over";
}

/** The rail will not send it back, and its look-up agrees: a person has to. */
export async function endRefund(books: Books, instance: RailInstance, key: string): Promise<void> {
  const refund = await findRefund(books.db, "bank", instance.name, key);
  if (refund && refund.state !== "completed") await fail(books, refund);
}

async function fail(books: Books, refund: Refund): Promise<void> {
  const event = { type: "refund_failed", again: false } as const;
  await tellRefund(books, refund, event, () => updateRefund(refund, { state: "failed" }));
}
