import assert from "node:assert/strict";
import fc from "fast-check";
import {
  excessOf,
  judgeAmount,
  type Terms,
  termsFromJson,
  termsToJson,
} from "../../../core/transfers/terms.ts";
import { exampleTransfer } from "./example-transfer.ts";
import { ONE } from "./money-at-work.ts";

const base = exampleTransfer().terms;
const rule = (amounts: Terms["amounts"]): Terms => ({ ...base, amounts });
const judge = (amounts: Terms["amounts"], announced: bigint | null, received: bigint) =>
  judgeAmount(rule(amounts), announced === null ? null : announced * ONE, received * ONE);

Deno.test("M-18 exact takes the very amount, and refund judges alike", () => {
  for (const kind of ["exact", "refund"] as const) {
    assert.equal(judge({ kind }, 100n, 100n), "fits");
    assert.equal(judge({ kind }, 100n, 101n), "mismatch");
    assert.equal(judgeAmount(rule({ kind }), 100n * ONE, 100n * ONE - 1n), "mismatch");
  }
});

Deno.test("M-18 accept takes what came within the limits, and an open amount is any of these", () => {
  assert.equal(judge({ kind: "accept" }, 100n, 7n), "fits");
  assert.equal(judge({ kind: "exact" }, null, 7n), "fits");
  assert.equal(judgeAmount(rule({ kind: "accept" }), null, ONE - 1n), "too_small");
  assert.equal(judge({ kind: "accept" }, 100n, 1_001n), "too_large");
  assert.equal(judge({ kind: "accept" }, null, 1n), "fits");
  assert.equal(judge({ kind: "accept" }, null, 1_000n), "fits");
});

Deno.test("M-18 R-06-93 a tolerance holds to the unit, either way", () => {
  const ten: Terms["amounts"] = { kind: "tolerance", percent: 10n * ONE };
  assert.equal(judge(ten, 100n, 90n), "fits");
  assert.equal(judge(ten, 100n, 110n), "fits");
  assert.equal(judgeAmount(rule(ten), 100n * ONE, 90n * ONE - 1n), "mismatch");
  assert.equal(judgeAmount(rule(ten), 100n * ONE, 110n * ONE + 1n), "mismatch");
});

Deno.test("M-18 excess pays what was announced whatever came above it, and judges less like exact", () => {
  const excess: Terms["amounts"] = { kind: "excess" };
  assert.equal(judge(excess, 100n, 100n), "fits");
  assert.equal(judge(excess, 100n, 101n), "excess");
  assert.equal(judge(excess, 100n, 1_001n), "excess");
  assert.equal(judge(excess, 100n, 99n), "mismatch");
  assert.equal(judge(excess, null, 1_001n), "too_large");
  assert.equal(excessOf(rule(excess), 100n * ONE, 100n * ONE + 1n), 1n);
  assert.equal(excessOf(rule(excess), null, 100n * ONE), 0n);
  assert.equal(excessOf(rule({ kind: "accept" }), ONE, 100n * ONE), 0n);
});

Deno.test("terms are read back as they were stored", () => {
  const units = fc.bigInt({ min: 0n, max: 2n ** 62n });
  const terms: fc.Arbitrary<Terms> = fc.record({
    min: units,
    max: units,
    fee: fc.record({ fixed: units, percent: units }),
    step: units,
    amounts: fc.oneof(
      fc.constantFrom(
        { kind: "exact" } as const,
        { kind: "accept" } as const,
        { kind: "refund" } as const,
        {
          kind: "excess",
        } as const,
      ),
      units.map((percent) => ({ kind: "tolerance" as const, percent })),
    ),
    maxAttempts: fc.integer({ min: 1, max: 9 }),
    railRefunds: fc.boolean(),
    refundFee: units,
    onPayoutFailure: fc.constantFrom("ask", "hold", "refund"),
  });
  fc.assert(
    fc.property(terms, (one) => assert.deepEqual(termsFromJson(termsToJson(one)), structuredClone(one))),
  );
  assert.throws(() => termsFromJson('{"min":"1.5"}'));
});

Deno.test("terms that were stored before fees had bounds are read as they were", () => {
  const bounded: Terms = { ...base, fee: { fixed: 0n, percent: ONE, minimum: 2n, maximum: 5n * ONE } };
  assert.deepEqual(termsFromJson(termsToJson(bounded)), bounded);
  assert.deepEqual(termsFromJson(termsToJson(base)), base);
  assert.ok(!("minimum" in termsFromJson(termsToJson(base)).fee));
});
