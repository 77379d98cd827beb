/**
 * What can happen to a transfer. Events say facts that somebody has established: the bank's own statement, an operation
 * in a ledger, a decision of a provider. No event rests on a clock or a time-out of ours but `time_ran_out`.
 * @module
 */
import type { Tried } from "./account-asked.ts";
import type { Terms } from "./terms.ts";

/** Why a destination cannot be paid now (M-8). */
export type DestinationReason =
  | "no_account"
  | "no_trustline"
  | "not_authorized"
  | "line_full"
  | "memo_required";

/** Why money cannot go back by itself: the payer's account, or a fee that would leave nothing. */
export type RefundReason = "payer_gone" | "memo_required" | "refund_fee";

/**
 * How what came stands to tiers and limits (M-18): the customer is known well enough for the tier that it needs, has to tell
 * more for that tier, or nothing that may be told is enough.
 */
export type Clearance =
  | { readonly kind: "cleared" | "asks"; readonly tier: string }
  | { readonly kind: "above" };

/** A part of a transfer's money that goes back. */
export interface RefundPart {
  /** What leaves the transfer: what the customer bears of it is taken out of it. */
  readonly amount: bigint;
  /** What becomes of the rest once it is back: an operator decides, or it is paid. */
  readonly then: "hold" | "pay";
  /** The tier that the rest needs, where it is to be paid. */
  readonly tier?: string;
}

