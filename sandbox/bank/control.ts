/**
 * What the world outside does to transfers: it books what was pending, takes money back, completes, fails or returns
 * payouts, and lets the bank take something for itself.
 * @module
 */
import * as z from "zod";
import { accountNamed, amountFor, type Bank, commit } from "./bank.ts";
import { newId } from "../random-id.ts";
import { comeBack, move, progress } from "./payouts.ts";
import { Problem } from "../http/problem.ts";
import type { Account } from "./records.ts";
import type { Transfer } from "./transfer.ts";
import { publicView } from "./views.ts";

/** The body of `POST /sandbox/bank/transfers/{id}/state`; for payouts and refunds the id may be the owner's key. */
export const stateRequest = z.strictObject({
  state: z.enum(["booked", "rejected", "reversed", "in_review", "sent", "completed", "failed", "returned"]),
  /** A code such as `account_closed`; for `reversed` one of `fraud`, `operational`, `bank_return`. */
  reason: z.string().optional(),
  /** Which values of the beneficiary were wrong. */
  fields: z.array(z.string()).optional(),
  /** Which account a key belongs to, where several use it. */
  account: z.string().optional(),
});

/** The body of `POST /sandbox/bank/debits`. */
export const debitRequest = z.strictObject({
  account: z.string(),
  amount: z.string(),
  text: z.string().default("Fee"),
});

/** From which states outside events may lead where. */
const MOVES: Readonly<Record<string, readonly string[]>> = {
  pending: ["booked", "rejected"],
  booked: ["reversed"],
  accepted: ["in_review", "sent", "completed", "failed"],
  in_review: ["sent", "completed", "failed"],
  sent: ["completed", "failed"],
  completed: ["returned"],
};

/** Changes the state of a transfer as the world would. */
export function changeState(bank: Bank, idOrKey: string, request: z.output<typeof stateRequest>) {
  return bank.inTurn(async () => {
    const transfer = await bank.records.transfer(idOrKey) ??
      await byKey(bank, idOrKey, request.account);
    const account = await accountNamed(bank, transfer.account);
    if (!MOVES[transfer.state]?.includes(request.state)) {
      throw new Problem(
        422,
        "wrong_state",
        `Cannot change the transfer to ${request.state}: it is ${transfer.state}`,
      );
    }
    const next = transfer.direction === "in"
      ? await changeInbound(bank, account, transfer, request)
      : await changePayout(bank, account, transfer, request);
    return publicView(next, account.shape.decimals);
  });
}

async function byKey(bank: Bank, key: string, name: string | undefined): Promise<Transfer> {
  for (const account of await bank.records.accounts()) {
    if (name !== undefined && account.name !== name) continue;
    const found = await bank.records.transferByKey(account.name, key);
    if (found) return found;
  }
  throw new Problem(404, "transfer_unknown", `Cannot find transfer ${key}`);
}

async function changeInbound(
  bank: Bank,
  account: Account,
  transfer: Transfer,
  { state, reason }: z.output<typeof stateRequest>,
): Promise<Transfer> {
  const kind = z.enum(["fraud", "operational", "bank_return"]).catch("operational").parse(reason);
  const next: Transfer = {
    ...transfer,
    state,
    ...(state === "booked" && { bookedAt: new Date(bank.now()).toISOString() }),
    ...(state === "reversed" && { reversal: { kind, code: reason ?? kind } }),
    revision: transfer.revision + 1,
  };
  await commit(bank, account, next, transfer);
  return next;
}

async function changePayout(
  bank: Bank,
  account: Account,
  transfer: Transfer,
  { state, reason, fields }: z.output<typeof stateRequest>,
): Promise<Transfer> {
  const why = { code: reason ?? "other", fields: fields ?? [] };
  if (state === "returned") return await comeBack(bank, account, transfer, why);
  const next = await move(bank, account, transfer, { state, ...(state === "failed" && { reason: why }) });
  if (state === "failed" && transfer.refundOf !== undefined) await undoRefund(bank, account, next);
  return next;
}

/** A refund that failed leaves the money it was to send back where it was. */
async function undoRefund(bank: Bank, account: Account, refund: Transfer): Promise<void> {
  const inbound = await bank.records.transfer(refund.refundOf ?? "");
  if (!inbound) return;
  await commit(bank, account, {
    ...inbound,
    state: "booked",
    refunded: inbound.refunded - refund.amount,
    revision: inbound.revision + 1,
  }, inbound);
}

/** The bank takes something by itself, which no key explains. */
export function debit(bank: Bank, request: z.output<typeof debitRequest>) {
  return bank.inTurn(async () => {
    const account = await accountNamed(bank, request.account);
    const transfer: Transfer = {
      id: newId("deb"),
      account: account.name,
      direction: "out",
      kind: "debit",
      state: "completed",
      amount: amountFor(account, request.amount),
      fee: 0n,
      currency: account.shape.currency,
      at: new Date(bank.now()).toISOString(),
      remittance: request.text,
      refunded: 0n,
      revision: 1,
    };
    await commit(bank, account, transfer, null);
    return publicView(transfer, account.shape.decimals);
  });
}

/** Completes what has waited long enough; answers when the next payout is due, in milliseconds since 1970. */
export function completeDue(bank: Bank): Promise<void> {
  return bank.inTurn(async () => {
    for (const payout of await bank.records.dueTransfers(bank.now())) {
      await progress(bank, await accountNamed(bank, payout.account), payout);
    }
  });
}
