import assert from "node:assert/strict";
import fc from "fast-check";
import { amountsFor, type Fee, feeItemsToJson, NO_FEE } from "../../../core/money/fees.ts";
import { parseUnits } from "../../../plugins/money.ts";

const ONE = 10_000_000n;
const CENT = 100_000n;

/** The rule in one line: what fixed part and percentage come to, but within the bounds. */
function inBounds(amount: bigint, fee: Fee): bigint {
  const sum = fee.fixed + amount * fee.percent / (100n * ONE);
  const [least, most] = [fee.minimum ?? 0n, fee.maximum ?? 10n ** 30n];
  return sum < least ? least : sum > most ? most : sum;
}

Deno.test("R-06-146 R-06-143 in = fee + out, and the items are the fee, for any amount, fee and step", () => {
  const units = fc.bigInt({ min: 1n, max: 10n ** 18n });
  const bound = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const fee = fc.record(
    { fixed: bound, percent: fc.bigInt({ min: 0n, max: 100n * ONE }), minimum: bound, maximum: bound },
    { requiredKeys: ["fixed", "percent"] },
  ).filter(({ minimum, maximum }) => minimum === undefined || maximum === undefined || minimum <= maximum);
  fc.assert(fc.property(units, fee, fc.constantFrom(1n, CENT, ONE, 100n * ONE), (amount, fee, step) => {
    const amounts = amountsFor(amount, fee, step);
    if (amounts === null) {
      return assert.ok(
        amount - inBounds(amount, fee) < step,
        "nothing is refused that leaves something to pay",
      );
    }
    const service = amounts.items.find(({ name }) => name === "service")?.amount ?? 0n;
    assert.equal(service, inBounds(amount, fee));
    assert.equal(amounts.in, amounts.fee + amounts.out);
    assert.equal(amounts.items.reduce((sum, item) => sum + item.amount, 0n), amounts.fee);
    assert.ok(amounts.items.every((item) => item.amount > 0n));
    assert.equal(amounts.out % step, 0n);
    assert.ok(amounts.out > 0n);
    const shown: { name: string; amount: string }[] = JSON.parse(feeItemsToJson(amounts.items));
    const sum = shown.reduce((total, item) => total + (parseUnits(item.amount) ?? -1n), 0n);
    assert.equal(sum, amounts.fee, "what is written down adds up too");
  }));
});

Deno.test("M-24 what the bank cannot move is an item of its own and is never ours in silence", () => {
  const amounts = amountsFor(100n * ONE + 1n, { fixed: 0n, percent: 5_000_000n }, CENT);
  // Half a percent of 100.0000001 is 0.5000000005, rounded down; 99.5000001 is left, of which the bank moves 99.50.
  assert.deepEqual(amounts, {
    in: 1_000_000_001n,
    fee: 5_000_001n,
    out: 995_000_000n,
    items: [{ name: "service", amount: 5_000_000n }, { name: "rounding", amount: 1n }],
  });
});

Deno.test("M-24 percentages are exact where a float would not be", () => {
  // 0.1 + 0.2 percent of the largest amount that Stellar knows.
  const most = 9_223_372_036_854_775_807n;
  const amounts = amountsFor(most, { fixed: 0n, percent: 3_000_000n }, 1n);
  assert.equal(amounts?.fee, most * 3n / 1000n);
});

Deno.test("an amount that the fee eats up leaves nothing", () => {
  assert.equal(amountsFor(ONE, { fixed: ONE, percent: 0n }, 1n), null);
  assert.equal(amountsFor(ONE + CENT - 1n, { fixed: ONE, percent: 0n }, CENT), null);
  assert.equal(amountsFor(ONE + CENT, { fixed: ONE, percent: 0n }, CENT)?.out, CENT);
  assert.deepEqual(amountsFor(ONE, NO_FEE, 1n), { in: ONE, fee: 0n, out: ONE, items: [] });
});

Deno.test("M-24 a fee stays between its bounds, and takes all of neither", () => {
  const fee = { fixed: 0n, percent: ONE, minimum: 2n * ONE, maximum: 5n * ONE };
  const asked = (whole: bigint) => amountsFor(whole * ONE, fee, 1n)?.fee;
  // One percent, but at least 2 and at most 5.
  assert.deepEqual([3n, 200n, 300n, 500n, 9_000n].map(asked), [2n, 2n, 3n, 5n, 5n].map((fee) => fee * ONE));
  assert.equal(amountsFor(2n * ONE, fee, 1n), null);
});
