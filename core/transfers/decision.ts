/**
 * What a decision about a transfer consists of: data, so that it can be recorded in one batch and performed afterwards.
 * @module
 */
import type { Posting } from "../money/postings.ts";
import type { State } from "./states.ts";
import type { Terms } from "./terms.ts";

/** What has to be done outside. Each kind has one performer (`core/effects.ts`). */
export type EffectKind =
  | "deposit_instructions"
  | "ledger_payout"
  | "bank_payout"
  | "bank_refund"
  | "ledger_refund"
  | "bank_return"
  | "ledger_return"
  | "ledger_clawback"
  | "customer_review"
  | "kyc_review"
  | "kyc_erase"
  | "customer_erased"
  | "kyc_code"
  | "transfer_callback"
  | "transfer_callback_once"
  | "customer_callback";

/**
 * One effect. `key` is unique for ever: deciding the same thing twice records it once. `subject` is the id of the
 * transfer or case. All of these can be done again by their keys, so they are delivered at least once.
 */
export interface Effect {
  readonly kind: EffectKind;
  readonly key: string;
  readonly subject: string;
}

/** Columns of the record that a decision changes; `undefined` leaves a column as it is. Amounts in units of 10⁻⁷. */
export interface Changes {
  /** What a person has chosen, and what follows from that. */
  readonly amountRequested?: bigint | null;
  readonly currency?: string;
  readonly method?: string;
  readonly country?: string | null;
  readonly rail?: string;
  readonly kyc?: string;
  readonly terms?: Terms;
  readonly receiveMemo?: bigint;
  /** `null` where the amount is open. */
  readonly amountIn?: bigint | null;
  /** These three are `null` where nothing would be left to pay out. */
  readonly amountFee?: bigint | null;
  readonly amountOut?: bigint | null;
  readonly feeDetails?: string | null;
  readonly received?: bigint;
  /** True when money has come: its time counts for limits. False when the bank took it back and nothing was moved. */
  readonly funded?: boolean;
  /** The tier that what was chosen, or what came, needs. */
  readonly tier?: string;
  readonly refunded?: bigint;
  readonly backLeft?: bigint | null;
  readonly backThen?: "hold" | "pay" | null;
  readonly paidFrom?: string;
  readonly stellarTransactionId?: string;
  readonly externalTransactionId?: string;
  readonly claimableBalanceId?: string;
  readonly message?: string | null;
  /** The reference that the payer is told: ours, or the rail's own where it gave one. */
  readonly reference?: string;
  /** Sealed for the transfer. */
  readonly instructions?: Uint8Array;
  readonly beneficiary?: Uint8Array;
  /** `null` once it has come back. */
  readonly returnableUntilMs?: number | null;
  /** The same, so long after the decision. */
  readonly returnableForMs?: number;
  readonly expiresMs?: number;
  /** A new deadline, so long after the decision. */
  readonly endsWithinMs?: number;
  /** True sets the time of completion, false takes it away again. */
  readonly completed?: boolean;
}

/** A decision, ready to be recorded. */
export interface Decision {
  readonly state: State;
  readonly changes: Changes;
  readonly postings: readonly Posting[];
  readonly effects: readonly Effect[];
}

/** Nothing is to be done: the event changes nothing in this state. */
export interface Ignored {
  readonly ignored: true;
}
