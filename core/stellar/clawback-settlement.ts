/**
 * What the ledger's word on an envelope means for the clawback that it carries out, and for what is owed (M-2, M-21).
 * @module
 */
import { move, postingStatements } from "../money/postings.ts";
import { closeAlarms, raiseAlarmAnew } from "../records/alarms.ts";
import type { Database, Statement } from "../records/database.ts";
import { type Clawback, endClawback, findClawback } from "../transfers/clawbacks.ts";
import { closeDebtAlarms, closeReceivable, findReceivable } from "../transfers/receivables.ts";
import { codeOf, type Decided, type Errand } from "./errands.ts";

/**
 * The rows that follow, for the batch that keeps the ledger's word; none for an errand that claws nothing back. What failed
 * is tried again by nobody: an operator may order it anew.
 */
export async function clawbackRows(
  db: Database,
  { clawbackId }: Pick<Errand, "clawbackId">,
  word: Decided,
): Promise<readonly Statement[]> {
  const one = clawbackId === null ? null : await findClawback(db, clawbackId);
  if (one === null) return [];
  switch (word.kind) {
    case "succeeded":
      return await settle(db, one);
    case "absent":
      // What is ordered goes into another envelope.
      return one.state === "undecidable" ? failClawback(one, "absent") : [];
    case "undecidable":
      return endClawback(one, { state: "undecidable", reason: "undecidable" });
    case "failed":
      return failClawback(one, codeOf(word) ?? "unknown");
  }
}

/** Nothing was taken, and a person is told why. */
export function failClawback(one: Clawback, reason: string): Statement[] {
  return [
    ...endClawback(one, { state: "failed", reason }),
    ...raiseAlarmAnew("clawback_failed", one.receivableId, reason),
  ];
}

/** Tokens are gone from others' hands, and as much less is owed to us. */
async function settle(db: Database, one: Clawback): Promise<Statement[]> {
  const debt = await findReceivable(db, one.receivableId);
  if (debt === null) throw new Error(`Cannot settle clawback ${one.id}: nothing is owed`);
  const isAll = debt.settled + one.amount === debt.amount;
  return [
    ...endClawback(one, { state: "completed" }),
    ...closeReceivable(debt, { state: isAll ? "settled" : "open", came: one.amount }),
    ...postingStatements(`clawback:${one.id}`, move(one.asset, one.amount, "outstanding", "receivable")),
    ...(isAll ? closeDebtAlarms(debt.id) : [closeAlarms("clawback_failed", debt.id)]),
  ];
}
