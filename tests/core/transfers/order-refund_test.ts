import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { openAlarms } from "../../../core/records/alarms.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { refundOnLedger } from "../../../core/stellar/refunds.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { apply } from "../../../core/transfers/record.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { inFile } from "../records/files.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import {
  assertBackOnce,
  refundAll,
  refundingWorld,
  SIXTY,
  standing,
  underpaid,
} from "../stellar/paid-back.ts";
import { moneyWorld } from "../stellar/money-world.ts";
import { attemptStates } from "../stellar/paid-deposits.ts";
import { payment } from "../stellar/withdrawals.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

const HUNDRED = 100n * ONE;

const reasonOf = async (work: MoneyAtWork, id: string) => {
  const ordered = await orderRefund(work.books, id);
  return ordered.kind === "refused" ? ordered.reason : ordered.kind;
};

Deno.test("M-22 nothing is sent back by itself for a customer who is not accepted, and an operator's order sends it", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  await work.setKyc("alice", "rejected");
  // Neither by a process that looked before.
  const fooled = { ...work.ledgerRefunding, isAccepted: () => Promise.resolve(true) };
  assert.equal((await refundOnLedger(fooled, transfer.id)).kind, "again");
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  assert.deepEqual(await standing(work, transfer), ["on_hold", "customer_withdrawn"]);
  assert.deepEqual(await attemptStates(work), []);
  assert.deepEqual(await work.balances(), { in_flight: -SIXTY, outstanding: SIXTY });
  const open = async () => (await openAlarms(work.db, 10)).map(({ kind, detail }) => `${kind}:${detail}`);
  assert.deepEqual(await open(), ["transfer_on_hold:customer_withdrawn"]);
  assert.equal(await reasonOf(work, transfer.id), "ordered");
  assert.deepEqual(await open(), [], "whoever ordered has settled what the alarm was about");
  await refundAll(work, transfer);
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-22 a customer rejected after money came is neither paid nor refunded until an operator says so", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user, {
    operations: [payment(world, world.distribution.publicKey(), "100")],
  });
  assert.equal(transfer.state, "funded");
  await work.setKyc("alice", "rejected");
  assert.deepEqual(await payAtBank(work.paying, transfer.id), { kind: "done" });
  assert.deepEqual(await standing(work, transfer), ["on_hold", "customer_withdrawn"]);
  assert.equal(work.bank.left.size, 0);
  assert.equal(await reasonOf(work, transfer.id), "ordered");
  await refundAll(work, transfer);
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-19 M-30 an order given twice at once by two processes is one, and the money goes back once", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyAtWork({ db: one });
  const second = await moneyAtWork({ db: two, bank: first.bank });
  const deposit = await first.deposit();
  await first.pay(deposit, 50n * ONE);
  const reasons = await Promise.all([first, second, first].map((work) => reasonOf(work, deposit.id)));
  assert.deepEqual(reasons.sort(), ["going_back", "going_back", "ordered"]);
  await Promise.all([first, second].map((work) => refundAtBank(work.refunding, deposit.id)));
  await refundAtBank(first.refunding, deposit.id);
  assert.equal((await first.now(deposit)).state, "refunded");
  assert.deepEqual([...first.bank.left.values()], [50n * ONE]);
  assert.deepEqual(await first.balances(), {});
  one.close();
  two.close();
});

Deno.test("M-19 an order says why it cannot be: unknown, not held, gone, or beyond the rail", async () => {
  using work = await moneyAtWork({ bank: scriptedRail({ deposit: { refund: "none" } }) });
  assert.equal(await reasonOf(work, "x".repeat(26)), "unknown");
  const deposit = await work.deposit();
  assert.equal(await reasonOf(work, deposit.id), "not_held");
  await work.pay(deposit, 50n * ONE);
  assert.equal(await reasonOf(work, deposit.id), "rail_cannot");
  const withdrawal = await work.fundedWithdrawal(HUNDRED);
  await apply(work.books, withdrawal.id, { type: "customer_withdrawn" });
  await work.db.write([{ sql: "update receipts set state = 'reversed' where side = 'ledger'" }], {
    committed: { sql: "select 1 where false" },
  });
  assert.equal(await reasonOf(work, withdrawal.id), "nothing_left");
  assert.equal((await work.now(withdrawal)).state, "on_hold");
});

