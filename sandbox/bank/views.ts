/**
 * How the sandbox bank writes transfers: as the account's owner sees them, and as everybody sees them.
 * @module
 */
import { writeAmount } from "./amount.ts";
import type { Account } from "./records.ts";
import { effectOf, type Transfer } from "./transfer.ts";

/** Money that came in, for the account's owner. */
export function inboundView(account: Account, transfer: Transfer) {
  const money = (units: bigint) => writeAmount(units, account.shape.decimals);
  return {
    id: transfer.id,
    state: transfer.state,
    currency: transfer.currency,
    gross: money(transfer.amount),
    fee: money(transfer.fee),
    net: money(transfer.amount - transfer.fee),
    booked_at: transfer.bookedAt,
    instruction: transfer.instruction,
    customer: transfer.customer,
    reference: transfer.reference,
    remittance: transfer.remittance,
    payer: payerView(account, transfer),
    original: transfer.original,
    reversal: transfer.reversal,
    revision: transfer.revision,
  };
}

function payerView({ shape }: Account, { payer }: Transfer) {
  const named = { name: payer?.name, name_trusted: shape.payerNameTrusted };
  if (!payer || shape.payerAccount === "none") return { ...named, account_kind: "none" };
  const masked = shape.payerAccount === "masked";
  return {
    ...named,
    account: masked ? `****${payer.account.slice(-4)}` : payer.account,
    account_kind: shape.payerAccount,
  };
}

/** A payout or refund, for the account's owner. */
export function payoutView(account: Account, transfer: Transfer) {
  const money = (units: bigint) => writeAmount(units, account.shape.decimals);
  const returnable = account.shape.returnableDays > 0;
  return {
    id: transfer.id,
    key: transfer.key,
    state: transfer.state,
    final: transfer.state === "failed" || transfer.state === "returned" ||
      (transfer.state === "completed" && !returnable),
    currency: transfer.currency,
    amount: money(transfer.amount),
    fee: money(transfer.fee),
    at: transfer.at,
    returnable_until: transfer.returnableUntil,
    bank_reference: `SBX${transfer.id.slice(-12).toUpperCase()}`,
    reason: transfer.reason,
    revision: transfer.revision,
  };
}

/**
 * A transfer for everybody: payer and beneficiary in full, and `on_account`, what it adds to the account as it stands.
 * The sum of `on_account` over all transfers and the opening balance is the account's balance.
 */
export function publicView(transfer: Transfer, decimals: number) {
  const money = (units: bigint) => writeAmount(units, decimals);
  return {
    id: transfer.id,
    account: transfer.account,
    direction: transfer.direction,
    kind: transfer.kind,
    state: transfer.state,
    currency: transfer.currency,
    amount: money(transfer.amount),
    fee: money(transfer.fee),
    on_account: money(effectOf(transfer).account),
    at: transfer.at,
    key: transfer.key,
    reference: transfer.reference,
    remittance: transfer.remittance,
    payer: transfer.payer,
    beneficiary: transfer.beneficiary,
    reason: transfer.reason?.code ?? transfer.reversal?.code,
  };
}
