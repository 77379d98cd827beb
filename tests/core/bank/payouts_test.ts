import assert from "node:assert/strict";
import fc from "fast-check";
import { payoutKey } from "../../../core/bank/key.ts";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { raiseAlarmAnew } from "../../../core/records/alarms.ts";
import { repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import { raiseDebitAlarm } from "../../../core/transfers/payout-stop.ts";
import { apply } from "../../../core/transfers/record.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import type { PayoutState } from "../../../plugins/bank-rail.ts";
import { inFile } from "../records/files.ts";
import { type MoneyAtWork, moneyAtWork, ONE, OURS } from "../transfers/money-at-work.ts";
import { type Fault, scriptedRail } from "./scripted-rail.ts";

const HUNDRED = 100n * ONE;
const PAID = 99n * ONE;

const perform = (work: MoneyAtWork, { id }: Transfer) => payAtBank(work.paying, id);

/** The only key that the bank has seen. */
function onlyKey(work: MoneyAtWork): string {
  const [key, ...others] = work.bank.left.keys();
  assert.ok(key !== undefined && others.length === 0);
  return key;
}

async function attemptStates(work: MoneyAtWork): Promise<unknown[]> {
  const rows = await work.db.query({ sql: "select state from attempts order by number" });
  return rows.map(({ state }) => state);
}

async function assertPaidOnce(work: MoneyAtWork, transfer: Transfer): Promise<void> {
  assert.equal((await work.now(transfer)).state, "completed");
  assert.deepEqual([...work.bank.left.values()], [PAID]);
  assert.deepEqual(await work.balances(), { "bank:bank": -PAID, fees: -ONE, outstanding: HUNDRED });
}

Deno.test("M-15 the attempt and its key are stored before the bank is called", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  work.bank.meanwhile = async () => {
    assert.equal((await work.now(transfer)).state, "paying");
    const [row] = await work.db.query({ sql: "select key, number, state from attempts" });
    assert.deepEqual([row?.number, row?.state], [1n, "stored"]);
    const { key } = work.bank.instance.rail.declares.payout ?? assert.fail();
    assert.equal(row?.key, payoutKey("payout", transfer.id, 1, key));
  };
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  await assertPaidOnce(work, transfer);
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  await assertPaidOnce(work, transfer);
});

