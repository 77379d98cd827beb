/**
 * What each SEP calls an internal state: one table for (state, SEP, kind).
 * @module
 */
import type { Kind, State } from "../transfers/states.ts";

/** The statuses of SEP-6, section 3.6 of its checklist, and of SEP-24. */
export const STATUSES = [
  "incomplete",
  "pending_customer_info_update",
  "pending_transaction_info_update",
  "pending_user_transfer_start",
  "pending_user_transfer_complete",
  "pending_external",
  "pending_anchor",
  "on_hold",
  "pending_stellar",
  "pending_trust",
  "pending_user",
  "completed",
  "refunded",
  "expired",
  "no_market",
  "too_small",
  "too_large",
  "error",
] as const;

/** One of {@link STATUSES}. */
export type Status = typeof STATUSES[number];

/** SEPs that have transactions. */
export type TransferSep = "sep6" | "sep24";

/** A state that a kind never reaches in a SEP is `null`: asking for it is a developer's error. */
type Row = Readonly<Record<TransferSep, Readonly<Record<Kind, Status | null>>>>;

const same = (deposit: Status | null, withdrawal: Status | null): Row => ({
  sep6: { deposit, withdrawal },
  sep24: { deposit, withdrawal },
});

/** The table. */
export const STATUS_TABLE: Readonly<Record<State, Row>> = {
  draft: {
    // SEP-6 has no page on which anybody could choose.
    sep6: { deposit: null, withdrawal: null },
    sep24: { deposit: "incomplete", withdrawal: "incomplete" },
  },
  kyc: {
    sep6: { deposit: "pending_customer_info_update", withdrawal: "pending_customer_info_update" },
    // SEP-24 asks on its own pages; the status that means "data missing" there is incomplete.
    sep24: { deposit: "incomplete", withdrawal: "incomplete" },
  },
  instructing: same("pending_anchor", null),
  waiting: same("pending_user_transfer_start", "pending_user_transfer_start"),
  arriving: same("pending_external", null),
  asking: {
    sep6: { deposit: "pending_customer_info_update", withdrawal: "pending_customer_info_update" },
    sep24: { deposit: "pending_user", withdrawal: "pending_user" },
  },
  funded: same("pending_anchor", "pending_anchor"),
  trusting: same("pending_trust", null),
  paying: same("pending_stellar", "pending_external"),
  refunding: same("pending_external", "pending_stellar"),
  on_hold: same("on_hold", "on_hold"),
  completed: same("completed", "completed"),
  refunded: same("refunded", "refunded"),
  expired: same("expired", "expired"),
  failed: same("error", "error"),
};

/** The status of a transfer in a SEP's words. */
export function statusOf(sep: TransferSep, kind: Kind, state: State): Status {
  const status = STATUS_TABLE[state][sep][kind];
  if (status === null) throw new Error(`Cannot name the state ${state} of a ${kind}: it never reaches it`);
  return status;
}

/** Statuses in which the user is to do something, so that a deadline may be shown (R-06-141). */
export const WAITS_FOR_USER: ReadonlySet<Status> = new Set<Status>([
  "incomplete",
  "pending_customer_info_update",
  "pending_user_transfer_start",
  "pending_user_transfer_complete",
  "pending_trust",
  "pending_user",
]);
