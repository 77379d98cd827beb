/**
 * What a rail says of a refund of ours, whichever way it was told: as its answer, by webhook or in its statement.
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import { raiseAlarm } from "../records/alarms.ts";
import { type Database, repeatable, type Statement } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { apply, type Books } from "../transfers/record.ts";
import type { RailInstance } from "./rails.ts";

interface StoredRefund {
  readonly id: string;
  readonly transferId: string;
  readonly state: "stored" | "sent" | "completed" | "failed";
  readonly amount: bigint;
  readonly version: number;
}

const refunds = rowsOfTable("refunds");

/** Takes it in. @returns whether more news of it will come; `unknown`: no refund of ours has this key */
export async function noteRefund(
  books: Books,
  instance: RailInstance,
  state: PayoutState,
): Promise<"over" | "open" | "unknown"> {
  const refund = await findRefund(books.db, instance.name, state.key);
  if (!refund) return "unknown";
  if (refund.state === "completed") {
    if (state.state === "returned" || state.state === "failed") {
      await books.db.write([raiseAlarm("payout_returned", refund.transferId, refund.id)], repeatable);
    }
    return "over";
  }
  if (state.amount.units !== refund.amount) {
    const alarm = raiseAlarm("payout_mismatch", refund.id, "amount");
    const applied = await apply(books, refund.transferId, { type: "refund_failed" }, () => [alarm]);
    if (applied.kind === "ignored") await books.db.write([alarm], repeatable);
    return "over";
  }
  if (state.state === "returned" || (state.state === "failed" && state.final)) {
    await fail(books, refund);
    return "over";
  }
  if (state.state !== "completed") return "open";
  const rows = () => update(refund, "completed", state.bankReference ?? state.id ?? state.key);
  const applied = await apply(books, refund.transferId, {
    type: "refund_completed",
    amount: refund.amount,
    fee: 0n,
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
  const refund = await findRefund(books.db, instance.name, key);
  if (refund && refund.state !== "completed") await fail(books, refund);
}

async function fail(books: Books, refund: StoredRefund): Promise<void> {
  await apply(books, refund.transferId, { type: "refund_failed" }, () => update(refund, "failed", null));
}

async function findRefund(db: Database, place: string, key: string): Promise<StoredRefund | null> {
  const [row] = await db.query({
    sql: `select id, transfer_id, state, amount, version from refunds
          where side = 'bank' and place = ? and key = ?`,
    args: [place, key],
  });
  if (!row) return null;
  return {
    id: refunds.text(row, "id"),
    transferId: refunds.text(row, "transfer_id"),
    state: refunds.oneOf(row, "state", ["stored", "sent", "completed", "failed"]),
    amount: refunds.integer(row, "amount"),
    version: refunds.count(row, "version"),
  };
}

function update(
  { id, version }: StoredRefund,
  state: StoredRefund["state"],
  externalId: string | null,
): Statement[] {
  return compareAndSet({
    sql: `update refunds set state = ?, external_id = coalesce(?, external_id), version = version + 1
          where id = ? and version = ?`,
    args: [state, externalId, id, version],
  });
}