Deno.test("M-16 an unknown outcome is settled by asking alone, whatever became of the call", async () => {
  const faults = fc.array(
    fc.constantFrom<Fault[]>("commit_then_drop", "drop", "unavailable", "rate_limited", "insufficient_funds"),
    { maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(
      faults,
      fc.array(fc.constant("unavailable" as const), { maxLength: 2 }),
      async (calls, asks) => {
        using work = await moneyAtWork();
        work.bank.faults.push(...calls);
        work.bank.lookUpFaults.push(...asks);
        const transfer = await work.fundedWithdrawal(HUNDRED);
        for (let round = 0; round < 10; round++) {
          const { kind } = await perform(work, transfer);
          if (kind === "done") break;
          assert.equal(kind, "retry");
          await work.balances();
        }
        await assertPaidOnce(work, transfer);
        // Each call but the very first follows a question that the bank has answered.
        const creates = work.bank.calls.flatMap((call, at) => call.startsWith("create") ? [at] : []).slice(1);
        for (const at of creates) assert.match(work.bank.calls[at - 1] ?? "", /^find/);
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("M-15 a refusal at the door is believed only when the look-up agrees", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  work.bank.faults.push("limit_exceeded");
  work.bank.lookUpFaults.push("unavailable");
  assert.deepEqual(await perform(work, transfer), { kind: "retry", error: "unavailable" });
  assert.equal((await work.now(transfer)).state, "paying");
  work.bank.faults.push("limit_exceeded");
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  const held = await work.now(transfer);
  assert.deepEqual([held.state, held.message], ["on_hold", "payout_failed"]);
  assert.deepEqual(await attemptStates(work), ["failed"]);
  assert.deepEqual(await work.alarms(), ["transfer_on_hold:payout_failed", "payout_refused:limit_exceeded"]);
  assert.deepEqual(await work.balances(), { in_flight: -HUNDRED, outstanding: HUNDRED });
});

Deno.test("M-30 two performers at once, again and again, pay once", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyAtWork({ db: one });
  const second = await moneyAtWork({ db: two, bank: first.bank });
  const transfer = await first.fundedWithdrawal(HUNDRED);
  for (let round = 0; round < 3; round++) {
    await Promise.all([first, second, first].map((work) => perform(work, transfer)));
  }
  await assertPaidOnce(first, transfer);
  assert.deepEqual(await attemptStates(first), ["completed"]);
  one.close();
  two.close();
});

Deno.test("M-30 a performer that dies after storing, or after the call, pays once when another goes on", async () => {
  for (const dies of ["before", "after"] as const) {
    using work = await moneyAtWork();
    const transfer = await work.fundedWithdrawal(HUNDRED);
    if (dies === "before") work.bank.meanwhile = () => Promise.reject(new Error("the process died"));
    else work.bank.faults.push("commit_then_drop");
    await perform(work, transfer).catch(() => {});
    work.bank.meanwhile = () => Promise.resolve();
    assert.deepEqual(await perform(work, transfer), { kind: "done" });
    await assertPaidOnce(work, transfer);
  }
});

Deno.test("M-15 a payout that the bank works on is asked about again, and its fee is our cost", async () => {
  const bank = scriptedRail({ becomes: "accepted", fee: 7n });
  using work = await moneyAtWork({ bank });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  assert.equal((await perform(work, transfer)).kind, "again");
  assert.deepEqual(await attemptStates(work), ["sent"]);
  bank.say(onlyKey(work), { state: "sent" });
  assert.equal((await perform(work, transfer)).kind, "again");
  bank.say(onlyKey(work), { state: "completed", final: true, bankReference: "E2E", returnableUntil: 2_000 });
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  const done = await work.now(transfer);
  assert.deepEqual([done.externalTransactionId, done.returnableUntilMs], ["E2E", 2_000_000]);
  assert.deepEqual(await work.balances(), {
    "bank:bank": -PAID - 7n,
    costs: 7n,
    fees: -ONE,
    outstanding: HUNDRED,
  });
});

Deno.test("M-15 a payout that failed for good holds the transfer; one that may still go on does not", async () => {
  const bank = scriptedRail({ becomes: "accepted" });
  using work = await moneyAtWork({ bank });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await perform(work, transfer);
  const key = onlyKey(work);
  bank.say(key, { state: "failed", final: false });
  assert.equal((await perform(work, transfer)).kind, "again");
  assert.equal((await work.now(transfer)).state, "paying");
  const reason = { code: "account_closed", fields: ["bank_account_number"] } as const;
  bank.say(key, { state: "failed", final: true, reason });
  await perform(work, transfer);
  assert.equal((await work.now(transfer)).state, "on_hold");
  // The bank changes its mind: its word is what counts, and nothing else was paid meanwhile.
  await notePayout(work.books, bank.instance, bank.say(key, { state: "completed", final: true }));
  await assertPaidOnce(work, transfer);
});

Deno.test("M-15 news out of order, doubled or older change nothing", async () => {
  const states: Partial<PayoutState>[] = [
    { state: "accepted", revision: 1 },
    { state: "sent", revision: 2 },
    { state: "completed", final: true, revision: 3 },
    { state: "sent", revision: 4 },
    { state: "completed", final: true, revision: 5 },
  ];
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...states, ...states], { minLength: 10 }), async (news) => {
      const bank = scriptedRail({ becomes: "accepted" });
      using work = await moneyAtWork({ bank });
      const transfer = await work.fundedWithdrawal(HUNDRED);
      bank.faults.push("commit_then_drop");
      await perform(work, transfer);
      for (const said of news) await notePayout(work.books, bank.instance, bank.say(onlyKey(work), said));
      await assertPaidOnce(work, transfer);
      assert.deepEqual(await attemptStates(work), ["completed"]);
    }),
    { numRuns: 15 },
  );
});

Deno.test("M-15 an older failure that is told late does not end a payout that goes on", async () => {
  const bank = scriptedRail({ becomes: "accepted" });
  using work = await moneyAtWork({ bank });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await perform(work, transfer);
  const newer = bank.say(onlyKey(work), { state: "sent", revision: 5 });
  await notePayout(work.books, bank.instance, newer);
  await notePayout(work.books, bank.instance, { ...newer, state: "failed", final: true, revision: 4 });
  assert.equal((await work.now(transfer)).state, "paying");
  assert.deepEqual(await attemptStates(work), ["sent"]);
});

Deno.test("M-21 a completed payout that failed or came back after all is owed again", async () => {
  for (const state of ["returned", "failed"] as const) {
    using work = await moneyAtWork();
    const transfer = await work.fundedWithdrawal(HUNDRED);
    await perform(work, transfer);
    const said = work.bank.say(onlyKey(work), { state, final: true });
    for (let time = 0; time < 2; time++) await notePayout(work.books, work.bank.instance, said);
    const back = await work.now(transfer);
    assert.deepEqual([back.state, back.message], ["on_hold", "payout_returned"]);
    assert.deepEqual(await attemptStates(work), ["returned"]);
    assert.deepEqual(await work.balances(), { in_flight: -HUNDRED, outstanding: HUNDRED });
    assert.deepEqual(await perform(work, transfer), { kind: "done" });
    assert.ok((await work.alarms()).some((alarm) => alarm.startsWith("payout_returned")));
  }
});

Deno.test("M-21 a payout that comes back before it was known to have arrived holds the transfer", async () => {
  const bank = scriptedRail({ becomes: "sent" });
  using work = await moneyAtWork({ bank });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await perform(work, transfer);
  bank.say(onlyKey(work), { state: "returned", final: true });
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "on_hold");
  assert.deepEqual(await work.balances(), { in_flight: -HUNDRED, outstanding: HUNDRED });
});

