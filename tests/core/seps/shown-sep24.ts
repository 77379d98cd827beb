/**
 * Transfers in SEP-24's words, for the tests of its pure parts.
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { amountsFor, feeItemsToJson } from "../../../core/money/fees.ts";
import { type Sep24Parts, sep24Transaction } from "../../../core/seps/sep24-transaction.ts";
import { STATUS_TABLE } from "../../../core/seps/statuses.ts";
import { decide } from "../../../core/transfers/decide.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import { type Kind, type State, STATES } from "../../../core/transfers/states.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { sep24TransactionShape } from "../../support/sep24-shapes.ts";
import { after, exampleTransfer } from "../transfers/example-transfer.ts";
import { ONE, OURS } from "../transfers/money-at-work.ts";

/** Where the page of the status is. */
export const MORE_INFO = "https://anchor.example/interactive/t/status?key=k";

const parts: Sep24Parts = {
  moreInfoUrl: MORE_INFO,
  receivingAccount: OURS,
  payoutAccount: null,
  refunds: [],
};
const texts = { message: (key: string) => `says ${key}`, fee: (name: string) => `fee ${name}` };

/** A deposit that waits for money, unless it says otherwise. */
export const example = (more: Partial<Transfer> = {}): Transfer =>
  exampleTransfer({ protocol: "sep24", ...more });

/** The object as it is written. */
export const written = (transfer: Transfer, more: Partial<Sep24Parts> = {}): Record<string, unknown> =>
  sep24Transaction(transfer, { ...parts, ...more }, texts);

/** The object as a wallet reads it. */
export const show = (transfer: Transfer, more: Partial<Sep24Parts> = {}) =>
  sep24TransactionShape.parse(written(transfer, more));

/** States that SEP-24 has a status for, with that status. */
export function named(kind: Kind): { readonly state: State; readonly status: string }[] {
  return STATES.flatMap((state) => {
    const status = STATUS_TABLE[state].sep24[kind];
    return status === null ? [] : [{ state, status }];
  });
}

/** All of them, of both kinds. */
export const everyCase = (["deposit", "withdrawal"] satisfies Kind[]).flatMap((kind) =>
  named(kind).map(({ state, status }) => ({ kind, state, status }))
);

/** A transfer after these events. */
export function story(first: Transfer, ...events: readonly TransferEvent[]): Transfer {
  return events.reduce((now, event) => {
    const decision = decide(now, event);
    assert.ok(!("ignored" in decision), event.type);
    return after(now, decision);
  }, first);
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const time = fc.nat({ max: 4_102_444_800_000 });

/** Amounts as opening writes them, to the last decimal, and none for an open amount. */
const amounts = maybe(fc.bigInt({ min: 2n * ONE, max: 1_000_000n * ONE })).map((announced) => {
  const split = announced === null
    ? null
    : amountsFor(announced, { fixed: 3n, percent: 12_345_678n }, 1_000n);
  return {
    amountIn: split && split.in,
    amountFee: split && split.fee,
    amountOut: split && split.out,
    feeDetails: split && feeItemsToJson(split.items),
  };
});

/** What a record may hold, whatever its state. */
export const anyRecord = fc.record({
  amounts,
  memo: maybe(fc.constant({ type: "text", value: "hi" } as const)),
  receiveMemo: maybe(fc.bigInt({ min: 1n, max: 2n ** 53n })),
  destination: maybe(fc.constant("GDEST")),
  paidFrom: maybe(fc.constant("MPAYER")),
  startedMs: time,
  statusMs: time,
  completedMs: maybe(time),
  expiresMs: maybe(time),
  message: maybe(fc.constant("expired")),
  stellarTransactionId: maybe(fc.constant("hash")),
  externalTransactionId: maybe(fc.constant("bank-1")),
  claimableBalanceId: maybe(fc.constant("00")),
});
