import assert from "node:assert/strict";
import { decide } from "../../../core/transfers/decide.ts";
import type { Decision } from "../../../core/transfers/decision.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { after, exampleChoice, exampleTransfer } from "./example-transfer.ts";
import { ONE } from "./money-at-work.ts";

/** What must do something. */
function decided(transfer: Transfer, event: TransferEvent): Decision {
  const decision = decide(transfer, event);
  assert.ok(!("ignored" in decision), `${event.type} in ${transfer.state}`);
  return decision;
}

const next = (transfer: Transfer, event: TransferEvent) => after(transfer, decided(transfer, event));

Deno.test("R-24-41 a draft goes on when its person has chosen, with all that follows from that and nothing of before", () => {
  const draft = exampleTransfer({ protocol: "sep24", state: "draft", expiresMs: 86_400_000 });
  const terms = { ...draft.terms, fee: { fixed: 3n * ONE, percent: 0n } };
  const choice = exampleChoice(draft, {
    isReady: false,
    amount: 50n * ONE,
    method: "PIX",
    country: "BRA",
    terms,
  });
  const owing = next(draft, choice);
  assert.deepEqual(
    [owing.state, owing.amountRequested, owing.amountIn, owing.amountFee, owing.amountOut],
    ["kyc", 50n * ONE, 50n * ONE, 3n * ONE, 47n * ONE],
  );
  assert.deepEqual(
    [owing.method, owing.country, owing.terms, owing.expiresMs],
    ["PIX", "BRA", terms, 9_000 + 3_600_000],
  );
  const open = next(draft, exampleChoice(draft, { amount: null, reference: "REF" }));
  assert.deepEqual(
    [open.state, open.amountIn, open.amountFee, open.amountOut, open.feeDetails, open.reference],
    ["instructing", null, null, null, null, "REF"],
  );
  const effects = (event: TransferEvent) => decided(draft, event).effects.map(({ key }) => key);
  assert.deepEqual(effects(exampleChoice(draft)), [`deposit_instructions:${draft.id}:4`]);
  assert.deepEqual(effects(choice), []);
  const withdrawal: Transfer = { ...draft, kind: "withdrawal" };
  const paid = next(
    withdrawal,
    exampleChoice(withdrawal, { receiveMemo: 7n, beneficiary: new Uint8Array([1]) }),
  );
  assert.deepEqual([paid.state, paid.receiveMemo, paid.beneficiary], ["waiting", 7n, new Uint8Array([1])]);
  // Nobody can have paid it, and nobody is asked for its data.
  const money: TransferEvent = { type: "money_received", amount: 100n * ONE, kept: 0n, place: "bank" };
  for (const event of [money, { type: "customer_accepted" }, { type: "credit_announced" }] as const) {
    assert.deepEqual(decide(draft, event), { ignored: true }, event.type);
  }
  // Chosen is chosen.
  assert.deepEqual(decide(owing, exampleChoice(draft, { amount: 60n * ONE })), { ignored: true });
});

Deno.test("a draft ends like all that nobody has paid", () => {
  for (const kind of ["deposit", "withdrawal"] as const) {
    const draft = exampleTransfer({ kind, protocol: "sep24", state: "draft" });
    assert.equal(next(draft, { type: "customer_rejected" }).state, "failed");
    assert.equal(next(draft, { type: "customer_erased" }).state, "failed");
    assert.equal(next(draft, { type: "time_ran_out" }).state, "expired");
  }
});