Deno.test("M-15 a payout of another amount than was stored is put before an operator", async () => {
  const bank = scriptedRail({ becomes: "accepted" });
  using work = await moneyAtWork({ bank });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await perform(work, transfer);
  const said = bank.say(onlyKey(work), { state: "completed", amount: { units: 1n, currency: "USD" } });
  await notePayout(work.books, bank.instance, said);
  assert.equal((await work.now(transfer)).state, "paying");
  assert.deepEqual(await work.alarms(), ["payout_mismatch:amount"]);
  await work.balances();
});

Deno.test("M-14 a payout that nobody stored stops payouts of its currency until it is explained", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  const unknown: PayoutState = {
    key: "f".repeat(32),
    state: "sent",
    final: false,
    amount: { units: 5n, currency: "USD" },
    fee: { units: 0n, currency: "USD" },
    revision: 1,
  };
  await notePayout(work.books, work.bank.instance, { ...unknown, key: "e".repeat(32), state: "failed" });
  assert.deepEqual(await work.alarms(), [], "what failed never left");
  await notePayout(work.books, work.bank.instance, unknown);
  assert.deepEqual(await work.alarms(), ["statement_debit:USD"]);
  assert.equal((await perform(work, transfer)).kind, "again");
  assert.equal((await work.now(transfer)).state, "funded");
  await work.db.write([{ sql: "update alarms set closed_ms = 1" }], repeatable);
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  await assertPaidOnce(work, transfer);
});

Deno.test("M-10 M-14 what stops payouts and shows between look and batch stops it too; another currency's debit does not", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await work.db.write([raiseDebitAlarm("bank:1", "EUR")], repeatable);
  for (
    const stop of [[raiseDebitAlarm("bank:2", "USD")], raiseAlarmAnew("ledger_history", "chain", "other")]
  ) {
    const isAccepted = async (of: Transfer) => {
      await work.db.write(stop, repeatable);
      return await work.paying.isAccepted(of);
    };
    assert.equal((await payAtBank({ ...work.paying, isAccepted }, transfer.id)).kind, "again");
    assert.deepEqual(work.bank.calls, []);
    await work.db.write(["statement_debit", "ledger_history"].map((kind) => closing(kind)), repeatable);
  }
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
});

const closing = (kind: string) => ({ sql: "update alarms set closed_ms = 1 where kind = ?", args: [kind] });

Deno.test("M-14 nothing is paid before statements and ledger have been read up", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  let isRead = false;
  const paying = { ...work.paying, readUp: () => Promise.resolve(isRead) };
  assert.equal((await payAtBank(paying, transfer.id)).kind, "again");
  assert.equal((await work.now(transfer)).state, "funded");
  isRead = true;
  assert.deepEqual(await payAtBank(paying, transfer.id), { kind: "done" });
});

Deno.test("M-22 a customer who is not accepted any more is held, also when that shows in the batch alone", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await work.setKyc("alice", null);
  // What is believed outside the batch does not count.
  const fooled = { ...work.paying, isAccepted: () => Promise.resolve(true) };
  assert.equal((await payAtBank(fooled, transfer.id)).kind, "again");
  assert.deepEqual([(await work.now(transfer)).state, work.bank.calls], ["funded", []]);
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  const held = await work.now(transfer);
  assert.deepEqual([held.state, held.message], ["on_hold", "customer_withdrawn"]);
  await work.balances();
});

Deno.test("M-15 keys are the same for the same attempt, differ for any other, and fit the rail", () => {
  const shapes = fc.constantFrom(
    { alphabet: "0123456789", length: 20 },
    { alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", length: 35 },
    { alphabet: "ab", length: 64 },
  );
  fc.assert(
    fc.property(shapes, fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 50 }), (shape, id, number) => {
      const key = payoutKey("payout", id, number, shape);
      assert.equal(key.length, shape.length);
      assert.ok([...key].every((character) => shape.alphabet.includes(character)));
      assert.equal(payoutKey("payout", id, number, shape), key);
      assert.notEqual(payoutKey("payout", id, number + 1, shape), key);
      assert.notEqual(payoutKey("refund", id, number, shape), key);
    }),
  );
  assert.throws(() => payoutKey("payout", "a", 1, { alphabet: "0123456789", length: 18 }), RangeError);
});

Deno.test("M-15 M-25 a payout that was prepared before a part went back is not stored: less is owed by then", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  const events: TransferEvent[] = [
    { type: "customer_withdrawn" },
    { type: "refund_ordered", part: { amount: 40n * ONE, then: "pay" } },
    { type: "refund_completed", id: "back", idType: "stellar", amount: 40n * ONE, fee: 0n, place: OURS },
  ];
  const isAccepted = async () => {
    for (const event of events) await apply(work.books, transfer.id, event);
    return true;
  };
  assert.equal((await payAtBank({ ...work.paying, isAccepted }, transfer.id)).kind, "again");
  assert.deepEqual(await attemptStates(work), []);
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  assert.deepEqual([...work.bank.left.values()], [59n * ONE]);
  const { state, received, refunded, amountFee } = await work.now(transfer);
  assert.deepEqual([state, received - refunded, amountFee], ["completed", 60n * ONE, ONE]);
});
