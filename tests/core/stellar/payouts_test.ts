import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { raiseHistoryAlarm } from "../../../core/stellar/history-alarm.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import type { Signer } from "../../../core/stellar/signer.ts";
import { createSources } from "../../../core/stellar/sources.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import { raiseDebitAlarm } from "../../../core/transfers/payout-stop.ts";
import { apply as applyTo } from "../../../core/transfers/record.ts";
import { openDatabase, repeatable } from "../../../core/records/database.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { taking } from "../bank/debts.ts";
import { inFile } from "../records/files.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { keysOf } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { closeAlarms, moneyWorld } from "./money-world.ts";
import { attemptStates, dying, HUNDRED, PAID, PAID_BOOKS } from "./paid-deposits.ts";
import { muxedOf } from "./muxed.ts";

Deno.test("M-1 M-23 a deposit is paid out, and token, fee and XLM costs are in the books", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  const before = await work.holds(world.distribution, "native");
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
  const done = await work.now(transfer);
  assert.equal(done.state, "completed");
  assert.ok(done.stellarTransactionId && done.completedMs);
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
  const spent = before - await work.holds(world.distribution, "native");
  assert.ok(spent > 0n);
  assert.deepEqual(await work.balances("native"), { "bank:stellar": -spent, costs: spent });
  // What it sent is known when the stream shows it.
  assert.deepEqual(await work.watch(), []);
  assert.deepEqual(await work.alarms(), []);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("R-06-85 M-4 M-30 two deposits paid at once by two processes are each paid once", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyWorld(world, { db: one });
  const second = await moneyWorld(world, { db: two, beside: first });
  const user = await world.account("user", { trusts: true });
  const deposits = [await first.fundedDeposit(user), await first.fundedDeposit(user)];
  for (let round = 0; round < 8; round++) {
    await Promise.all(deposits.flatMap((deposit) => [first.perform(deposit), second.perform(deposit)]));
  }
  for (const deposit of deposits) assert.equal((await first.now(deposit)).state, "completed");
  assert.equal(await first.holds(user), 2n * PAID);
  assert.deepEqual(await attemptStates(first), ["payout:completed", "payout:completed"]);
  assert.deepEqual(await first.balances(), {
    "bank:bank": 2n * HUNDRED,
    fees: -2n * ONE,
    outstanding: -2n * PAID,
  });
  one.close();
  two.close();
});

Deno.test("R-06-66 R-06-67 M-8 a missing account is created, and paid when its trustline appears", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world, { rules: { startingBalance: 2n * ONE, claimableBalances: false } });
  const user = keysOf("stranger");
  const transfer = await work.fundedDeposit(user);
  assert.deepEqual(await work.performAll(transfer), { kind: "again", afterMs: 5_000 });
  const waiting = await work.now(transfer);
  assert.deepEqual([waiting.state, waiting.message], ["trusting", "no_trustline"]);
  assert.equal(await work.holds(user, "native"), 2n * ONE);
  assert.deepEqual(await attemptStates(work), ["create_account:completed"]);
  const { costs } = await work.balances("native");
  assert.ok(costs && costs > 2n * ONE);
  await world.put(user, [Operation.changeTrust({ asset: new Asset("USDX", world.issuer.publicKey()) })]);
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "completed");
  assert.equal(await work.holds(user), PAID);
  await work.watch();
  assert.deepEqual(await work.balances(), PAID_BOOKS);
  assert.deepEqual(await work.alarms(), []);
});

Deno.test("M-8 who does not open a trustline for hours is looked at once a minute", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", {});
  const transfer = await work.fundedDeposit(user);
  await work.performAll(transfer);
  const { statusMs } = await work.now(transfer);
  for (
    const [minutes, afterMs] of [[0, 5_000], [5, 5_000], [7 + 1 / 60, 7_017], [30, 30_000], [
      600,
      60_000,
    ]] as const
  ) {
    const now = () => statusMs / 1000 + minutes * 60;
    assert.deepEqual(await payOnLedger({ ...work.ledgerPaying, now }, transfer.id), {
      kind: "again",
      afterMs,
    });
  }
});

Deno.test("M-8 M-30 two processes create an account once, also when one dies in between", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const rules = { startingBalance: 2n * ONE, claimableBalances: false };
  const first = await moneyWorld(world, { db: one, rules });
  const second = await moneyWorld(world, { db: two, beside: first, rules });
  const user = keysOf("stranger");
  const transfer = await first.fundedDeposit(user);
  await dying(first)(transfer.id);
  for (let round = 0; round < 3; round++) {
    await Promise.all([first.performAll(transfer), second.performAll(transfer)]);
  }
  assert.equal(await first.holds(user, "native"), 2n * ONE);
  assert.deepEqual(await attemptStates(first), ["create_account:completed"]);
  await first.balances("native");
  one.close();
  two.close();
});

