import assert from "node:assert/strict";
import fc from "fast-check";
import { decide } from "../../../core/transfers/decide.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import { type Kind, STATES } from "../../../core/transfers/states.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { type Sep6Parts, sep6Transaction } from "../../../core/seps/sep6-transaction.ts";
import { STATUS_TABLE } from "../../../core/seps/statuses.ts";
import { after, exampleTransfer } from "../transfers/example-transfer.ts";
import { type ShownTransaction, transactionShape as shape } from "../../support/sep6-shapes.ts";
import { ASSET, ONE, OURS } from "../transfers/money-at-work.ts";
import { assertFormulas as assertAmounts } from "./formulas.ts";

const texts = {
  message: (key: string) => `says ${key}`,
  fee: (name: string) => `fee ${name}`,
  line: () => "line",
};
const parts: Sep6Parts = { instructions: null, receivingAccount: OURS, refunds: [] };
const show = (transfer: Transfer, more: Partial<Sep6Parts> = {}) =>
  sep6Transaction(transfer, { ...parts, ...more }, texts);

const assertFormulas = (shown: ShownTransaction) => assertAmounts(shown, shown.fee_details?.details);

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

Deno.test("R-06-137 R-06-138 R-06-145 any record is an object of the spec's shape", () => {
  const record = fc.record({
    kind: fc.constantFrom<Kind[]>("deposit", "withdrawal"),
    state: fc.constantFrom(...STATES),
    memo: maybe(fc.constant({ type: "text", value: "hi" } as const)),
    receiveMemo: maybe(fc.bigInt({ min: 1n, max: 2n ** 53n })),
    destination: maybe(fc.constant("G")),
    paidFrom: maybe(fc.constant("G")),
    completedMs: maybe(fc.nat()),
    expiresMs: maybe(fc.nat()),
    message: maybe(fc.constant("expired")),
    stellarTransactionId: maybe(fc.constant("h")),
    amountIn: maybe(fc.constant(100n * ONE)),
  });
  fc.assert(fc.property(record, (fields) => {
    const { kind, state, amountIn } = fields;
    if (STATUS_TABLE[state].sep6[kind] === null) return;
    const none = amountIn === null ? { amountFee: null, amountOut: null, feeDetails: null } : {};
    const shown = show(exampleTransfer({ ...fields, ...none }));
    assertFormulas(shape.parse(shown));
    // The address on Stellar is always there, and the only thing that may be null (trap 23).
    const { [kind === "deposit" ? "to" : "from"]: address, ...others } = shown;
    assert.notEqual(address, undefined);
    assert.ok(Object.values(others).every((value) => value !== null && value !== undefined));
  }));
});

function story(...events: readonly TransferEvent[]): Transfer {
  const terms = { ...exampleTransfer().terms, amounts: { kind: "refund" } as const };
  return events.reduce((now, event) => {
    const decision = decide(now, event);
    assert.ok(!("ignored" in decision), event.type);
    return after(now, decision);
  }, exampleTransfer({ terms }));
}

const came = (amount: bigint): TransferEvent => ({ type: "money_received", amount, kept: 0n, place: "bank" });

Deno.test("R-06-146 the formulas hold before, with and after the money, whatever came", () => {
  const refund = { id: "r", idType: "external", amount: 50n * ONE, fee: 0n } as const;
  const back: TransferEvent = {
    type: "refund_completed",
    id: "b1",
    idType: "external",
    amount: 50n * ONE,
    fee: 0n,
    place: "bank",
  };
  const records: [Transfer, Partial<Sep6Parts>][] = [
    [story(), {}],
    [story(came(100n * ONE)), {}],
    [story(came(50n * ONE)), {}],
    [story(came(ONE / 2n)), {}],
    [story(came(50n * ONE), back), { refunds: [refund] }],
    [story(came(80n * ONE), back), { refunds: [refund] }],
  ];
  for (const [transfer, more] of records) assertFormulas(shape.parse(show(transfer, more)));
});

Deno.test("R-06-147 R-06-148 a full refund is all that came in, under the bank's id", () => {
  const back: TransferEvent = {
    type: "refund_completed",
    id: "b1",
    idType: "external",
    amount: 50n * ONE,
    fee: 0n,
    place: "bank",
  };
  const refunds = [{ id: "E2E", idType: "external", amount: 50n * ONE, fee: 0n } as const];
  const shown = shape.parse(show(story(came(50n * ONE), back), { refunds }));
  assert.equal(shown.status, "refunded");
  assert.deepEqual([shown.refunds?.amount_refunded, shown.amount_in, shown.amount_out], ["50", "50", "0"]);
  assert.deepEqual(shown.refunds?.payments, [{ id: "E2E", id_type: "external", amount: "50", fee: "0" }]);
});

