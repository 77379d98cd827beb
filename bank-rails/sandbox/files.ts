/**
 * The sandbox bank's files: statements that it writes and payment files that it reads, both JSON.
 * @module
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { BankRail, PayoutState } from "../../plugins/bank-rail.ts";
import { readJson } from "../../plugins/json.ts";
import { formatUnits, type Money, parseUnits } from "../../plugins/money.ts";
import { done, failed } from "../../plugins/outcome.ts";
import type { Ports } from "../../plugins/ports.ts";
import { readBalance, readLines } from "./readings.ts";

/** What a payout is asked with. */
export type PayoutRequest = Parameters<NonNullable<BankRail["createPayout"]>>[0];

const statementSchema = z.looseObject({ sequence: z.int().min(1), balance: z.unknown().optional() });
const paymentsSchema = z.object({ payments: z.array(z.object({ key: z.string(), amount: z.string() })) });

/** Reads a statement file. */
export function readStatementFile(bytes: Uint8Array): ReturnType<NonNullable<BankRail["readFile"]>> {
  const file = statementSchema.safeParse(readJson(bytes));
  if (!file.success) return Promise.resolve(failed("invalid_input", { providerCode: "unreadable_file" }));
  const lines = readLines(file.data);
  const balance = readBalance(file.data.balance);
  if (!lines.ok) return Promise.resolve(lines);
  return Promise.resolve(done({
    ...lines.value,
    sequence: String(file.data.sequence).padStart(12, "0"),
    ...(balance.ok && { balance: balance.value }),
  }));
}

/** How the bank wants a payout written, in calls and in files. */
export function writtenPayout({ amount, beneficiary, reference }: PayoutRequest, decimals: number) {
  return { amount: formatUnits(amount.units, decimals), beneficiary, reference };
}

/** Writes payouts as one file; the same payouts in any order make the same bytes and the same name. */
export function writePaymentFile(
  payouts: readonly PayoutRequest[],
  decimals: number,
): { readonly name: string; readonly bytes: Uint8Array } {
  const payments = payouts.map((payout) => ({ key: payout.key, ...writtenPayout(payout, decimals) }))
    .sort((a, b) => a.key < b.key ? -1 : 1);
  const bytes = new TextEncoder().encode(JSON.stringify({ payments }));
  const digest = createHash("sha256").update(bytes).digest("hex");
  return { name: `payments-${digest.slice(0, 24)}.json`, bytes };
}

/** A payout that a file is to carry, before the bank has seen it. */
export function registered(key: string, amount: Money): PayoutState {
  const fee = { units: 0n, currency: amount.currency };
  return { key, state: "accepted", final: false, amount, fee, revision: 0 };
}

/** The payout that a file carries which still waits for the bank: the bank will act on it. */
export async function waitingInFile(
  key: string,
  currency: string,
  ports: Ports,
): Promise<PayoutState | null> {
  for (const name of await ports.files.list("out")) {
    const bytes = await ports.files.read("out", name);
    const file = paymentsSchema.safeParse(bytes === null ? null : readJson(bytes));
    const payment = file.data?.payments.find((written) => written.key === key);
    const units = payment === undefined ? null : parseUnits(payment.amount);
    if (units !== null) return registered(key, { units, currency });
  }
  return null;
}
