import assert from "node:assert/strict";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { receive } from "../../../core/bank/receive.ts";
import { assignReceipt } from "../../../core/operators/assign-receipt.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { apply } from "../../../core/transfers/record.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { inbound, scriptedRail } from "./scripted-rail.ts";

const HUNDRED = 100n * ONE;
const DAY_MS = 86_400_000;

/** A deposit of which the time to pay has run out. */
async function expired(work: MoneyAtWork): Promise<Transfer> {
  const transfer = await work.deposit();
  await apply(work.books, transfer.id, { type: "time_ran_out" });
  return await work.now(transfer);
}

async function unmatched({ db }: MoneyAtWork, externalId: string) {
  const [row] = await db.query({
    sql: "select id, state, transfer_id, likely_transfer_id from receipts where external_id = ?",
    args: [externalId],
  });
  assert.deepEqual([row?.state, row?.transfer_id], ["unmatched", null]);
  return { id: String(row?.id), likely: row?.likely_transfer_id };
}

Deno.test("M-17 M-25 late money shows the deposit that it is likely for, by reference, by address or by payer, and is credited to none", async () => {
  for (const by of ["reference", "address", "payer"] as const) {
    const bank = scriptedRail(
      by === "address" ? { deposit: { address: "per_customer", reference: null } } : {},
    );
    using work = await moneyAtWork({ bank });
    if (by === "address") await expired(work);
    await moveClock(work.db, 1_000);
    const transfer = await expired(work);
    work.identities.set("12345", [transfer.customerId]);
    const { payer } = inbound("x", HUNDRED);
    const match = by === "reference"
      ? { match: { reference: transfer.reference ?? "" } }
      : by === "address"
      ? { match: { instructionId: `account-${transfer.customerId}` } }
      : { match: {}, payer: { ...payer, identity: "12345" } };
    await receive(work.receiving, bank.instance, inbound("late", HUNDRED, match));
    assert.equal((await unmatched(work, "late")).likely, transfer.id, by);
    assert.equal((await work.now(transfer)).state, "expired");
    assert.deepEqual(await work.balances(), { "bank:bank": HUNDRED, suspense: -HUNDRED });
  }
});

Deno.test("M-18 late money that is assigned is judged by the amount rule, and a second payment is left for a person", async () => {
  using work = await moneyAtWork();
  const { books, vault, receiving: { judge } } = work;
  const assign = async (externalId: string, { id }: Transfer) =>
    await assignReceipt({ books, vault, judge, actor: "anna" }, (await unmatched(work, externalId)).id, id);
  const [right, wrong] = [await expired(work), await expired(work)];
  await work.pay(right, HUNDRED, "right");
  await work.pay(right, HUNDRED, "again");
  await work.pay(wrong, 90n * ONE, "wrong");
  assert.equal((await assign("right", right)).kind, "assigned");
  assert.equal((await work.now(right)).state, "funded");
  assert.equal((await assign("wrong", wrong)).kind, "assigned");
  const held = await work.now(wrong);
  assert.deepEqual([held.state, held.message], ["on_hold", "amount_mismatch"]);
  assert.deepEqual(await assign("again", right), { kind: "refused", reason: "not_assignable" });
  assert.equal((await unmatched(work, "again")).likely, right.id);
  assert.deepEqual(await work.balances(), {
    "bank:bank": 290n * ONE,
    in_flight: -190n * ONE,
    suspense: -HUNDRED,
  });
});

Deno.test("M-21 a rail that says of every payout for how long it can come back need not say so of each", async () => {
  const payout = scriptedRail().instance.rail.declares.payout ?? assert.fail("it pays out");
  const finality = { kind: "returnable", returnableDays: 3 } as const;
  const bank = scriptedRail({ declares: { payout: { ...payout, finality } } });
  using work = await moneyAtWork({ bank });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await payAtBank(work.paying, transfer.id);
  const { state, completedMs, returnableUntilMs } = await work.now(transfer);
  assert.equal(state, "completed");
  assert.equal(returnableUntilMs, (completedMs ?? 0) + 3 * DAY_MS);
});

Deno.test("M-21 a payout keeps until when it can come back, and one that comes later is booked all the same and told apart", async () => {
  for (const how of ["state", "credit"] as const) {
    for (const isLate of [false, true]) {
      const bank = scriptedRail({ becomes: "sent" });
      using work = await moneyAtWork({ bank });
      const transfer = await work.fundedWithdrawal(HUNDRED);
      await payAtBank(work.paying, transfer.id);
      const [key = ""] = bank.left.keys();
      const returnableUntil = Math.floor((Date.now() + DAY_MS) / 1000);
      const done = bank.say(key, { state: "completed", returnableUntil, revision: 2 });
      await notePayout(work.books, bank.instance, done);
      assert.equal((await work.now(transfer)).returnableUntilMs, returnableUntil * 1000);
      if (isLate) await moveClock(work.db, 2 * DAY_MS);
      if (how === "state") {
        await notePayout(work.books, bank.instance, bank.say(key, { state: "returned", revision: 3 }));
      } else {
        const credit = inbound("back", 99n * ONE, { original: { payoutKey: key } });
        await receive(work.receiving, bank.instance, credit);
      }
      const back = await work.now(transfer);
      assert.deepEqual([back.state, back.message, back.returnableUntilMs], [
        "on_hold",
        "payout_returned",
        null,
      ]);
      assert.deepEqual(await work.balances(), { in_flight: -HUNDRED, outstanding: HUNDRED });
      assert.equal((await work.alarms()).includes("payout_returned:late"), isLate, `${how} ${isLate}`);
    }
  }
});

for (const first of ["state", "credit"] as const) {
  Deno.test(`M-21 M-23 of a payout that comes back before it was known to have arrived, told by ${first} first, the fee is booked`, async () => {
    const bank = scriptedRail({ becomes: "sent", fee: 3n });
    using work = await moneyAtWork({ bank });
    const transfer = await work.fundedWithdrawal(HUNDRED);
    await payAtBank(work.paying, transfer.id);
    const [key = ""] = bank.left.keys();
    const credit = inbound("back", 99n * ONE, { original: { payoutKey: key } });
    const said = bank.say(key, { state: "returned", final: true });
    const tellings = [
      () => receive(work.receiving, bank.instance, credit),
      () => notePayout(work.books, bank.instance, said),
    ];
    for (const tell of first === "credit" ? tellings : tellings.toReversed()) await tell();
    assert.equal((await work.now(transfer)).state, "on_hold");
    const balances = { "bank:bank": -3n, costs: 3n, in_flight: -HUNDRED, outstanding: HUNDRED };
    assert.deepEqual(await work.balances(), balances);
  });
}
