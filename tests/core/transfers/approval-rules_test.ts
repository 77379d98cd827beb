import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type ApprovalRule,
  neededApprovals,
  type PayoutFacts,
} from "../../../core/transfers/approval-rules.ts";

const facts = (more: Partial<PayoutFacts>): PayoutFacts => ({
  amount: 1n,
  isNewAccount: false,
  isNameDifferent: false,
  hasRiskFlag: false,
  ...more,
});

const rule = (more: Partial<ApprovalRule>): ApprovalRule => ({
  by: 1,
  above: null,
  newAccount: false,
  ...more,
});

Deno.test("P14 a payout waits for as many people as the strictest rule that fits it says", () => {
  const rules = [
    rule({ by: 1, above: 100n }),
    rule({ by: 2, above: 1_000n }),
    rule({ by: 1, newAccount: true }),
    rule({ by: 2, newAccount: true, above: 500n }),
  ];
  const table = [
    [100n, false, 0],
    [101n, false, 1],
    [1_000n, false, 1],
    [1_001n, false, 2],
    [1n, true, 1],
    [500n, true, 1],
    [501n, true, 2],
  ] as const;
  for (const [amount, isNewAccount, needed] of table) {
    assert.equal(
      neededApprovals(rules, facts({ amount, isNewAccount })),
      needed,
      `${amount} ${isNewAccount}`,
    );
  }
  assert.equal(neededApprovals([], facts({ amount: 10n ** 18n, isNewAccount: true })), 0);
  assert.equal(neededApprovals([rule({ by: 2 })], facts({ amount: 1n, isNewAccount: false })), 2);
});

Deno.test("P14 a larger payout, a newer account or one more rule never asks fewer people", () => {
  const rules = fc.array(
    fc.record({
      by: fc.constantFrom(1, 2),
      above: fc.option(fc.bigInt({ min: 1n, max: 1_000n })),
      newAccount: fc.boolean(),
    }).map(({ by, ...more }): ApprovalRule => ({ by: by === 2 ? 2 : 1, ...more })),
  );
  const amount = fc.bigInt({ min: 1n, max: 1_200n });
  fc.assert(
    fc.property(rules, rules, amount, amount, fc.boolean(), (some, others, one, more, isNewAccount) => {
      const needed = neededApprovals(some, facts({ amount: one, isNewAccount }));
      assert.ok(neededApprovals(some, facts({ amount: one + more, isNewAccount })) >= needed);
      assert.ok(neededApprovals(some, facts({ amount: one, isNewAccount: true })) >= needed);
      assert.ok(neededApprovals([...some, ...others], facts({ amount: one, isNewAccount })) >= needed);
    }),
  );
});

Deno.test("P14 a name that is not known to be the customer's, and a flag of the KYC provider, ask people where a rule says so", () => {
  const rules = [rule({ by: 1, nameMismatch: true }), rule({ by: 2, riskFlag: true, above: 10n })];
  assert.equal(neededApprovals(rules, facts({ amount: 11n })), 0);
  assert.equal(neededApprovals(rules, facts({ isNameDifferent: true })), 1);
  assert.equal(neededApprovals(rules, facts({ hasRiskFlag: true })), 0);
  assert.equal(neededApprovals(rules, facts({ hasRiskFlag: true, amount: 11n })), 2);
  assert.equal(
    neededApprovals([rule({ nameMismatch: true, riskFlag: true })], facts({ hasRiskFlag: true })),
    0,
  );
});
