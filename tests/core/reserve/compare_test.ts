import assert from "node:assert/strict";
import fc from "fast-check";
import { type Comparison, judge, type PlaceState, unexplainedOf } from "../../../core/reserve/compare.ts";

const units = fc.bigInt({ min: -1_000n, max: 1_000n });

/** A reading that says so much more than the books, with nothing between. */
const reading = (name: string, difference: bigint): Comparison => ({
  reading: name,
  told: 500n + difference,
  booked: 500n,
  least: 0n,
  most: 0n,
});

/** Readings in a row; for each whether it raises the alarm. */
function alarmsOf(differences: readonly bigint[], tolerance: bigint): boolean[] {
  let state: PlaceState | null = null;
  return differences.map((difference, at) => {
    const judged = judge(state, reading(String(at), difference), tolerance);
    state = judged.state;
    return judged.alarms;
  });
}

Deno.test("M-26 what is between explains as much as it can make, and not a unit more", () => {
  fc.assert(fc.property(units, units, units, units, (told, booked, one, other) => {
    const [least, most] = [one < 0n ? one : -one, other < 0n ? -other : other];
    const unexplained = unexplainedOf({ reading: "", told, booked, least, most });
    const explained = told - booked - unexplained;
    assert.ok(explained >= least && explained <= most);
    assert.ok(unexplained === 0n || explained === (unexplained > 0n ? most : least));
  }));
});

Deno.test("M-26 money on its way about the time of the statement is explained whatever the order, a theft shows", () => {
  // Times of one reading: the balance is asked for at 10, answered as of 15, the books are read at 20.
  const [asked, answered, read] = [10, 15, 20];
  const time = fc.integer({ min: 0, max: 30 });
  const credit = fc.record({ amount: fc.bigInt({ min: 1n, max: 99n }), atBank: time, delay: fc.nat(20) });
  const payout = fc.record({
    amount: fc.bigInt({ min: 1n, max: 99n }),
    stored: time,
    leaves: fc.nat(10),
    told: fc.nat(10),
  });
  fc.assert(
    fc.property(fc.array(credit), fc.array(payout), fc.constantFrom(0n, 7n), (credits, payouts, stolen) => {
      const moves = [
        // The statement is read after the balance, so what came before it is booked by then.
        ...credits.map(({ amount, atBank, delay }) => ({
          amount,
          atBank,
          booked: atBank <= answered ? Math.min(atBank + delay, read) : atBank + delay,
          stored: null,
        })),
        ...payouts.map(({ amount, stored, leaves, told }) => ({
          amount: -amount,
          atBank: stored + leaves,
          booked: stored + leaves + told,
          stored,
        })),
      ];
      const sum = (kept: typeof moves) => kept.reduce((total, { amount }) => total + amount, 0n);
      const about = moves.filter(({ booked }) => booked >= asked && booked <= read);
      const comparison: Comparison = {
        reading: "",
        told: 10_000n - stolen + sum(moves.filter(({ atBank }) => atBank <= answered)),
        booked: 10_000n + sum(moves.filter(({ booked }) => booked <= read)),
        least: -sum(about.filter(({ amount }) => amount > 0n)) +
          sum(moves.filter(({ stored, booked }) => stored !== null && stored <= read && booked > read)),
        most: -sum(about.filter(({ amount }) => amount < 0n)),
      };
      const unexplained = unexplainedOf(comparison);
      if (stolen === 0n) assert.equal(unexplained, 0n);
      if (comparison.least === 0n && comparison.most === 0n) assert.equal(unexplained, -stolen);
      assert.ok(unexplained <= 0n && unexplained >= -stolen);
    }),
  );
});

Deno.test("M-26 only what lasts over two readings and is above the tolerance raises the alarm", () => {
  assert.deepEqual(alarmsOf([-5n, 0n, -5n, 5n, 0n], 0n), [false, false, false, false, false]);
  assert.deepEqual(alarmsOf([-5n, -5n], 0n), [false, true]);
  assert.deepEqual(alarmsOf([-5n, -9n], 0n), [false, true]);
  assert.deepEqual(alarmsOf([5n, 5n, 5n], 5n), [false, false, false]);
  assert.deepEqual(alarmsOf([6n, 6n], 5n), [false, true]);
});

Deno.test("M-26 the same difference is told once; one that grows, or comes again, is told again", () => {
  assert.deepEqual(alarmsOf([-5n, -5n, -5n, -5n], 1n), [false, true, false, false]);
  assert.deepEqual(alarmsOf([-5n, -5n, -6n, -6n, -8n, -8n], 1n), [false, true, false, false, false, true]);
  assert.deepEqual(alarmsOf([-5n, -5n, 0n, -5n, -5n], 1n), [false, true, false, false, true]);
  // Little by little is much in the end.
  assert.deepEqual(alarmsOf([-2n, -2n, -3n, -3n, -4n, -4n, -5n], 1n), [
    false,
    true,
    false,
    false,
    false,
    true,
    false,
  ]);
});

Deno.test("M-26 one statement told twice is one reading", () => {
  const first = judge(null, reading("of 1", -5n), 0n);
  const again = judge(first.state, reading("of 1", -5n), 0n);
  assert.deepEqual(again, { state: first.state, alarms: false });
  assert.equal(judge(again.state, reading("of 2", -5n), 0n).alarms, true);
});
