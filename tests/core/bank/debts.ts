/**
 * Deposits that were paid out and whose money their bank took back, and what is owed then.
 * @module
 */
import assert from "node:assert/strict";
import { receivables } from "../../../core/operators/lists.ts";
import { type Settlement, settleReceivable } from "../../../core/operators/settle-receivable.ts";
import type { Receivable } from "../../../core/transfers/receivables.ts";
import { apply } from "../../../core/transfers/record.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { type MoneyAtWork, ONE } from "../transfers/money-at-work.ts";

/** A hundred dollars. */
export const HUNDRED = 100n * ONE;
/** News of money that its bank took back. */
export const taken = { state: "reversed", revision: 2, reversal: { kind: "fraud" } } as const;

/** A payout on the ledger is stored, as it is decided at the end. */
export async function payOut(work: MoneyAtWork, { id, asset }: Transfer, end: "completed" | "failed" | null) {
  await apply(work.books, id, { type: "payout_stored" }, () => [{
    sql:
      `insert into attempts (id, transfer_id, number, purpose, side, place, key, amount, asset, state, version,
        stored_ms) values (?, ?, 1, 'payout', 'ledger', 'G', ?, ?, ?, ?, 1, 0)`,
    args: [`a-${id}`, id, `h-${id}`, 99n * ONE, asset, end ?? "sent"],
  }]);
  if (end === "completed") {
    await apply(work.books, id, { type: "payout_completed", amount: 99n * ONE, place: "G" });
  }
  if (end === "failed") await apply(work.books, id, { type: "payout_failed", again: true });
}

/** A deposit that was paid out, and whose money the bank took back then. */
export async function taking(work: MoneyAtWork): Promise<Transfer> {
  const transfer = await work.deposit();
  await work.pay(transfer, HUNDRED);
  await payOut(work, await work.now(transfer), "completed");
  await work.pay(transfer, HUNDRED, undefined, taken);
  return await work.now(transfer);
}

/** What is owed, or still freezes somebody. */
export async function owed({ db }: MoneyAtWork): Promise<Receivable[]> {
  return await receivables(db, { limit: 10 }) ?? assert.fail();
}

/** The one debt that there is. */
export async function onlyDebt(work: MoneyAtWork): Promise<Receivable> {
  const [debt, ...others] = await owed(work);
  assert.deepEqual(others, []);
  return debt ?? assert.fail("nothing is owed");
}

/** Settles it as an operator does. */
export const settle = ({ books, vault }: MoneyAtWork, debt: Receivable, how: Settlement, actor = "anna") =>
  settleReceivable({ books, vault, actor }, debt.id, how);

/** State and message of a transfer. */
export async function stands(work: MoneyAtWork, transfer: Pick<Transfer, "id">) {
  const { state, message } = await work.now(transfer);
  return [state, message];
}
