/**
 * What each result code calls for (M-6). At the door every one of them means the same: look the hash up, and go the way
 * of M-2. The table says what comes after, when the ledger has decided.
 * @module
 */
import type { ResultCodes } from "./horizon.ts";

/**
 * What to do about a payment that failed in a ledger, or that is proven absent after such a refusal.
 * - `build_anew`: nothing stands in the way of another envelope
 * - `offer_more`: another envelope with a higher fee, under the cap
 * - `wait_for_trust`: the destination has no trustline (`pending_trust`, or a claimable balance)
 * - `wait_for_room`: its trustline is full
 * - `wait_for_authorization`: its trustline is not authorized
 * - `create_account`: the destination is not there
 * - `pay_account`: it is there already: pay it instead of creating it
 * - `refill`: our own account lacks the asset, or XLM for fee and reserve: an operator fills it up, then build anew
 * - `operator`: only a person can tell what is wrong
 */
export type Remedy =
  | "build_anew"
  | "offer_more"
  | "wait_for_trust"
  | "wait_for_room"
  | "wait_for_authorization"
  | "create_account"
  | "pay_account"
  | "refill"
  | "operator";

/** Codes of the transaction. */
const TRANSACTION_REMEDIES: Readonly<Record<string, Remedy>> = {
  tx_bad_seq: "build_anew",
  tx_too_late: "build_anew",
  tx_internal_error: "build_anew",
  tx_insufficient_fee: "offer_more",
  tx_insufficient_balance: "refill",
  tx_bad_auth: "operator",
  tx_bad_auth_extra: "operator",
  tx_no_source_account: "operator",
};

/** Codes of its operation. */
const OPERATION_REMEDIES: Readonly<Record<string, Remedy>> = {
  op_no_trust: "wait_for_trust",
  op_line_full: "wait_for_room",
  op_not_authorized: "wait_for_authorization",
  op_no_destination: "create_account",
  op_already_exists: "pay_account",
  op_underfunded: "refill",
  op_low_reserve: "refill",
  op_no_issuer: "operator",
  op_src_no_trust: "operator",
  op_src_not_authorized: "operator",
};

/** What more of the same would not mend. */
export const NEEDS_A_PERSON: ReadonlySet<Remedy> = new Set<Remedy>(["operator", "refill"]);

/** The remedy for the codes of a decided failure; what is not listed is an operator's. */
export function remedyOf(codes: ResultCodes | null): Remedy {
  if (codes === null) return "operator";
  const operation = codes.operations.find((code) => code !== "op_success");
  if (operation !== undefined) return find(OPERATION_REMEDIES, operation);
  // A fee bump that failed says nothing by itself: the inner transaction's code does.
  const transaction = codes.transaction === "tx_fee_bump_inner_failed" ? codes.inner : codes.transaction;
  return find(TRANSACTION_REMEDIES, transaction ?? "");
}

/** A code comes from outside, so only what the table itself has counts. */
function find(table: Readonly<Record<string, Remedy>>, code: string): Remedy {
  return Object.hasOwn(table, code) ? table[code] ?? "operator" : "operator";
}