/** One of the facts of the module's text. Amounts in units of 10⁻⁷. */
export type TransferEvent =
  /** The person of a draft has said what it is to be: all that is settled for others when they open. */
  | {
    readonly type: "chosen";
    /** Whether the customer owes nothing more for it. */
    readonly isReady: boolean;
    /** `null`: open. */
    readonly amount: bigint | null;
    readonly currency: string;
    readonly method: string;
    readonly country: string | null;
    /** Names of the instances that serve it. */
    readonly rail: string;
    readonly kyc: string;
    readonly tier: string;
    readonly terms: Terms;
    /** How long the user has to pay from now on. */
    readonly endsWithinMs: number;
    /** Deposits: drawn, where the rail wants one of us. */
    readonly reference?: string;
    /** Withdrawals: drawn (M-12). */
    readonly receiveMemo?: bigint;
    /** Withdrawals: the account to pay, sealed for the transfer; absent until the customer is ready. */
    readonly beneficiary?: Uint8Array;
  }
  /** `beneficiary` is the account that a withdrawal pays, sealed for the transfer. */
  | { readonly type: "customer_accepted"; readonly beneficiary?: Uint8Array }
  /** The customer will never be accepted. */
  | { readonly type: "customer_rejected" }
  /** The customer had everything erased that is known of them. */
  | { readonly type: "customer_erased" }
  /** The customer is not accepted (any more) while money is with us (M-22). */
  | { readonly type: "customer_withdrawn" }
  /** The customer owes us what a bank took back after it had been paid out (M-21): nothing more is paid until that is settled. */
  | { readonly type: "customer_frozen" }
  /** An operator has lifted that. */
  | { readonly type: "freeze_lifted" }
  | {
    readonly type: "instructions_given";
    readonly validUntilMs?: number;
    /** What the payer is shown, sealed for the transfer. */
    readonly instructions?: Uint8Array;
    /** Set where the rail gives a reference of its own instead of ours: the one that the payer sees is looked for. */
    readonly reference?: string;
  }
  /** The rail will not take this deposit: nothing has been paid, so it ends. */
  | { readonly type: "instructions_refused" }
  | { readonly type: "credit_announced" }
  /** What had been announced will not come, and nothing else is on its way. */
  | { readonly type: "credit_vanished" }
  /** Receipts that belong to this transfer; `kept` is what the rail kept of them. */
  | {
    readonly type: "money_received";
    /** Their sum before the rail's own fee. */
    readonly amount: bigint;
    readonly kept: bigint;
    /** Rail instance or our account, for the books. */
    readonly place: string;
    readonly stellarTransactionId?: string;
    readonly externalTransactionId?: string;
    /** `G…` or `M…` that paid, for withdrawals. */
    readonly paidFrom?: string;
    /** Absent: the tier stays as it was when the transfer opened. */
    readonly clearance?: Clearance;
  }
  /** An operator has said that unmatched money belongs here: it leaves suspense. */
  | {
    readonly type: "money_assigned";
    readonly amount: bigint;
    readonly stellarTransactionId?: string;
    readonly externalTransactionId?: string;
    readonly paidFrom?: string;
    readonly clearance?: Clearance;
  }
  /** An operator ends what nobody has paid. */
  | { readonly type: "ended_by_operator" }
  /** The bank took back what had been received (M-21). */
  | { readonly type: "money_taken_back" }
  /** An operator ends a transfer whose money was taken back before any of it went out; `net`: what the bank took. */
  | { readonly type: "given_up"; readonly net: bigint }
  | { readonly type: "destination_waits"; readonly reason: DestinationReason }
  | { readonly type: "destination_refuses"; readonly reason: DestinationReason }
  | { readonly type: "destination_ready" }
  | { readonly type: "payout_stored" }
  /** By the rules of the config, operators have to agree to the payout first (M-27). */
  | { readonly type: "approval_needed" }
  /** Enough of them have. */
  | { readonly type: "approved" }
  /** An operator has decided that what is held is paid after all, as much as is here; never what is above a limit. */
  | { readonly type: "pay_ordered"; readonly clearance: Exclude<Clearance, { readonly kind: "above" }> }
  /** Decided by the ledger (M-2) or by the rail's own look-up (M-15). */
  | {
    readonly type: "payout_completed";
    readonly amount: bigint;
    readonly stellarTransactionId?: string;
    readonly externalTransactionId?: string;
    readonly claimableBalanceId?: string;
    /** What the rail took on top. */
    readonly railFee?: bigint;
    readonly place: string;
    /** Until when the rail says that it can come back. */
    readonly returnableUntilMs?: number;
    /** For how long it can, where the rail says so of every payout; what it says of this one goes before. */
    readonly returnableForMs?: number;
  }
  /** What left without a stored attempt was the payout (M-14); on the ledger it stands in suspense. */
  | {
    readonly type: "payout_found";
    readonly amount: bigint;
    readonly stellarTransactionId?: string;
    readonly claimableBalanceId?: string;
    readonly externalTransactionId?: string;
    readonly railFee?: bigint;
    readonly place: string;
  }
  /** Finally failed, by the same authorities; the money is still ours to pay. */
  | { readonly type: "payout_failed"; readonly again: boolean } & Tried
  /** It came back, before or after it had completed: we owe that money again (M-21). */
  | {
    readonly type: "payout_returned";
    readonly place: string;
    /** What the rail took on top, and keeps; booked already where the payout had completed. */
    readonly railFee?: bigint;
  } & Tried
  /** M-2 could not be decided: an operator has to look. */
  | { readonly type: "payout_undecidable" }
  /** An operator has decided that the money goes back where it came from: all of it, or a part. */
  | { readonly type: "refund_ordered"; readonly part?: RefundPart }
  /** The payer's account cannot take the asset yet; the transfer goes on being refunded. */
  | { readonly type: "refund_waits"; readonly reason: DestinationReason }
  | { readonly type: "refund_stored" }
  /** One receipt went back, decided by the ledger (M-2) or by the rail's own look-up. */
  | {
    readonly type: "refund_completed";
    /** The hash on Stellar, or what the bank calls it. */
    readonly id: string;
    readonly idType: "stellar" | "external";
    readonly amount: bigint;
    /** What the customer bears of it (M-19). */
    readonly fee: bigint;
    /** What the rail took on top, which is ours to bear. */
    readonly railFee?: bigint;
    readonly place: string;
  }
  /** What left without a stored attempt sent one receipt back (M-14); on the ledger it stands in suspense. */
  | {
    readonly type: "refund_found";
    readonly id: string;
    readonly idType: "stellar" | "external";
    readonly amount: bigint;
    readonly fee: bigint;
    readonly railFee?: bigint;
    readonly place: string;
  }
  /** One receipt did not go back, finally; `reason` is why it never will by itself. */
  | { readonly type: "refund_failed"; readonly again: boolean; readonly reason?: RefundReason }
  /** M-2 could not be decided: an operator has to look. */
  | { readonly type: "refund_undecidable" }
  | { readonly type: "time_ran_out" };
