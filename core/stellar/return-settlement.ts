/**
 * What the ledger's word on an envelope means for the return that it carries (M-2, M-19).
 * @module
 */
import { move } from "../money/postings.ts";
import { raiseAlarmAnew } from "../records/alarms.ts";
import type { Database, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { completeReturn, findReturn, updateReturn } from "../unmatched/returns.ts";
import { findUnmatched, type UnmatchedReceipt } from "../unmatched/unmatched.ts";
import type { Decided, Errand } from "./errands.ts";
import { NEEDS_A_PERSON, remedyOf } from "./remedies.ts";

/** Envelopes of one order that failed in a ledger; more of the same is a person's. */
const MOST_FAILURES = 3;

const postings = rowsOfTable("postings");

/**
 * The rows that follow, for the batch that keeps the ledger's word; none for an errand that sends nothing back. What went
 * out undecided is tried again by nobody: a person may order it anew.
 */
export async function returnRows(
  db: Database,
  { receiptId }: Pick<Errand, "receiptId">,
  word: Decided,
): Promise<readonly Statement[]> {
  const one = receiptId === null ? null : await findReturn(db, receiptId);
  const receipt = receiptId === null ? null : await findUnmatched(db, receiptId);
  if (!one || !receipt) return [];
  switch (word.kind) {
    case "succeeded": {
      const left = move(one.asset, one.amount, "suspense", await heldIn(db, receipt));
      return completeReturn(one, receipt, word.hash, left);
    }
    case "absent":
      return one.state === "undecidable" ? updateReturn(one, { state: "failed", reason: "absent" }) : [];
    case "undecidable":
      return updateReturn(one, { state: "undecidable", reason: "undecidable" });
    case "failed": {
      const remedy = remedyOf(word.codes);
      const again = one.state === "ordered" && !NEEDS_A_PERSON.has(remedy) &&
        one.failures + 1 < MOST_FAILURES;
      if (again) return updateReturn(one, { state: "ordered", hasFailed: true });
      return [
        ...updateReturn(one, { state: "failed", reason: remedy, hasFailed: true }),
        ...raiseAlarmAnew("payout_refused", one.receiptId, remedy),
      ];
    }
  }
}

/** The account of the books that the money came into: it leaves the same one, whatever the config says by now. */
async function heldIn(
  db: Database,
  { externalId }: UnmatchedReceipt,
): Promise<"outstanding" | "bank:stellar"> {
  const [row] = await db.query({
    sql: "select account from postings where batch = ? and account <> 'suspense'",
    args: [`operation:${externalId}`],
  });
  if (!row) throw new Error(`Cannot return operation ${externalId}: it was never booked`);
  return postings.oneOf(row, "account", ["outstanding", "bank:stellar"]);
}
