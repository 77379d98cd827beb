/**
 * The terms of one transfer, as they stood when it was opened: what was promised then holds, whatever the config says
 * later.
 * @module
 */
import { z } from "zod";
import { remembered } from "../remembered.ts";
import type { Fee } from "../money/fees.ts";

/** What happens when another amount arrives than was announced (M-18); `percent` in units of 10⁻⁷ of a percentage point. */
export type AmountTerms =
  | { readonly kind: "exact" | "accept" | "refund" | "excess" }
  | { readonly kind: "tolerance"; readonly percent: bigint };

/** Amounts in units of 10⁻⁷. */
export interface Terms {
  readonly min: bigint;
  readonly max: bigint;
  /** What tier and limits of the customer still left when it was opened; what comes is judged anew. Absent: no bound. */
  readonly upTo?: bigint;
  readonly fee: Fee;
  /** The smallest step in which the payout can be made: 1 on Stellar, the rail's `minUnit` at a bank. */
  readonly step: bigint;
  readonly amounts: AmountTerms;
  /** How often a payout that finally failed is built anew before an operator is asked. */
  readonly maxAttempts: number;
  /** Whether the rail may send an inbound transfer back: by its own refund, or to the account that paid. */
  readonly railRefunds: boolean;
  /** What the customer bears of each payment that goes back (M-19). */
  readonly refundFee: bigint;
  /** What becomes of a withdrawal whose bank payout finally failed or came back (M-21). */
  readonly onPayoutFailure: "ask" | "hold" | "refund";
}

const units = z.string().regex(/^\d+$/).transform((text) => BigInt(text));

const stored = z.object({
  min: units,
  max: units,
  upTo: units.optional(),
  // Bounds came later than the rest.
  fee: z.object({ fixed: units, percent: units, minimum: units.optional(), maximum: units.optional() })
    .transform(({ fixed, percent, minimum, maximum }): Fee => ({
      fixed,
      percent,
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
    })),
  step: units,
  amounts: z.union([
    z.object({ kind: z.enum(["exact", "accept", "refund", "excess"]) }),
    z.object({ kind: z.literal("tolerance"), percent: units }),
  ]),
  maxAttempts: z.number().int().positive(),
  railRefunds: z.boolean(),
  refundFee: units.prefault("0"),
  onPayoutFailure: z.enum(["ask", "hold", "refund"]).default("hold"),
}).transform(({ upTo, ...terms }): Terms => ({ ...terms, ...(upTo === undefined ? {} : { upTo }) }));

/** Terms as they are stored. */
export function termsToJson(terms: Terms): string {
  return JSON.stringify(terms, (_key, value) => typeof value === "bigint" ? value.toString() : value);
}

/** Terms as they were stored; most transfers share theirs. @throws ZodError when the text is none of ours */
export const termsFromJson: (text: string) => Terms = remembered(
  500,
  (text) => stored.parse(JSON.parse(text)),
);

/** How a received amount stands to the announced one under the terms; `excess`: what was announced is paid all the same. */
export type Fit = "fits" | "excess" | "too_small" | "too_large" | "mismatch";

const PERCENT_SCALE = 100n * 10_000_000n;

/**
 * Judges what came (M-18): limits hold for what came, not for what was announced.
 * @param announced `null` for an open amount
 */
export function judgeAmount(terms: Terms, announced: bigint | null, received: bigint): Fit {
  // What was announced is within the limits, and no more than that stays.
  if (excessOf(terms, announced, received) > 0n) return "excess";
  if (received < terms.min) return "too_small";
  if (received > terms.max) return "too_large";
  if (announced === null || received === announced || terms.amounts.kind === "accept") return "fits";
  if (terms.amounts.kind !== "tolerance") return "mismatch";
  const distance = received > announced ? received - announced : announced - received;
  return distance * PERCENT_SCALE <= announced * terms.amounts.percent ? "fits" : "mismatch";
}

/** What came above what was announced, and goes back under the terms; 0 where they say nothing of it. */
export function excessOf({ amounts }: Terms, announced: bigint | null, received: bigint): bigint {
  const isAbove = amounts.kind === "excess" && announced !== null && received > announced;
  return isAbove ? received - announced : 0n;
}
