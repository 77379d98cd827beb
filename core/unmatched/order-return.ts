/**
 * The order to send unmatched money back where it came from (M-19), by an operator or by the config (M-20): one path, which
 * is refused where nobody knows whom to pay, or where the money is on its way already.
 * @module
 */
import type { UnmatchedReason } from "../bank/match.ts";
import type { RailOf } from "../bank/rails.ts";
import { wayBack } from "../bank/way-back.ts";
import type { Database, Statement, WriteOptions } from "../records/database.ts";
import type { Outbox } from "../records/outbox.ts";
import type { Vault } from "../records/vault.ts";
import { refundTarget } from "../stellar/refund-target.ts";
import { findReturn, insertOrder, type Return } from "./returns.ts";
import { findUnmatched, type UnmatchedReceipt } from "./unmatched.ts";

/**
 * Why money is not sent back.
 * - `unknown`: no unmatched money of this id
 * - `returning`: it is on its way
 * - `return_undecided`: it is not known whether it has gone back
 * - `payer_unknown`: the account that paid is not known, or not in full, or it paid in a currency that the rail cannot send
 * - `own_account`: one of our own accounts paid it (M-13)
 */
export type ReturnRefusal = "unknown" | "returning" | "return_undecided" | "payer_unknown" | "own_account";

/** A rail is instructed in its own currency alone: so much of that would be another amount. */
const OTHER_CURRENCY: UnmatchedReason = "other_currency";

/** What became of an order. */
export type Ordered =
  | { readonly kind: "ordered"; readonly return: Return }
  | { readonly kind: "refused"; readonly reason: ReturnRefusal };

/** What ordering needs. */
export interface Ordering {
  readonly db: Database;
  readonly outbox: Pick<Outbox, "insert">;
  /** Opens who paid. */
  readonly vault: Vault;
  readonly railOf: RailOf;
  /** Whether an account on the ledger is ours. */
  readonly isOurs: (account: string) => boolean;
}

/**
 * Records the order; an effect of its own carries it out.
 * @param order statements of the batch that say who orders, what finds it again, and conditions that stand before all of it
 */
export async function orderReturn(
  on: Ordering,
  receiptId: string,
  { conditions = [], statements, committed, automatic }: WriteOptions & {
    readonly conditions?: readonly Statement[];
    readonly statements: readonly Statement[];
    readonly automatic: boolean;
  },
): Promise<Ordered> {
  const { db, outbox } = on;
  const receipt = await findUnmatched(db, receiptId);
  const before = await findReturn(db, receiptId);
  const reason = receipt === null ? "unknown" : await returnRefusal(on, receipt, before);
  if (receipt === null || reason !== null) return { kind: "refused", reason: reason ?? "unknown" };
  const effect = `${receipt.side}_return`;
  const { kind } = await db.write([
    ...conditions,
    ...insertOrder(receipt, before, automatic),
    outbox.insert({
      id: `${effect}:${receiptId}:${(before?.number ?? 0) + 1}`,
      kind: effect,
      subject: receiptId,
      delivery: "at_least_once",
      body: undefined,
    }),
    ...statements,
  ], { committed });
  const now = await findReturn(db, receiptId);
  if (kind === "written" && now) return { kind: "ordered", return: now };
  // Somebody was faster: what they did is the reason.
  const left = await findUnmatched(db, receiptId);
  return { kind: "refused", reason: (left && await returnRefusal(on, left, now)) ?? "unknown" };
}

/** Why this money cannot be sent back now, or `null`. @param before its return, if there was one */
export async function returnRefusal(
  { db, vault, railOf, isOurs }: Omit<Ordering, "outbox">,
  receipt: UnmatchedReceipt,
  before: Return | null,
): Promise<ReturnRefusal | null> {
  if (before?.state === "undecidable") return "return_undecided";
  if (before !== null && before.state !== "failed") return "returning";
  if (receipt.side === "bank") {
    if (receipt.reason === OTHER_CURRENCY) return "payer_unknown";
    const { rail } = railOf(receipt.place);
    return wayBack(rail, vault, receipt, true).kind === "none" ? "payer_unknown" : null;
  }
  const target = await refundTarget({ db, vault }, { refundMemo: null }, receipt);
  if (target === null) return "payer_unknown";
  return isOurs(target.payer) ? "own_account" : null;
}
