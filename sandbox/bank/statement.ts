/**
 * Statements and files: what changed on an account, in pages or as one file, and payment files that instruct payouts.
 * @module
 */
import * as z from "zod";
import { writeAmount } from "./amount.ts";
import type { Bank } from "./bank.ts";
import { createPayout, payoutRequest } from "./payouts.ts";
import { Problem } from "../http/problem.ts";
import type { Account } from "./records.ts";
import { inboundView, payoutView } from "./views.ts";

/** Changes after a position, oldest first; the same position answers what has changed since, as it stands now. */
export async function statementPage(bank: Bank, account: Account, after: number, limit: number) {
  const found = await bank.records.changes(account.name, after, limit + 1);
  const page = found.slice(0, limit);
  const transfers = page.map(({ transfer }) => transfer);
  return {
    inbound: transfers.filter(({ direction }) => direction === "in").map((t) => inboundView(account, t)),
    payouts: transfers.filter(({ kind }) => kind === "payout" || kind === "refund")
      .map((t) => payoutView(account, t)),
    debits: transfers.filter(({ kind }) => kind === "debit").map((t) => ({
      id: t.id,
      amount: writeAmount(t.amount, account.shape.decimals),
      currency: t.currency,
      at: t.at,
      text: t.remittance,
    })),
    next: page.at(-1)?.position ?? after,
    more: found.length > limit,
  };
}

/** What the account holds. */
export async function balanceNow(bank: Bank, account: Account) {
  const booked = await bank.records.balance(`account:${account.name}`);
  const text = writeAmount(booked, account.shape.decimals);
  return {
    booked: text,
    available: text,
    currency: account.shape.currency,
    at: new Date(bank.now()).toISOString(),
  };
}

/** Sends the balance by webhook, for banks that answer later. */
export async function sendBalance(bank: Bank, account: Account): Promise<void> {
  if (account.webhook === null) return;
  const data = await balanceNow(bank, account);
  const id = `balance-${bank.now()}`;
  // A balance is not looked up by an id, so its message is signed even where others only wake up.
  const subscription = { ...account.webhook, kind: "signed" as const };
  await bank.records.write([bank.webhooks.keep(account.name, subscription, { type: "balance", id, data })]);
  void bank.webhooks.flush();
}

/** A statement file: all changes after a position, with the balance and a number by which a gap shows. */
export async function statementFile(bank: Bank, account: Account, sequence: number, after: number) {
  const page = await statementPage(bank, account, after, 10_000);
  const { next, ...lines } = page;
  return {
    name: `statement-${account.name}-${String(sequence).padStart(6, "0")}.json`,
    next,
    content: { sequence, account: account.name, ...lines, balance: await balanceNow(bank, account) },
  };
}

const paymentFile = z.strictObject({
  payments: z.array(z.strictObject({ key: z.string(), ...payoutRequest.shape })),
});

/** Carries out a payment file. A payment whose key is known is left as it was, so a file may come twice. */
export async function takePaymentFile(bank: Bank, account: Account, content: unknown) {
  const file = paymentFile.safeParse(content);
  if (!file.success) throw new Problem(422, "invalid_file", "Cannot read the payment file");
  const results: { key: string; state: string; code?: string }[] = [];
  for (const { key, ...request } of file.data.payments) {
    try {
      results.push({ key, state: (await createPayout(bank, account, key, request)).state });
    } catch (error) {
      // One payment that is refused stops no other one of the file.
      if (!(error instanceof Problem)) throw error;
      results.push({ key, state: "refused", code: error.code });
    }
  }
  return { results };
}
