/**
 * Money that leaves an account: payouts and refunds, each under a key of the owner's.
 * @module
 */
import * as z from "zod";
import { readAmount } from "./amount.ts";
import { amountFor, type Bank, commit } from "./bank.ts";
import { newId } from "../random-id.ts";
import { Problem } from "../http/problem.ts";
import type { Account } from "./records.ts";
import type { Transfer } from "./transfer.ts";
import { payoutView } from "./views.ts";

/** The body of `PUT …/payouts/{key}`. */
export const payoutRequest = z.strictObject({
  amount: z.string(),
  beneficiary: z.record(z.string(), z.string()),
  reference: z.string().max(140),
});

/** The body of `PUT …/refunds/{key}`. */
export const refundRequest = z.strictObject({ inbound: z.string(), amount: z.string() });

/** Account numbers that begin so meet a fate; all others are paid. */
export const FATES: Readonly<Record<string, "account_closed" | "name_mismatch" | "returned" | "held">> = {
  "000001": "account_closed",
  "000002": "name_mismatch",
  "000003": "returned",
  "000004": "held",
};

/** Account numbers that begin so do not exist when they are checked beforehand. */
export const UNKNOWN_ACCOUNT = "000009";

/** Pays out; the same key and request answer the same payout. */
export function createPayout(
  bank: Bank,
  account: Account,
  key: string,
  request: z.output<typeof payoutRequest>,
): Promise<ReturnType<typeof payoutView>> {
  return once(bank, account, key, JSON.stringify(request), async () => {
    const refused = account.shape.payoutFields.filter((name) =>
      !/^[^\s].{2,80}$/.test(request.beneficiary[name] ?? "")
    );
    if (refused.length > 0) {
      throw new Problem(
        422,
        "invalid_beneficiary",
        "Cannot pay out: values of the beneficiary are missing or wrong",
        Object.fromEntries(refused.map((name) => [name, "invalid_format"])),
      );
    }
    const out = await outgoing(bank, account, key, JSON.stringify(request), request.amount);
    return { ...out, kind: "payout", beneficiary: request.beneficiary, reference: request.reference };
  });
}

/** Sends money back that came in, at most as much as is left of it. */
export function createRefund(
  bank: Bank,
  account: Account,
  key: string,
  request: z.output<typeof refundRequest>,
): Promise<ReturnType<typeof payoutView>> {
  const asked = JSON.stringify(request);
  return bank.inTurn(async () => {
    const known = await knownByKey(bank, account, key, asked);
    if (known) return payoutView(account, known);
    const inbound = await bank.records.transfer(request.inbound);
    if (inbound?.account !== account.name || inbound.direction !== "in") {
      throw new Problem(404, "inbound_unknown", "Cannot refund: no such transfer came in");
    }
    const amount = amountFor(account, request.amount);
    const left = inbound.amount - inbound.refunded;
    const { refund } = account.shape;
    const fits = refund === "partial" ? amount <= left : refund === "full" && amount === left;
    if (inbound.state !== "booked" || !fits) {
      throw new Problem(422, "not_refundable", "Cannot refund: the amount is not there to be sent back");
    }
    const out = await outgoing(bank, account, key, asked, request.amount);
    const sent: Transfer = {
      ...out,
      kind: "refund",
      refundOf: inbound.id,
      ...(inbound.payer && {
        beneficiary: { name: inbound.payer.name, bank_account_number: inbound.payer.account },
      }),
    };
    const refunded = inbound.refunded + amount;
    const marked: Transfer = {
      ...inbound,
      refunded,
      state: refunded === inbound.amount ? "returned" : "booked",
      revision: inbound.revision + 1,
    };
    await commit(bank, account, sent, null, bank.records.keepTransfer(marked, inbound));
    return payoutView(account, await progress(bank, account, sent));
  });
}

