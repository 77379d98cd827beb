/**
 * A transfer at the sandbox bank, in or out, and what it means for the account's balance.
 * @module
 */
import * as z from "zod";

const units = z.string().regex(/^\d+$/).transform(BigInt);

/** One movement of money. Amounts are units of 10⁻⁷; times are ISO 8601. */
export const transferSchema = z.object({
  id: z.string(),
  account: z.string(),
  direction: z.enum(["in", "out"]),
  /** `return`: a payout that came back as a credit; `debit`: what the bank took by itself. */
  kind: z.enum(["payment", "return", "payout", "refund", "debit"]),
  /** The owner's idempotency key, for payouts and refunds. */
  key: z.string().optional(),
  /** What was asked with the key, to tell another request with the same key. */
  request: z.string().optional(),
  state: z.enum([
    "pending",
    "booked",
    "returned",
    "reversed",
    "rejected",
    "accepted",
    "in_review",
    "sent",
    "completed",
    "failed",
  ]),
  amount: units,
  fee: units,
  currency: z.string(),
  at: z.string(),
  bookedAt: z.string().optional(),
  /** When an accepted payout completes by itself, milliseconds since 1970. */
  completesAt: z.number().optional(),
  instruction: z.string().optional(),
  customer: z.string().optional(),
  reference: z.string().optional(),
  remittance: z.string().optional(),
  payer: z.object({ name: z.string(), account: z.string() }).optional(),
  beneficiary: z.record(z.string(), z.string()).optional(),
  /** The inbound transfer that a refund sends back. */
  refundOf: z.string().optional(),
  /** Units of an inbound transfer that were sent back. */
  refunded: units.default(0n),
  original: z.object({ key: z.string(), id: z.string() }).optional(),
  reversal: z.object({ kind: z.enum(["fraud", "operational", "bank_return", "ours"]), code: z.string() })
    .optional(),
  reason: z.object({ code: z.string(), fields: z.array(z.string()) }).optional(),
  returnableUntil: z.string().optional(),
  revision: z.int(),
});

/** A transfer; see `transferSchema`. */
export type Transfer = z.output<typeof transferSchema>;

/** Reads a stored transfer. */
export function readTransfer(body: string): Transfer {
  return transferSchema.parse(JSON.parse(body));
}

/** Writes a transfer for storage. */
export function writeTransfer(transfer: Transfer): string {
  return JSON.stringify(transfer, (_, value) => typeof value === "bigint" ? value.toString() : value);
}

/** Units that a transfer, as it stands, adds to its account and to the bank's fees. */
export function effectOf(transfer: Transfer): { readonly account: bigint; readonly fees: bigint } {
  const { direction, kind, state, amount, fee } = transfer;
  if (direction === "in") {
    // Money that was refunded stays booked: the refund is a transfer of its own.
    const ours = state === "booked" || (state === "returned" && transfer.refunded > 0n);
    return ours ? { account: amount - fee, fees: fee } : { account: 0n, fees: 0n };
  }
  if (kind === "debit") return { account: -amount, fees: 0n };
  if (state === "failed") return { account: 0n, fees: 0n };
  // A payout that came back as a state brings back its amount, never the fee.
  return { account: state === "returned" ? -fee : -amount - fee, fees: fee };
}
