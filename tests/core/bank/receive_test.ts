import assert from "node:assert/strict";
import fc from "fast-check";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { receive } from "../../../core/bank/receive.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { apply } from "../../../core/transfers/record.ts";
import type { InboundTransfer } from "../../../plugins/bank-rail.ts";
import { inFile } from "../records/files.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { inbound } from "./scripted-rail.ts";

const HUNDRED = 100n * ONE;

async function receiptState(work: MoneyAtWork, externalId: string): Promise<unknown> {
  const [row] = await work.db.query({
    sql: "select state from receipts where external_id = ?",
    args: [externalId],
  });
  return row?.state;
}

Deno.test("M-18 money for a deposit funds it and is in the books with what the rail kept", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  assert.deepEqual(await work.pay(transfer, HUNDRED, "one", { fee: 5n }), {
    kind: "booked",
    transferId: transfer.id,
  });
  const funded = await work.now(transfer);
  assert.deepEqual(
    [funded.state, funded.received, funded.amountOut, funded.externalTransactionId, funded.expiresMs],
    ["funded", HUNDRED, 99n * ONE, "one", null],
  );
  assert.deepEqual(await work.books.outbox.dueOf(transfer.id, 10), [
    `ledger_payout:${transfer.id}:${funded.version}`,
  ]);
  assert.deepEqual(await work.balances(), { "bank:bank": HUNDRED - 5n, costs: 5n, in_flight: -HUNDRED });
});

Deno.test("M-18 told by webhook, poll and file, doubled and in any order, one money is one receipt", async () => {
  const told = [
    { state: "pending", revision: 1 },
    { state: "booked", revision: 2 },
    { state: "booked", revision: 3 },
  ] as const;
  const order = fc.shuffledSubarray([...told, ...told], { minLength: 4 });
  await fc.assert(
    fc.asyncProperty(order, async (news) => {
      using work = await moneyAtWork();
      const transfer = await work.deposit();
      for (const more of news) await work.pay(transfer, HUNDRED, "one", more);
      const isBooked = news.some(({ state }) => state === "booked");
      assert.equal((await work.now(transfer)).state, isBooked ? "funded" : "arriving");
      assert.deepEqual(
        await work.balances(),
        isBooked ? { "bank:bank": HUNDRED, in_flight: -HUNDRED } : {},
      );
      assert.equal(await work.count("receipts"), 1);
      assert.deepEqual(await work.alarms(), []);
    }),
    { numRuns: 25 },
  );
});

Deno.test("M-18 M-30 two processes that tell the same money at once book it once", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyAtWork({ db: one });
  const second = await moneyAtWork({ db: two, bank: first.bank });
  for (const state of ["matched", "unmatched"] as const) {
    const transfer = await first.deposit();
    if (state === "unmatched") await apply(first.books, transfer.id, { type: "time_ran_out" });
    const tellers = [first, second, first, second].map((work) => work.pay(transfer, HUNDRED));
    const taken = await Promise.all(tellers);
    assert.equal(taken.filter(({ kind }) => kind !== "known").length, 1, JSON.stringify(taken));
    assert.equal(await receiptState(first, `in-${transfer.id}`), state);
    await first.balances();
  }
  assert.deepEqual(await first.balances(), {
    "bank:bank": 2n * HUNDRED,
    in_flight: -HUNDRED,
    suspense: -HUNDRED,
  });
  one.close();
  two.close();
});

Deno.test("M-17 late money and a second payment wait for an operator, linked to the deposit", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await work.pay(transfer, HUNDRED, "one");
  assert.deepEqual(await work.pay(transfer, HUNDRED, "two"), { kind: "unmatched" });
  const [row] = await work.db.query({ sql: "select * from receipts where external_id = 'two'" });
  assert.deepEqual([row?.transfer_id, row?.likely_transfer_id, row?.reason], [
    null,
    transfer.id,
    "not_waiting",
  ]);
  assert.deepEqual(await work.alarms(), ["receipt_unmatched:not_waiting"]);
  await work.balances();
});

Deno.test("M-18 another amount than announced waits for an operator, with amounts that add up", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await work.pay(transfer, 90n * ONE);
  const held = await work.now(transfer);
  assert.deepEqual(
    [held.state, held.message, held.amountIn, held.amountFee, held.amountOut],
    ["on_hold", "amount_mismatch", 90n * ONE, ONE, 89n * ONE],
  );
  assert.deepEqual(await work.alarms(), ["transfer_on_hold:amount_mismatch"]);
  const tiny = await work.deposit();
  await work.pay(tiny, ONE / 2n, "tiny");
  const small = await work.now(tiny);
  assert.deepEqual([small.message, small.amountFee, small.amountOut], ["amount_too_small", null, null]);
  await work.balances();
});