/** Moves a payout that was just accepted as far as it goes by itself. */
export async function progress(bank: Bank, account: Account, payout: Transfer): Promise<Transfer> {
  if (payout.state !== "accepted" || (payout.completesAt ?? Infinity) > bank.now()) return payout;
  const number = payout.beneficiary?.[account.shape.payoutFields[0] ?? ""] ?? "";
  const fate = payout.kind === "payout" ? FATES[number.slice(0, 6)] : undefined;
  const first = account.shape.payoutFields[0] ?? "bank_account_number";
  if (fate === "held") return await move(bank, account, payout, { state: "in_review" });
  if (fate === "account_closed" || fate === "name_mismatch") {
    const fields = fate === "account_closed" ? [first] : [first, "first_name", "last_name"];
    return await move(bank, account, payout, { state: "failed", reason: { code: fate, fields } });
  }
  const completed = await move(bank, account, payout, { state: "completed" });
  if (fate !== "returned") return completed;
  return await comeBack(bank, account, completed, { code: "account_closed", fields: [first] });
}

/** Changes a payout's state and tells of it. */
export async function move(
  bank: Bank,
  account: Account,
  payout: Transfer,
  change: Pick<Transfer, "state"> & Partial<Pick<Transfer, "reason">>,
): Promise<Transfer> {
  const { returnableDays } = account.shape;
  const until = new Date(bank.now() + returnableDays * 86_400_000).toISOString();
  const next: Transfer = {
    ...payout,
    ...change,
    ...(change.state === "completed" && returnableDays > 0 && { returnableUntil: until }),
    revision: payout.revision + 1,
  };
  await commit(bank, account, next, payout);
  return next;
}

/** A completed payout comes back, told the way the account's shape says. */
export async function comeBack(
  bank: Bank,
  account: Account,
  payout: Transfer,
  reason: NonNullable<Transfer["reason"]>,
): Promise<Transfer> {
  if (account.shape.returnsAs === "state") {
    return await move(bank, account, payout, { state: "returned", reason });
  }
  const at = new Date(bank.now()).toISOString();
  const credit: Transfer = {
    id: newId("in"),
    account: account.name,
    direction: "in",
    kind: "return",
    state: "booked",
    amount: payout.amount,
    fee: 0n,
    currency: payout.currency,
    at,
    bookedAt: at,
    remittance: `RETURN ${reason.code}`,
    refunded: 0n,
    original: { key: payout.key ?? "", id: payout.id },
    revision: 1,
  };
  await commit(bank, account, credit, null);
  return payout;
}

function once(
  bank: Bank,
  account: Account,
  key: string,
  asked: string,
  make: () => Promise<Transfer>,
): Promise<ReturnType<typeof payoutView>> {
  return bank.inTurn(async () => {
    const known = await knownByKey(bank, account, key, asked);
    if (known) return payoutView(account, known);
    const made = await make();
    await commit(bank, account, made, null);
    return payoutView(account, await progress(bank, account, made));
  });
}

async function knownByKey(
  bank: Bank,
  account: Account,
  key: string,
  asked: string,
): Promise<Transfer | null> {
  const known = await bank.records.transferByKey(account.name, key);
  if (known && known.request !== asked) {
    throw new Problem(409, "key_reused", "Cannot pay out: the key was used for something else");
  }
  return known;
}

async function outgoing(
  bank: Bank,
  account: Account,
  key: string,
  asked: string,
  text: string,
): Promise<Transfer> {
  const amount = amountFor(account, text);
  const fee = readAmount(account.shape.payoutFee) ?? 0n;
  if (await bank.records.balance(`account:${account.name}`) < amount + fee) {
    throw new Problem(422, "insufficient_funds", "Cannot pay out: the account does not hold that much");
  }
  const wait = account.shape.payoutAfterSeconds;
  return {
    id: newId("out"),
    account: account.name,
    direction: "out",
    kind: "payout",
    key,
    request: asked,
    state: "accepted",
    amount,
    fee,
    currency: account.shape.currency,
    at: new Date(bank.now()).toISOString(),
    ...(wait !== null && { completesAt: bank.now() + wait * 1000 }),
    refunded: 0n,
    revision: 1,
  };
}
