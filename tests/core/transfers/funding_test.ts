import assert from "node:assert/strict";
import { expect } from "../../../core/records/expect-changed.ts";
import { fund, type Funding } from "../../../core/transfers/funding.ts";
import { moneyAtWork, ONE } from "./money-at-work.ts";

const money = { amount: 100n * ONE, kept: 0n, place: "bank" };

/** Judges as it is told, one sum of what was moved after the other; the guard of those that are stale fails. */
function judging(...sums: readonly { readonly day: bigint; readonly stale: boolean }[]) {
  const asked: bigint[] = [];
  const judge: Funding["judge"] = ({ tier }, amount) => {
    const { day, stale } = sums[asked.length] ?? assert.fail("judged too often");
    asked.push(amount);
    return Promise.resolve({
      clearance: { kind: "cleared", tier },
      moved: { "day": day, "30 days": day },
      unchanged: stale ? [expect("false")] : [],
    });
  };
  return { judge, asked };
}

Deno.test("M-18 money is judged again by whoever was overtaken, and what is told twice is a duplicate", async () => {
  using work = await moneyAtWork();
  const { books } = work;
  const [first, second] = [await work.deposit(), await work.deposit()];
  const overtaken = judging({ day: 0n, stale: true }, { day: ONE, stale: true }, {
    day: 2n * ONE,
    stale: false,
  });
  const receipt = (id: string) => ({
    sql:
      `insert into receipts (id, side, place, external_id, state, asset, gross, fee, net, transfer_id, revision,
      version, at_ms) values (?, 'bank', 'bank', ?, 'matched', ?, ?, 0, ?, ?, 1, 1, 0)`,
    args: [id, id, first.asset, money.amount, money.amount, id],
  });
  const funded = await fund({ books, judge: overtaken.judge }, first.id, money, ({ id }) => [receipt(id)]);
  assert.deepEqual([funded.kind, overtaken.asked.length], ["recorded", 3]);
  // The sums are the same, so something else in the batch was stale.
  const same = judging({ day: ONE, stale: true }, { day: ONE, stale: true });
  const again = await fund({ books, judge: same.judge }, second.id, money, () => []);
  assert.deepEqual([again, same.asked.length], [{ kind: "duplicate", key: "extra" }, 2]);
  assert.equal((await work.now(second)).state, "waiting");
  const known = judging({ day: 0n, stale: false });
  assert.equal((await fund({ books, judge: known.judge }, first.id, money, () => [])).kind, "ignored");
  await assert.rejects(
    fund({ books, judge: known.judge }, "nobody", money, () => []),
    /nobody: it is not there/,
  );
  await work.balances();
});
