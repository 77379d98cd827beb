/**
 * The internal states of a transfer. What a SEP calls them is a table of its own (`core/seps/statuses.ts`).
 * @module
 */

/** Money that comes in over a bank and goes out on Stellar, or the reverse. */
export const KINDS = ["deposit", "withdrawal"] as const;

/** One of {@link KINDS}. */
export type Kind = typeof KINDS[number];

/**
 * - `draft`: the person has not chosen yet what it is to be (SEP-24)
 * - `kyc`: the customer still owes data
 * - `instructing`: the rail is asked where to pay (deposits)
 * - `waiting`: the user is to pay
 * - `arriving`: the bank has told of money that is not booked yet (deposits)
 * - `asking`: the money is here, and for so much of it the customer owes more data
 * - `funded`: the money is here and is to be paid out
 * - `trusting`: the destination cannot take the asset yet (deposits)
 * - `paying`: a payout has been stored, and sent or about to be
 * - `refunding`: money goes back where it came from
 * - `on_hold`: a person has to decide
 * - `completed`, `refunded`, `expired`, `failed`: over
 */
export const STATES = [
  "draft",
  "kyc",
  "instructing",
  "waiting",
  "arriving",
  "asking",
  "funded",
  "trusting",
  "paying",
  "refunding",
  "on_hold",
  "completed",
  "refunded",
  "expired",
  "failed",
] as const;

/** One of {@link STATES}. */
export type State = typeof STATES[number];

/** States that nothing leaves by itself; what comes later (a return, a repair) has an arc of its own. */
export const FINAL: ReadonlySet<State> = new Set<State>(["completed", "refunded", "expired", "failed"]);

/** States in which money of the customer is with us: *in flight* in the books equals what these say (M-23). */
export const HOLDS_MONEY: ReadonlySet<State> = new Set<State>([
  "asking",
  "funded",
  "trusting",
  "paying",
  "refunding",
  "on_hold",
]);

/** States that wait for the customer's data, so that acceptance moves them on. */
export const ASKS: ReadonlySet<State> = new Set<State>(["kyc", "asking"]);

/** States in which nobody has paid yet, so that a deadline holds. */
export const UNPAID: ReadonlySet<State> = new Set<State>([
  "draft",
  "kyc",
  "instructing",
  "waiting",
  "arriving",
]);

/** States that wait for an operator, or for a customer who may never do what is asked: an operator may end the waiting. */
export const MAY_BE_SENT_BACK: readonly State[] = ["asking", "trusting", "on_hold"];

/** States in which what left without a stored attempt may have been this transfer's money (M-14). */
export const MAY_HAVE_BEEN_PAID: readonly State[] = ["asking", "funded", "trusting", "refunding", "on_hold"];

/** States to which an operator may assign money that came without a sign, or too late. */
export const TAKES_ASSIGNED: readonly State[] = ["waiting", "arriving", "expired"];

/**
 * States in which the person of SEP-24 is still in the flow of its pages. A deposit's goes on until the page can say where to
 * pay: many wallets close it when they are told of its end. No transfer comes back into the flow that it has left.
 */
export const IN_FLOW: ReadonlySet<State> = new Set<State>(["draft", "kyc", "instructing"]);

/** Where a transfer begins once it is known what it is to be. @param isReady whether its customer owes nothing more */
export function firstState(kind: Kind, isReady: boolean): State {
  if (!isReady) return "kyc";
  return kind === "deposit" ? "instructing" : "waiting";
}
