/**
 * What a rail says of a refund of ours, whichever way it was told: as its answer, by webhook or in its statement.
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import { raiseAlarm } from "../records/alarms.ts";
import { repeatable, type Statement } from "../records/database.ts";
import type { Applied, Books } from "../transfers/record.ts";
import { findRefund, type Refund, updateRefund } from "../transfers/refunds.ts";
import { tellRefund } from "../transfers/tell-refund.ts";
import { lostFee } from "./lost-fee.ts";
import type { RailInstance } from "./rails.ts";

/** Two tellers of one refund may race; more often than this it is a fault of ours. */
const RACES = 5;

/** Takes it in. @returns whether more news of it will come; `unknown`: no refund of ours has this key */
export async function noteRefund(
  books: Books,
  instance: RailInstance,
  state: PayoutState,
): Promise<"over" | "open" | "unknown"> {
  for (let race = 1; race <= RACES; race++) {
    const noted = await noteOnce(books, instance, state);
    if (noted !== "overtaken") return noted;
  }
  throw new Error(`Cannot take in news of a refund at ${instance.name}: it changed ${RACES} times meanwhile`);
}

/** One try; `overtaken` when somebody else told of it meanwhile, who need not have told the same. */
async function noteOnce(
  books: Books,
  instance: RailInstance,
  state: PayoutState,
): Promise<"over" | "open" | "unknown" | "overtaken"> {
  const refund = await findRefund(books.db, "bank", instance.name, state.key);
  if (!refund) return "unknown";
  if (refund.state === "completed") {
    if (state.state === "returned" || state.state === "failed") {
      await books.db.write([raiseAlarm("payout_returned", refund.transferId, refund.id)], repeatable);
    }
    return "over";
  }
  // Told again, a failure must not end the refund that was ordered after it.
  if (refund.state === "failed" && state.state !== "completed") return "over";
  if (state.amount.units !== refund.amount) {
    const alarm = raiseAlarm("payout_mismatch", refund.id, "amount");
    const event = { type: "refund_failed", again: false } as const;
    const applied = await tellRefund(books, refund, event, () => [alarm]);
    if (applied.kind === "ignored") await books.db.write([alarm], repeatable);
    return "over";
  }
  if (state.state === "returned" || (state.state === "failed" && state.final)) {
    const failed = await fail(books, refund, [], state);
    return failed.kind === "duplicate" ? "overtaken" : "over";
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
  if (applied.kind === "duplicate") return "overtaken";
  if (applied.kind === "ignored") {
    await books.db.write([raiseAlarm("payout_mismatch", refund.id, "not_refunding")], repeatable);
  }
  return "over";
}

/**
 * The rail will not send it back, and its look-up agrees: a person has to. The key is good for another try (M-15).
 * @param conditions of the batch that says so @returns false when somebody was faster, or a condition did not hold
 */
export async function endRefund(
  books: Books,
  instance: RailInstance,
  key: string,
  conditions: readonly Statement[],
): Promise<boolean> {
  const refund = await findRefund(books.db, "bank", instance.name, key);
  if (!refund || refund.state === "completed") return true;
  return (await fail(books, refund, conditions)).kind !== "duplicate";
}

/** @param state what the bank says of what it took and did not do; absent for what it never took */
async function fail(
  books: Books,
  refund: Refund,
  conditions: readonly Statement[],
  state?: PayoutState,
): Promise<Applied> {
  const event = { type: "refund_failed", again: false } as const;
  const to = { state: "failed", ...(state && { externalId: state.id ?? state.key }) } as const;
  const failed = [...conditions, ...updateRefund(refund, to), ...(state ? lostFee(refund, state) : [])];
  const applied = await tellRefund(books, refund, event, () => failed);
  if (applied.kind !== "ignored") return applied;
  // Whatever the transfer is held for by now, nobody has to wait for this refund any more.
  const { kind } = await books.db.write(failed, repeatable);
  return kind === "written" ? applied : { kind: "duplicate", key: "refunds" };
}