Deno.test("R-06-68 R-06-69 M-8 without a trustline the deposit waits, and is paid when it is there", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user");
  const transfer = await work.fundedDeposit(user, { claimable: true });
  assert.equal((await work.performAll(transfer)).kind, "again");
  const waiting = await work.now(transfer);
  assert.deepEqual([waiting.state, waiting.message], ["trusting", "no_trustline"]);
  // Looking again changes nothing about the record.
  await work.performAll(transfer);
  assert.equal((await work.now(transfer)).version, waiting.version);
  const asset = new Asset("USDX", world.issuer.publicKey());
  await world.put(user, [Operation.changeTrust({ asset, limit: "5" })]);
  await work.performAll(transfer);
  assert.equal((await work.now(transfer)).message, "line_full");
  await world.put(user, [Operation.changeTrust({ asset, limit: "500" })]);
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.equal(await work.holds(user), PAID);
});

Deno.test("R-06-74 R-06-75 R-06-153 a claimable balance is paid where wallet and config agree", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world, { rules: { startingBalance: null, claimableBalances: true } });
  const user = await world.account("user");
  const transfer = await work.fundedDeposit(user, { claimable: true });
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  const done = await work.now(transfer);
  assert.equal(done.state, "completed");
  assert.match(done.claimableBalanceId ?? "", /^00000000[0-9a-f]{64}$/);
  const balance = await world.horizon.claimableBalance(done.claimableBalanceId ?? "");
  assert.ok(balance.kind === "found" && balance.amount === PAID);
  await work.watch();
  assert.deepEqual(await work.balances(), PAID_BOOKS);
  assert.deepEqual(await work.alarms(), []);
  // A wallet that does not take them waits for its trustline (R-06-76).
  const other = await work.fundedDeposit(user);
  await work.performAll(other);
  assert.equal((await work.now(other)).state, "trusting");
});

Deno.test("R-06-78 R-06-80 R-29-2 memos and muxed accounts are paid as asked, a memo that is missing is not", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  await world.put(user, [Operation.manageData({ name: "config.memo_required", value: "1" })]);
  const refused = await work.fundedDeposit(user);
  assert.deepEqual(await work.performAll(refused), { kind: "done" });
  const held = await work.now(refused);
  assert.deepEqual([held.state, held.message], ["on_hold", "memo_required"]);
  const withMemo = await work.fundedDeposit(user, { memo: { type: "text", value: "to bob" } });
  assert.deepEqual(await work.performAll(withMemo), { kind: "done" });
  const paid = await world.horizon.transaction((await work.now(withMemo)).stellarTransactionId ?? "");
  assert.deepEqual(paid.kind === "found" && paid.memo, { type: "text", value: "to bob" });
  const muxed = await work.fundedDeposit(muxedOf(user.publicKey(), 7n));
  assert.deepEqual(await work.performAll(muxed), { kind: "done" });
  const hash = (await work.now(muxed)).stellarTransactionId ?? "";
  const page = await world.horizon.operationsOfTransaction(hash);
  assert.match(JSON.stringify(page), /"to_muxed_id":"7"/);
  assert.equal(await work.holds(user), 2n * PAID);
});

Deno.test("M-22 a customer who is not accepted any more is not paid, nor by a batch that was prepared before", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await work.setKyc("alice", "rejected");
  const fooled = { ...work.ledgerPaying, isAccepted: () => Promise.resolve(true) };
  assert.equal((await payOnLedger(fooled, transfer.id)).kind, "again");
  assert.deepEqual(await attemptStates(work), []);
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).message, "customer_withdrawn");
  assert.equal(await work.holds(user), 0n);
  await work.balances();
});

