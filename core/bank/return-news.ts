/**
 * What a rail says of a return of ours, whichever way it was told: as its answer, by webhook or in its statement.
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import { move } from "../money/postings.ts";
import { raiseAlarm } from "../records/alarms.ts";
import { repeatable, type Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import type { Books } from "../transfers/record.ts";
import { completeReturn, findReturnByKey, type Return, updateReturn } from "../unmatched/returns.ts";
import { findUnmatched } from "../unmatched/unmatched.ts";
import { lostFee } from "./lost-fee.ts";
import type { RailInstance } from "./rails.ts";

/** Two tellers of one return may race; more often than this it is a fault of ours. */
const RACES = 5;

/** Takes it in. @returns whether more news of it will come; `unknown`: no return of ours has this key */
export async function noteReturn(
  { db }: Pick<Books, "db">,
  instance: RailInstance,
  state: PayoutState,
): Promise<"over" | "open" | "unknown"> {
  for (let race = 1; race <= RACES; race++) {
    const one = await findReturnByKey(db, instance.name, state.key);
    if (!one) return "unknown";
    const told = await statementsOf({ db }, instance, one, state);
    if (told === "open" || told === "over") return told;
    if ((await db.write(told, repeatable)).kind === "written") return "over";
  }
  throw new Error(`Cannot take in news of a return at ${instance.name}: it changed ${RACES} times meanwhile`);
}

/**
 * The rail will not send it back, and its look-up agrees: a person has to. The key is good for another try (M-15).
 * @param conditions of the batch that says so @returns false when somebody was faster, or a condition did not hold
 */
export async function endReturn(
  { db }: Pick<Books, "db">,
  instance: RailInstance,
  key: string,
  conditions: readonly Statement[],
): Promise<boolean> {
  const one = await findReturnByKey(db, instance.name, key);
  if (one?.state !== "stored") return true;
  const failed = updateReturn(one, { state: "failed", reason: "bank_refused" });
  return (await db.write([...conditions, ...failed], repeatable)).kind === "written";
}

/** Makes a batch stale once somebody else has told of the return: it may be back by now, and its receipt with it. */
function isAsRead({ receiptId, version }: Return): Statement {
  return expect("exists (select 1 from returns where receipt_id = ? and version = ?)", [receiptId, version]);
}

/** What is written of it, or what it comes to where nothing is. */
async function statementsOf(
  { db }: Pick<Books, "db">,
  { name }: RailInstance,
  one: Return,
  state: PayoutState,
): Promise<readonly Statement[] | "over" | "open"> {
  const hasFailed = state.state === "returned" || (state.state === "failed" && state.final);
  if (one.state === "completed") {
    // It did not reach who paid: money that the bank has given us again, and no receipt tells of.
    return hasFailed ? [raiseAlarm("payout_returned", one.receiptId, state.key)] : "over";
  }
  // Told again, a failure must not end what was ordered after it.
  const isOver = one.state === "failed" || one.state === "ordered";
  if (isOver && state.state !== "completed") return "over";
  if (state.amount.units !== one.amount) {
    return one.state === "undecidable" ? "over" : [
      ...updateReturn(one, { state: "undecidable", reason: "amount" }),
      raiseAlarm("payout_mismatch", one.receiptId, "amount"),
    ];
  }
  if (hasFailed) {
    return [
      ...updateReturn(one, {
        state: "failed",
        reason: "bank_refused",
        externalId: state.id ?? state.key,
        hasFailed: true,
      }),
      ...lostFee(one, state),
    ];
  }
  if (state.state !== "completed") return "open";
  const receipt = await findUnmatched(db, one.receiptId);
  // Its money was taken back, or given to a transfer after the bank had refused: only a person can tell what is owed.
  if (!receipt) return [isAsRead(one), raiseAlarm("payout_mismatch", one.receiptId, "not_unmatched")];
  const bank = `bank:${name}` as const;
  return completeReturn(one, receipt, state.bankReference ?? state.id ?? state.key, [
    ...move(one.asset, one.amount, "suspense", bank),
    ...move(one.asset, state.fee.units, "costs", bank),
  ]);
}
