/**
 * What Horizon says to a submitted envelope. None of it decides anything (M-2, M-6): it is for logs and back-off, and
 * the ledger is asked in any case.
 * @module
 */
import { z } from "zod";
import { hash, problemSchema } from "./horizon-schemas.ts";
import type { HorizonAnswer } from "./horizon-request.ts";
import type { HorizonTrouble } from "./horizon-unavailable.ts";

/** Result codes as Horizon spells them. */
export interface ResultCodes {
  /** For example `tx_failed`, `tx_bad_seq`. */
  readonly transaction: string;
  /** One for each operation; empty where none was tried. */
  readonly operations: readonly string[];
  /** With `tx_fee_bump_inner_failed`: the inner transaction's own code. */
  readonly inner?: string;
}

/**
 * A hint, never a proof.
 * - `included`: it says that the transaction is in a ledger
 * - `refused`: 400 with result codes: refused at the door, or failed in a ledger; which of the two it does not tell
 * - `malformed`: 400, the XDR was not understood
 * - `timeout`: 504, or we stopped waiting: it may still get in
 * - `busy`: 429
 * - `unavailable`: anything else; `trouble` where not even an answer came
 */
export type SubmissionAnswer =
  | { readonly kind: "included"; readonly hash: string; readonly ledger: number }
  | { readonly kind: "refused"; readonly codes: ResultCodes }
  | { readonly kind: "malformed" }
  | { readonly kind: "timeout" }
  | { readonly kind: "busy"; readonly retryAfterMs: number | null }
  | {
    readonly kind: "unavailable";
    readonly status: number | null;
    readonly trouble: HorizonTrouble;
    readonly retryAfterMs: number | null;
  };

const includedSchema = z.object({ hash, ledger: z.number().int() });

/** Reads the answer to `POST /transactions`. */
export function submissionAnswerOf(answer: HorizonAnswer): SubmissionAnswer {
  const { status, body, retryAfterMs } = answer;
  if (status === 200) {
    const included = includedSchema.safeParse(body);
    if (included.success) return { kind: "included", ...included.data };
    return { kind: "unavailable", status, trouble: "garbage", retryAfterMs };
  }
  if (status === 504) return { kind: "timeout" };
  if (status === 429) return { kind: "busy", retryAfterMs };
  const problem = problemSchema.safeParse(body).data;
  const codes = problem?.extras?.result_codes;
  if (problem?.type.endsWith("/transaction_failed") && codes !== undefined) {
    const { transaction, operations = [], inner_transaction: inner } = codes;
    return { kind: "refused", codes: { transaction, operations, ...(inner === undefined ? {} : { inner }) } };
  }
  if (problem?.type.endsWith("/transaction_malformed")) return { kind: "malformed" };
  const trouble = problem?.type.endsWith("/stale_history") ? "stale" : "status";
  return { kind: "unavailable", status, trouble, retryAfterMs };
}