Deno.test("R-06-149 R-06-147 a part that went back shows while the rest waits, and with what the refund cost", () => {
  const back: TransferEvent = {
    type: "refund_completed",
    id: "ab".repeat(32),
    idType: "stellar",
    amount: 19n * ONE,
    fee: ONE,
    place: OURS,
  };
  const { terms } = exampleTransfer();
  const withdrawal = exampleTransfer({
    kind: "withdrawal",
    terms: { ...terms, amounts: { kind: "refund" } },
  });
  const half = [came(50n * ONE), back].reduce((now, event) => {
    const decision = decide(now, event);
    assert.ok(!("ignored" in decision));
    return after(now, decision);
  }, withdrawal);
  const refunds = [{ id: back.id, idType: back.idType, amount: back.amount, fee: back.fee }];
  const shown = shape.parse(show(half, { refunds }));
  assert.deepEqual([shown.status, shown.amount_in, shown.amount_out], ["pending_stellar", "50", "29"]);
  assert.deepEqual(shown.refunds, {
    amount_refunded: "19",
    amount_fee: "1",
    payments: [{ id: back.id, id_type: "stellar", amount: "19", fee: "1" }],
  });
  assertFormulas(shown);
});

Deno.test("R-06-143 R-06-144 R-11-1 the fee in parts, in the asset that comes in, by kind", () => {
  const deposit = shape.parse(show(exampleTransfer()));
  assert.deepEqual(deposit.fee_details, {
    total: "1",
    asset: "iso4217:USD",
    details: [{ name: "fee service", amount: "1" }],
  });
  assert.deepEqual([deposit.amount_in_asset, deposit.amount_out_asset], ["iso4217:USD", `stellar:${ASSET}`]);
  const withdrawal = shape.parse(show(exampleTransfer({ kind: "withdrawal" })));
  assert.deepEqual([withdrawal.amount_in_asset, withdrawal.amount_out_asset], [
    `stellar:${ASSET}`,
    "iso4217:USD",
  ]);
  assert.equal(withdrawal.amount_fee_asset, `stellar:${ASSET}`);
});

Deno.test("R-06-86 R-06-87 where to pay a withdrawal shows from pending_user_transfer_start on, not before", () => {
  const at = (state: Transfer["state"]) =>
    show(exampleTransfer({ kind: "withdrawal", state, receiveMemo: 42n }));
  const { withdraw_anchor_account: account, withdraw_memo: memo, withdraw_memo_type: type } = at("waiting");
  assert.deepEqual([account, memo, type], [OURS, "42", "id"]);
  for (const key of ["withdraw_anchor_account", "withdraw_memo", "withdraw_memo_type"]) {
    assert.equal(key in at("kyc"), false);
  }
});

Deno.test("R-06-60 R-06-79 a deposit shows its instructions and the memo of its payout", () => {
  const instructions = {
    lines: [{ name: "organization.bank_account_number", value: "123", text: "account" }],
    qr: null,
  };
  const shown = show(exampleTransfer({ memo: { type: "id", value: "7" } }), { instructions });
  assert.deepEqual(shown.instructions, {
    "organization.bank_account_number": { value: "123", description: "line" },
  });
  assert.deepEqual([shown.deposit_memo, shown.deposit_memo_type, shown.to], ["7", "id", "GDEST"]);
  assert.equal("instructions" in show(exampleTransfer({ kind: "withdrawal" }), { instructions }), false);
});

Deno.test("R-06-140 R-06-141 times are those of start, status, end and of what the user is to do", () => {
  const waiting = show(exampleTransfer({ startedMs: 1_000, statusMs: 2_000, expiresMs: 3_000 }));
  assert.deepEqual(
    [waiting.started_at, waiting.updated_at, waiting.user_action_required_by, waiting.completed_at],
    ["1970-01-01T00:00:01.000Z", "1970-01-01T00:00:02.000Z", "1970-01-01T00:00:03.000Z", undefined],
  );
  const paying = show(exampleTransfer({ state: "paying", expiresMs: 3_000 }));
  assert.equal("user_action_required_by" in paying, false);
});

Deno.test("R-06-153 a claimable balance shows under the id that the network gave", () => {
  const claimableBalanceId = `00000000${"ab".repeat(32)}`;
  assert.equal(
    show(exampleTransfer({ state: "completed", claimableBalanceId })).claimable_balance_id,
    claimableBalanceId,
  );
});