Deno.test("M-15 M-19 what may have been paid out is not sent back", async () => {
  using work = await moneyAtWork({ bank: scriptedRail({ becomes: "accepted" }) });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await payAtBank(work.paying, transfer.id);
  // A held transfer with a payout that the bank still works on: as after an operator's mistake.
  await work.db.write([{ sql: "update transfers set state = 'on_hold' where id = ?", args: [transfer.id] }], {
    committed: { sql: "select 1 where false" },
  });
  assert.equal(await reasonOf(work, transfer.id), "payout_open");
  const [key = ""] = work.bank.left.keys();
  await notePayout(work.books, work.bank.instance, work.bank.say(key, { state: "failed", final: true }));
  await work.db.write([{ sql: "update transfers set state = 'on_hold' where id = ?", args: [transfer.id] }], {
    committed: { sql: "select 1 where false" },
  });
  assert.equal(await reasonOf(work, transfer.id), "ordered");
});

/** An attempt to pay a transfer out that may have arrived, as another process stores it. */
const mayArrive = (work: MoneyAtWork, transferId: string) =>
  work.db.write([{
    sql:
      `insert into attempts (id, transfer_id, number, purpose, side, place, key, amount, asset, state, version,
      stored_ms) values ('a', ?, 9, 'payout', 'bank', 'bank', 'k', 1, 'x', 'sent', 1, 0)`,
    args: [transferId],
  }], { committed: { sql: "select 1 where false" } });

Deno.test("M-15 M-30 a payout that shows between look and batch stops an order, and a refund that was ordered", async () => {
  for (const when of ["order", "refund"] as const) {
    using work = await moneyAtWork({ bank: scriptedRail({ becomes: "accepted" }) });
    const transfer = await work.deposit();
    await work.pay(transfer, 50n * ONE);
    const show = () => mayArrive(work, transfer.id);
    const tell = async () => (await show(), []);
    if (when === "order") {
      const ordered = await orderRefund({ ...work.books, tell }, transfer.id);
      assert.ok(ordered.kind === "refused" && ordered.reason === "payout_open");
      assert.equal((await work.now(transfer)).state, "on_hold");
      continue;
    }
    await apply(work.books, transfer.id, { type: "refund_ordered" });
    // The last thing that is asked before the batch.
    const { db } = work;
    const query: typeof db.query = async (statement) => {
      const rows = await db.query(statement);
      if (statement.sql.includes("event = 'refund_ordered'") && ++asked === 2) await show();
      return rows;
    };
    let asked = 0;
    const books = { ...work.books, db: { ...db, query } };
    assert.equal((await refundAtBank({ ...work.refunding, books }, transfer.id)).kind, "again");
    assert.equal(asked, 2);
    assert.equal(work.bank.left.size, 0);
    assert.equal(await work.count("refunds"), 0);
  }
});

Deno.test("M-19 M-25 a deposit whose account never opens a trustline is sent back by order, or paid, never both", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user");
  using work = await moneyWorld(world);
  const waiting = await work.fundedDeposit(user);
  await work.performAll(waiting);
  assert.equal((await work.now(waiting)).state, "trusting");
  assert.equal(await reasonOf(work, waiting.id), "ordered");
  assert.deepEqual(await refundAtBank(work.refunding, waiting.id), { kind: "done" });
  assert.equal((await work.now(waiting)).state, "refunded");
  // Nobody pays it any more when the trustline comes; of another one, payment and order meet.
  await world.put(user, [Operation.changeTrust({ asset: new Asset("USDX", world.issuer.publicKey()) })]);
  assert.deepEqual(await work.performAll(waiting), { kind: "done" });
  for (let round = 0; round < 4; round++) {
    const deposit = await work.fundedDeposit(user);
    await apply(work.books, deposit.id, { type: "destination_waits", reason: "no_trustline" });
    await Promise.all([reasonOf(work, deposit.id), work.perform(deposit), work.perform(deposit)]);
    await work.performAll(deposit);
    await refundAtBank(work.refunding, deposit.id);
    const { state } = await work.now(deposit);
    assert.ok(state === "refunded" || state === "completed", state);
    await work.balances();
  }
});
