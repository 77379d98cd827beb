/**
 * Another account is asked of the customer of a withdrawal whose bank payout finally failed or came back, where the terms
 * say so (M-21): what the transfer is told of it, and how often. Pure.
 * @module
 */
import type { ProviderErrorKind, ReasonCode } from "../../plugins/outcome.ts";
import type { Terms } from "./terms.ts";
import type { Transfer } from "./transfer.ts";

/** Message of such a transfer, below `transfer.message.` in the locales. */
export const OTHER_ACCOUNT = "other_account";

/** What tells whether a transfer asks for another account. What is no transfer yet asks for none. */
export type MayAsk = Partial<Pick<Transfer, "state" | "message" | "statusMs">>;

/**
 * When another account was asked for, in milliseconds of the database's clock: what was known of the account by then did
 * not work. `null` where none is asked for.
 */
export function accountAskedMs({ state, message, statusMs }: MayAsk): number | null {
  return state === "asking" && message === OTHER_ACCOUNT && statusMs !== undefined ? statusMs : null;
}

/** How often it was tried to pay, where another account may help; `{}` where it would not. */
export interface Tried {
  readonly tries?: number;
}

/** Codes of a payout that went wrong for another reason than its account, or whose customer is told nothing of it. */
const NOT_THE_ACCOUNT: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "duplicate",
  "fraud",
  "unavailable",
  "watchlist",
]);

/** What a rail says of a payout that failed or came back. @param reason absent where it says nothing of why */
export function triedBy({ number }: { readonly number: number }, reason?: ReasonCode): Tried {
  return reason !== undefined && NOT_THE_ACCOUNT.has(reason) ? {} : { tries: number };
}

/** The same of a payout that was refused at the door. */
export function triedAtDoor(attempt: { readonly number: number }, refusal: ProviderErrorKind): Tried {
  return refusal === "invalid_input" || refusal === "rejected_by_bank" ? triedBy(attempt) : {};
}

/** What becomes of a withdrawal whose payout finally failed or came back: an account is asked for, and not for ever. */
export function afterUnpaid(
  { onPayoutFailure, maxAttempts }: Pick<Terms, "onPayoutFailure" | "maxAttempts">,
  { tries }: Tried,
): Terms["onPayoutFailure"] {
  const mayAsk = tries !== undefined && tries < maxAttempts;
  return onPayoutFailure === "ask" && !mayAsk ? "hold" : onPayoutFailure;
}
