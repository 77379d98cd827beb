/**
 * An operator orders that tokens are clawed back on the ledger from whoever was paid, for money that a bank took back (M-21):
 * only where the ledger allows it, and never more than is still owed.
 * @module
 */
import { closeAlarms } from "../records/alarms.ts";
import { audited, plainOrHash } from "../records/audit.ts";
import { type ClawbackMisfit, lookAtHolding, type LookingAtHoldings } from "../stellar/clawback-holding.ts";
import { insertClawback, isClawbackUnderWay } from "../transfers/clawbacks.ts";
import { newId } from "../transfers/id.ts";
import { findReceivable, type Receivable, touchReceivable } from "../transfers/receivables.ts";
import type { Acting } from "./acting.ts";

/** What ordering needs. */
export interface OrderingClawbacks
  extends Pick<Acting, "books" | "actor">, Pick<LookingAtHoldings, "horizon" | "authorizer"> {}

/**
 * What became of the order. `clawback_amount`: more than is still owed; `clawback_under_way`: one of it is, or may have taken
 * something.
 */
export type ClawbackOrdered =
  | { readonly kind: "ordered"; readonly clawbackId: string }
  | {
    readonly kind: "refused";
    readonly reason: "unknown" | "clawback_amount" | "clawback_under_way" | ClawbackMisfit;
  };

/**
 * Records the order with its entry in the audit log; a running gateway performs it.
 * @param wanted units of 10⁻⁷; `null`: all that is open
 * @throws {HorizonUnavailable}
 */
export async function orderClawback(
  on: OrderingClawbacks,
  receivableId: string,
  wanted: bigint | null,
): Promise<ClawbackOrdered> {
  const { books: { db, outbox }, actor } = on;
  const id = newId();
  const act = {
    actor,
    action: "receivable.clawback",
    subject: plainOrHash(receivableId),
    detail: { clawback: id },
  };
  return await audited(db, "actions", act, async ({ statements, committed }): Promise<ClawbackOrdered> => {
    const debt = await findReceivable(db, receivableId);
    if (debt === null || debt.state !== "open") return { kind: "refused", reason: "unknown" };
    const amount = wanted ?? debt.amount - debt.settled;
    const reason = await refusalOf(on, debt, amount);
    if (reason !== null) return { kind: "refused", reason };
    const { kind } = await db.write([
      ...touchReceivable(debt),
      insertClawback({ id, receivableId, asset: debt.asset, amount }),
      outbox.insert({
        id: `ledger_clawback:${id}`,
        kind: "ledger_clawback",
        subject: id,
        delivery: "at_least_once",
        body: undefined,
      }),
      closeAlarms("clawback_failed", receivableId),
      ...statements,
    ], { committed });
    // Somebody was faster, with this debt.
    return kind === "written"
      ? { kind: "ordered", clawbackId: id }
      : { kind: "refused", reason: "clawback_under_way" };
  });
}

async function refusalOf(
  on: OrderingClawbacks,
  debt: Receivable,
  amount: bigint,
): Promise<Exclude<Extract<ClawbackOrdered, { kind: "refused" }>["reason"], "unknown"> | null> {
  const { db } = on.books;
  if (await isClawbackUnderWay(db, debt.id)) return "clawback_under_way";
  if (amount <= 0n || amount > debt.amount - debt.settled) return "clawback_amount";
  const holding = await lookAtHolding({ ...on, db }, debt, amount);
  return holding.kind === "misfit" ? holding.reason : null;
}
