/**
 * A transfer as a record, for the pure parts.
 * @module
 */
import assert from "node:assert/strict";
import { transferAfter } from "../../../core/transfers/after.ts";
import { decide } from "../../../core/transfers/decide.ts";
import type { Decision } from "../../../core/transfers/decision.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import type { EventOf } from "../../../core/transfers/outcome.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { ASSET, ONE } from "./money-at-work.ts";

/** A deposit of 100 that waits for money, unless it says otherwise. */
export function exampleTransfer(more: Partial<Transfer> = {}): Transfer {
  return {
    id: "a".repeat(26),
    kind: "deposit",
    protocol: "sep6",
    state: "waiting",
    version: 3,
    owner: "alice",
    account: "GALICE",
    customerId: "c1",
    customerOwner: "alice",
    clientDomain: null,
    asset: ASSET,
    currency: "USD",
    method: "bank_account",
    country: null,
    rail: "bank",
    kyc: "bureau",
    tier: "light",
    terms: {
      min: ONE,
      max: 1_000n * ONE,
      fee: { fixed: ONE, percent: 0n },
      step: 1n,
      amounts: { kind: "exact" },
      maxAttempts: 3,
      railRefunds: true,
      refundFee: 0n,
      onPayoutFailure: "hold",
    },
    language: "en",
    amountRequested: 100n * ONE,
    amountIn: 100n * ONE,
    amountFee: ONE,
    amountOut: 99n * ONE,
    feeDetails: '[{"name":"service","amount":"1"}]',
    received: 0n,
    refunded: 0n,
    backLeft: null,
    backThen: null,
    destination: "GDEST",
    memo: null,
    claimable: false,
    receiveMemo: null,
    refundMemo: null,
    reference: null,
    instructions: null,
    beneficiary: null,
    payingAccount: null,
    paidFrom: null,
    stellarTransactionId: null,
    externalTransactionId: null,
    claimableBalanceId: null,
    message: null,
    returnableUntilMs: null,
    startedMs: 1_000,
    fundedMs: null,
    statusMs: 2_000,
    completedMs: null,
    expiresMs: 3_600_000,
    callback: null,
    endCallback: null,
    ...more,
  };
}

/** The choice of 100 for a draft, of what it was supposed to be unless it says otherwise. */
export function exampleChoice(
  { currency, method, country, rail, kyc, tier, terms }: Transfer,
  more: Partial<EventOf<"chosen">> = {},
): EventOf<"chosen"> {
  const supposed = { currency, method, country, rail, kyc, tier, terms };
  return { type: "chosen", isReady: true, amount: 100n * ONE, ...supposed, endsWithinMs: 3_600_000, ...more };
}

/** The transfer after a decision, made at 9 s of the database's clock. */
export const after = (transfer: Transfer, decision: Decision): Transfer =>
  transferAfter(transfer, decision, 9_000);

/** The transfer after events that must each do something. */
export function story(transfer: Transfer, ...events: readonly TransferEvent[]): Transfer {
  return events.reduce((now, event) => {
    const decision = decide(now, event);
    assert.ok(!("ignored" in decision), `${event.type} in ${now.state}`);
    return after(now, decision);
  }, transfer);
}

/** So much went back of it. */
export const goneBack = (amount: bigint, fee = 0n): TransferEvent => ({
  type: "refund_completed",
  id: "back",
  idType: "stellar",
  amount,
  fee,
  place: "bank",
});
