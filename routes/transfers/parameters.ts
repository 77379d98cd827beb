/**
 * Parameters that SEP-6 and SEP-24 both take, with what is wrong about them said in the caller's language.
 * @module
 */
import { z } from "zod";
import { parseUnits } from "../../plugins/money.ts";
import { isCountry } from "../../plugins/sep9/mod.ts";
import { addressKind } from "../../core/auth/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import { isMemo } from "../../core/stellar/memo-text.ts";
import type { Memo } from "../../core/transfers/transfer.ts";
import { says } from "../http/mod.ts";

/** A positive decimal with at most seven decimals, in units of 10⁻⁷; never rounded (R-06-40, R-06-41, R-24-37). */
export const amount = z.string().transform((text, context) => {
  const units = parseUnits(text);
  if (units !== null && units > 0n) return units;
  context.issues.push({ code: "custom", input: text, params: says("transfer.amount_invalid") });
  return z.NEVER;
});

/** `G…` or `M…`; a contract is refused until it can log in (M-8), a seed is never repeated (R-23-4). */
export const stellarAddress = z.string().superRefine((text, context) => {
  const kind = addressKind(text);
  if (kind === "account" || kind === "muxed") return;
  const code = kind === "contract" ? "transfer.contract_account" : "transfer.account_invalid";
  context.addIssue({ code: "custom", params: says(code) });
});

/** An ISO 3166-1 alpha-3 code. */
export const country = z.string().refine(isCountry);

/** Types of memos that both SEPs name. */
export const memoType = z.enum(["id", "text", "hash"]);

/** A memo and its type: both or neither, and the one fits the other (R-06-44, R-06-45, R-06-91, R-24-111). */
export function readMemoPair(
  type: z.output<typeof memoType> | undefined,
  value: string | undefined,
  names: { readonly type: string; readonly value: string },
): Memo | undefined {
  if (type === undefined && value === undefined) return undefined;
  if (type === undefined || value === undefined) throw new Refusal("transfer.memo_pair", names);
  if (!isMemo(type, value)) throw new Refusal("transfer.memo_invalid", { ...names, kind: type });
  return { type, value: type === "id" ? BigInt(value).toString() : value };
}

/** The memo of a payout to an account, whose names are the same in both SEPs. */
export function readPayoutMemo(
  { account, memo_type: type, memo: value }: {
    readonly account: string;
    readonly memo_type?: z.output<typeof memoType> | undefined;
    readonly memo?: string | undefined;
  },
): Memo | undefined {
  const memo = readMemoPair(type, value, { type: "memo_type", value: "memo" });
  // Both would name a sub-account of the destination (R-06-82).
  if (memo && account.startsWith("M")) throw new Refusal("transfer.memo_with_muxed");
  return memo;
}

/** The memo of what is sent back, whose names are the same in both SEPs. */
export function readRefundMemo(
  { refund_memo_type: type, refund_memo: value }: {
    readonly refund_memo_type?: z.output<typeof memoType> | undefined;
    readonly refund_memo?: string | undefined;
  },
): Memo | undefined {
  return readMemoPair(type, value, { type: "refund_memo_type", value: "refund_memo" });
}
