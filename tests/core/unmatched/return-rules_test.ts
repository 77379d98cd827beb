import assert from "node:assert/strict";
import { goesBackByItself, type ReturnFacts, type ReturnRule } from "../../../core/unmatched/return-rules.ts";

const RULE: ReturnRule = { above: 10n, perDay: 2 };
const ADA = { account: "M1", source: "G" };
const FACTS: ReturnFacts = {
  amount: 11n,
  payer: ADA,
  wasOrdered: false,
  lately: [],
  debtors: new Set(),
  isForDebtor: false,
  isOurs: false,
};

const goes = (facts: Partial<ReturnFacts>, rule: ReturnRule | null = RULE) =>
  goesBackByItself(rule, { ...FACTS, ...facts });

Deno.test("M-20 only what is listed, above the smallest amount, of a payer who is known", () => {
  assert.ok(goes({}));
  assert.ok(!goes({}, null));
  assert.ok(!goes({ amount: 10n }));
  assert.ok(!goes({ payer: null }));
});

Deno.test("M-20 a payment is sent back once, whatever became of that", () =>
  assert.ok(!goes({ wasOrdered: true })));

Deno.test("M-20 never to an account that got something back within the day, and a few times to one payer's accounts", () => {
  const other = (account: string, source = "G") => ({ account, source });
  assert.ok(!goes({ lately: [ADA] }));
  assert.ok(goes({ lately: [other("M2")] }));
  assert.ok(!goes({ lately: [other("M2"), other("M3")] }));
  assert.ok(goes({ lately: [other("M2"), other("X", "X"), other("Y", "Y")] }));
});

Deno.test("M-20 M-21 never to an account of a customer who owes us", () => {
  assert.ok(!goes({ debtors: new Set(["M1"]) }));
  assert.ok(!goes({ debtors: new Set(["G"]) }), "nor to another muxed account of its");
  assert.ok(goes({ debtors: new Set(["M2", "X"]) }));
});

Deno.test("M-20 M-21 never what came for a customer who owes us, nor a payout of ours that came back", () => {
  assert.ok(!goes({ isForDebtor: true }));
  assert.ok(!goes({ isOurs: true }));
});