Deno.test("M-1 M-25 a payout that was prepared before a part went back is not stored: less is owed by then", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  const apply = (event: TransferEvent) => applyTo(work.books, transfer.id, event);
  const { payer } = work.ledgerPaying;
  // While its signer takes its time, an operator sends a part back, and the bank is quick.
  const sign: Signer["sign"] = async (hash) => {
    await apply({ type: "destination_waits", reason: "no_trustline" });
    await apply({ type: "refund_ordered", part: { amount: 40n * ONE, then: "pay" } });
    const part = { amount: 40n * ONE, fee: 0n, place: "bank" };
    await apply({ type: "refund_completed", id: "back", idType: "external", ...part });
    return await payer.sign(hash);
  };
  const slow = { ...payer, sign };
  const on = { ...work.ledgerPaying, payer: slow, sources: createSources([slow]) };
  assert.equal((await payOnLedger(on, transfer.id)).kind, "again");
  assert.deepEqual(await attemptStates(work), []);
  assert.equal((await work.now(transfer)).state, "funded");
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.equal(await work.holds(user), 59n * ONE);
  const { state, received, refunded, amountFee } = await work.now(transfer);
  assert.deepEqual([state, received - refunded, amountFee], ["completed", 60n * ONE, ONE]);
});

Deno.test("M-21 a customer who owes us is not paid, nor by a batch that was prepared before", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  const accepted = async (of: Transfer) => {
    await taking(work);
    return await work.ledgerPaying.accepted(of);
  };
  assert.equal((await payOnLedger({ ...work.ledgerPaying, accepted }, transfer.id)).kind, "again");
  assert.equal((await work.now(transfer)).state, "funded");
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).message, "customer_frozen");
  assert.equal(await work.holds(user), 0n);
});

Deno.test("M-14 an unexplained debit stops payouts of that asset until it is explained", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await work.db.write([raiseDebitAlarm("ledger:other", "native")], repeatable);
  const asset = new Asset("USDX", world.issuer.publicKey());
  await world.put(world.distribution, [
    Operation.payment({ destination: user.publicKey(), asset, amount: "5" }),
  ]);
  await work.watch();
  assert.equal((await work.perform(transfer)).kind, "again");
  assert.deepEqual(await attemptStates(work), []);
  await closeAlarms(work);
  // One that shows between look and batch stops it too.
  const isAccepted = async (of: Transfer) => {
    await work.db.write([raiseDebitAlarm("ledger:late", world.asset)], repeatable);
    return await work.ledgerPaying.isAccepted(of);
  };
  assert.equal((await payOnLedger({ ...work.ledgerPaying, isAccepted }, transfer.id)).kind, "again");
  assert.deepEqual(await attemptStates(work), []);
  await closeAlarms(work);
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
});

Deno.test("M-10 a history that does not fit stops a payout that is prepared already", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const transfer = await work.fundedDeposit(await world.account("user", { trusts: true }));
  const isAccepted = async (of: Transfer) => {
    await raiseHistoryAlarm(work.db, "chain", "history_other", 1);
    return await work.ledgerPaying.isAccepted(of);
  };
  assert.equal((await payOnLedger({ ...work.ledgerPaying, isAccepted }, transfer.id)).kind, "again");
  assert.deepEqual(await attemptStates(work), []);
  await closeAlarms(work);
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
});

Deno.test("M-14 a database restored from before a payout meets that payout before it pays again", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const user = await world.account("user", { trusts: true });
  const before = await file.open();
  const work = await moneyWorld(world, { db: before });
  const transfer = await work.fundedDeposit(user);
  // At rest and open: closing would write the one into the other while they are copied.
  const backup = `${file.path}.backup`;
  await Deno.copyFile(file.path, backup);
  await Deno.copyFile(`${file.path}-wal`, `${backup}-wal`);
  before.close();
  const lived = await file.open();
  await (await moneyWorld(world, { db: lived, beside: work })).performAll(transfer);
  lived.close();
  assert.equal(await work.holds(user), PAID);

  const restored = await openDatabase({ url: `file:${backup}`, onDeploy: false });
  const again = await moneyWorld(world, { db: restored, beside: work });
  const readUp = async () => (await again.watch(), true);
  const paying = { ...again.ledgerPaying, readUp };
  assert.equal((await payOnLedger(paying, transfer.id)).kind, "again");
  assert.equal(await again.holds(user), PAID, "paid once");
  assert.deepEqual(await again.alarms(), [`statement_debit:${world.asset}`]);
  const { suspense, outstanding } = await again.balances();
  assert.deepEqual([suspense, outstanding], [PAID, -PAID]);
  restored.close();
});

Deno.test("a Horizon that gives no answer leaves everything as it was", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  world.ledger.behave({ behaviour: "rate_limit", count: "until_cleared" });
  const performed = await work.perform(transfer);
  assert.equal(performed.kind === "retry" && performed.error, "horizon_unavailable");
  assert.equal((await work.now(transfer)).state, "funded");
  world.ledger.behave({ behaviour: "clear" });
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
});