Deno.test("M-18 announced money that never comes lets the deposit wait again, and expire", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await work.pay(transfer, HUNDRED, "one", { state: "pending" });
  await work.pay(transfer, HUNDRED, "two", { state: "pending" });
  assert.equal((await work.now(transfer)).state, "arriving");
  await work.pay(transfer, HUNDRED, "one", { state: "rejected", revision: 2 });
  assert.equal((await work.now(transfer)).state, "arriving", "the other is still on its way");
  await work.pay(transfer, HUNDRED, "two", { state: "reversed", revision: 2 });
  const waiting = await work.now(transfer);
  assert.equal(waiting.state, "waiting");
  assert.ok(waiting.expiresMs);
  assert.deepEqual(await work.balances(), {});
});

Deno.test("M-18 money that was announced for one deposit and is another's lets the first wait again", async () => {
  using work = await moneyAtWork();
  const [first, second] = [await work.deposit(), await work.deposit()];
  await work.pay(first, HUNDRED, "one", { state: "pending" });
  assert.equal((await work.now(first)).state, "arriving");
  await work.pay(second, HUNDRED, "one", { state: "booked", revision: 2 });
  assert.deepEqual([(await work.now(first)).state, (await work.now(second)).state], ["waiting", "funded"]);
  await work.balances();
});

Deno.test("M-30 two announced payments that vanish at once leave nobody waiting for the other", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyAtWork({ db: one });
  const second = await moneyAtWork({ db: two, bank: first.bank });
  const transfer = await first.deposit();
  for (const id of ["a", "b"]) await first.pay(transfer, HUNDRED, id, { state: "pending" });
  const gone = { state: "rejected", revision: 2 } as const;
  await Promise.all([first.pay(transfer, HUNDRED, "a", gone), second.pay(transfer, HUNDRED, "b", gone)]);
  assert.equal((await first.now(transfer)).state, "waiting");
  one.close();
  two.close();
});

Deno.test("M-18 of two announced payments the second is unmatched and belongs to no transfer", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  for (const state of ["pending", "booked"] as const) {
    for (const id of ["one", "two"]) {
      await work.pay(transfer, HUNDRED, id, { state, revision: state === "pending" ? 1 : 2 });
    }
  }
  assert.equal(await receiptState(work, "two"), "unmatched");
  assert.deepEqual(await work.balances(), {
    "bank:bank": 2n * HUNDRED,
    in_flight: -HUNDRED,
    suspense: -HUNDRED,
  });
});

Deno.test("money that came and went before anybody heard of it is kept without a line in the books", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  for (const state of ["returned", "reversed", "rejected"] as const) {
    await work.pay(transfer, HUNDRED, state, { state });
    assert.equal(await receiptState(work, state), state);
  }
  assert.equal((await work.now(transfer)).state, "waiting");
  assert.deepEqual(await work.balances(), {});
});

const taken = { state: "reversed", revision: 2, reversal: { kind: "fraud" } } as const;

Deno.test("M-21 money that the bank takes back before it was paid is not paid any more", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await work.pay(transfer, HUNDRED, "one", { fee: 5n });
  await work.pay(transfer, HUNDRED, "one", { fee: 5n, ...taken });
  const held = await work.now(transfer);
  assert.deepEqual([held.state, held.message], ["on_hold", "money_taken_back"]);
  assert.deepEqual(await work.balances(), { costs: 5n, receivable: HUNDRED - 5n, in_flight: -HUNDRED });
  await work.pay(transfer, HUNDRED, "one", { fee: 5n, ...taken, revision: 3 });
  assert.deepEqual(await work.balances(), { costs: 5n, receivable: HUNDRED - 5n, in_flight: -HUNDRED });
});

Deno.test("M-21 money that is taken back after its tokens were paid is owed to us", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await work.pay(transfer, HUNDRED, "one");
  await apply(work.books, transfer.id, { type: "payout_stored" }, () => [{
    sql:
      `insert into attempts (id, transfer_id, number, purpose, side, place, key, amount, asset, state, version,
      stored_ms) values ('a', ?, 1, 'payout', 'ledger', 'G', 'h', ?, ?, 'completed', 1, 0)`,
    args: [transfer.id, 99n * ONE, transfer.asset],
  }]);
  await apply(work.books, transfer.id, { type: "payout_completed", amount: 99n * ONE, place: "G" });
  await work.pay(transfer, HUNDRED, "one", taken);
  assert.equal((await work.now(transfer)).state, "completed");
  assert.deepEqual(await work.balances(), { receivable: HUNDRED, outstanding: -99n * ONE, fees: -ONE });
  assert.deepEqual(await work.alarms(), ["receipt_reversed:fraud"]);
});

