/**
 * What the ledger has to know of a kind of operation. One file beside this one per kind.
 * @module
 */
import type { Party } from "../address.ts";
import type { View } from "../view.ts";

/** How much signature weight of its source account an operation needs. */
export type Threshold = "low" | "medium" | "high";

/** Where and when an operation is applied. */
export interface Applying {
  /** The state to change; thrown away when the operation fails. */
  view: View;
  /** Source account of the operation. */
  source: string;
  /** The ledger that is being made, and its close time in seconds. */
  ledger: { sequence: number; closeTime: number };
  /** The transaction: its source account and sequence number. */
  transaction: { source: string; sequence: bigint };
  /** Position of the operation in its transaction, from 0. */
  index: number;
}

/** The result of an operation by which the network refuses it for reasons of its kind. */
export type Outcome<Result> = Result | "too_many_subentries";

/**
 * One kind of operation. `Op` is its body in a transaction, `Result` what the network says of it, both as plain values
 * of the SDK's XDR.
 */
export interface OperationHandler<Op, Result extends { code: number }> {
  /** Horizon's name of the kind. */
  name: string;
  /** Whether Horizon counts it as a payment. */
  payment: boolean;
  /** Signature weight needed. */
  threshold(op: Op): Threshold;
  /** The refusals of this kind by Horizon's name of the code; the first is what a made-up failure answers. */
  refusals: Readonly<Record<string, Result>>;
  /** The result of an operation that nobody came to look at: a success without content. */
  untouched: Result;
  /** Looks at the operation alone, as the network does at the door. */
  check(op: Op, source: string): Result | undefined;
  /** Changes the state, or says why not. */
  apply(op: Op, at: Applying): Outcome<Result>;
  /** What Horizon shows of it beside what it shows of every operation. */
  fields(op: Op, source: Party, successful: boolean): Record<string, unknown>;
  /** Accounts that take part, beside the source. */
  participants(op: Op): string[];
}