Deno.test("M-25 unmatched money that is taken back or sent back by hand leaves suspense", async () => {
  using work = await moneyAtWork();
  for (const state of ["reversed", "returned"] as const) {
    await receive(work.receiving, work.bank.instance, inbound(state, HUNDRED, { fee: 3n }));
    assert.equal((await work.balances()).suspense, -HUNDRED);
    await receive(work.receiving, work.bank.instance, inbound(state, HUNDRED, { fee: 3n, ...taken, state }));
    assert.deepEqual(await work.balances(), {});
  }
});

Deno.test("news that change nothing of booked money are quiet, others are told to an operator", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await work.pay(transfer, HUNDRED, "one");
  await work.pay(transfer, HUNDRED, "one", { revision: 2 });
  assert.deepEqual(await work.alarms(), []);
  await work.pay(transfer, HUNDRED, "one", { revision: 3, fee: 1n });
  await work.pay(transfer, HUNDRED, "one", { revision: 4, state: "pending" });
  await work.pay(transfer, HUNDRED, "one", { revision: 5, state: "rejected" });
  assert.deepEqual(await work.alarms(), [
    "receipt_changed:booked",
    "receipt_changed:pending",
    "receipt_changed:rejected",
  ]);
  assert.deepEqual(await work.balances(), { "bank:bank": HUNDRED, in_flight: -HUNDRED });
});

Deno.test("M-24 what does not add up, or has no asset, is set aside with an alarm and books nothing", async () => {
  using work = await moneyAtWork();
  const { instance } = work.bank;
  const sound = inbound("x", HUNDRED);
  const usd = (units: bigint) => ({ units, currency: "USD" });
  const unsound: InboundTransfer[] = [
    { ...sound, net: usd(1n) },
    { ...sound, gross: usd(0n), net: usd(0n) },
    { ...sound, gross: usd(-1n), net: usd(-1n) },
    { ...sound, fee: usd(-1n), net: usd(HUNDRED + 1n) },
    { ...sound, fee: { units: 0n, currency: "EUR" } },
    { ...sound, gross: { units: HUNDRED, currency: "EUR" } },
  ];
  for (const money of unsound) {
    assert.deepEqual(await receive(work.receiving, instance, money), { kind: "set_aside" });
  }
  assert.equal(await work.count("receipts"), 0);
  assert.deepEqual(await work.alarms(), ["receipt_unmatched:cannot_be_booked"]);
});

Deno.test("P12 the payer is kept sealed", async () => {
  using work = await moneyAtWork();
  const payer = { name: "Ada Secret", nameTrusted: true, account: { kind: "none", trusted: false } } as const;
  await receive(work.receiving, work.bank.instance, inbound("one", HUNDRED, { payer }));
  const [row] = await work.db.query({ sql: "select payer from receipts" });
  assert.ok(row?.payer instanceof Uint8Array);
  assert.doesNotMatch(new TextDecoder("latin1").decode(row.payer), /Secret/);
});

Deno.test("M-21 a payout that comes back as a credit of its own is owed again, told either way first", async () => {
  for (const first of ["credit", "state"] as const) {
    using work = await moneyAtWork();
    const transfer = await work.fundedWithdrawal(HUNDRED);
    await payAtBank(work.paying, transfer.id);
    assert.equal((await work.now(transfer)).state, "completed");
    const [key] = work.bank.left.keys();
    assert.ok(key);
    const credit = () =>
      receive(
        work.receiving,
        work.bank.instance,
        inbound("back", 99n * ONE - 2n, { original: { payoutKey: key } }),
      );
    const state = () =>
      notePayout(work.books, work.bank.instance, work.bank.say(key, { state: "returned", final: true }));
    const steps = first === "credit" ? [credit, state, credit] : [state, credit, state];
    for (const step of steps) await step();
    const back = await work.now(transfer);
    assert.deepEqual([back.state, back.message, back.completedMs], ["on_hold", "payout_returned", null]);
    assert.deepEqual(await work.balances(), {
      "bank:bank": -2n,
      costs: 2n,
      outstanding: HUNDRED,
      in_flight: -HUNDRED,
    });
    // A second credit for the same payout is explained by nothing.
    await receive(
      work.receiving,
      work.bank.instance,
      inbound("more", 99n * ONE, { original: { payoutKey: key } }),
    );
    assert.equal((await work.balances()).suspense, -99n * ONE);
  }
});
