import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { receive } from "../../../core/bank/receive.ts";
import { closeAlarm, openAlarms } from "../../../core/records/alarms.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { isPayoutStopped } from "../../../core/transfers/payout-stop.ts";
import { inbound } from "../bank/scripted-rail.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { reserveAlarms, reserveWorld } from "./reserve-world.ts";

const ZERO = "0.0000000";

Deno.test("M-26 P9 money in the midst of each step is explained, listed where it was sent, and never counted twice", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  const quiet = async () => {
    const { ledger, bank, asset } = await work.read();
    assert.deepEqual([ledger, bank, asset.unexplained], [ZERO, ZERO, ZERO]);
    return asset;
  };
  await quiet();
  // Announced, booked, stored, sent and lost, settled.
  const deposit = await work.deposit({ destination: user.publicKey() });
  work.vaultDoor.in += 100n * ONE;
  await work.pay(deposit, 100n * ONE);
  assert.equal((await quiet()).books["in_flight"], "100.0000000");
  const died = { ...world.horizon, submit: () => Promise.reject(new Error("died before it was sent")) };
  await assert.rejects(payOnLedger({ ...work.ledgerPaying, horizon: died }, deposit.id));
  assert.equal((await quiet()).outstanding.sent_not_booked, "99.0000000");
  const deaf = {
    ...world.horizon,
    submit: async (xdr: string) => {
      await world.horizon.submit(xdr);
      throw new Error("died after it was sent");
    },
  };
  await assert.rejects(payOnLedger({ ...work.ledgerPaying, horizon: deaf }, deposit.id));
  const sent = await quiet();
  assert.deepEqual(
    [
      sent.outstanding.told,
      sent.outstanding.booked,
      sent.books["outstanding"],
      sent.outstanding.sent_not_booked,
    ],
    ["99.0000000", "99.0000000", ZERO, "99.0000000"],
  );
  await work.performAll(deposit);
  assert.deepEqual((await quiet()).books, {
    bank: "100.0000000",
    receivable: ZERO,
    costs: ZERO,
    outstanding: "99.0000000",
    in_flight: ZERO,
    suspense: ZERO,
    fees: "1.0000000",
    rounding: ZERO,
    capital: ZERO,
  });
  // And back: taken in on the ledger, paid out with a lost answer, told later.
  const withdrawal = await work.open({ kind: "withdrawal", amount: 40n * ONE });
  const asset = new Asset("USDX", world.issuer.publicKey());
  await world.put(user, [Operation.payment({ destination: work.own.distribution, asset, amount: "40" })], {
    memo: { type: "id", value: String(withdrawal.receiveMemo) },
  });
  assert.equal((await quiet()).books["in_flight"], "40.0000000");
  work.bank.faults.push("commit_then_drop");
  await payAtBank(work.paying, withdrawal.id);
  const [bank] = (await quiet()).bank;
  assert.deepEqual([bank?.told, bank?.sent_not_booked], ["61.0000000", "39.0000000"]);
  await payAtBank(work.paying, withdrawal.id);
  assert.equal((await work.now(withdrawal)).state, "completed");
  const end = await quiet();
  assert.deepEqual([end.books["bank"], end.books["outstanding"], end.surplus], [
    "61.0000000",
    "59.0000000",
    "2.0000000",
  ]);
  assert.deepEqual(await reserveAlarms(work.db), []);
});

Deno.test("M-26 unmatched money on either side is in suspense and no difference", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  const deposit = await work.deposit({ destination: user.publicKey() });
  work.vaultDoor.in += 105n * ONE;
  await work.pay(deposit, 100n * ONE);
  await receive(work.receiving, work.instance, inbound("lost", 5n * ONE));
  await work.performAll(deposit);
  const asset = new Asset("USDX", world.issuer.publicKey());
  await world.put(user, [Operation.payment({ destination: work.own.distribution, asset, amount: "3" })]);
  const { asset: read } = await work.read();
  assert.deepEqual([read.unexplained, read.books["suspense"], read.surplus], [
    ZERO,
    "8.0000000",
    "1.0000000",
  ]);
});

Deno.test("M-26 a coin taken out of the bank behind our back is found by the second reading, and payouts rest until an operator lifts it", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  const deposit = await work.deposit({ destination: user.publicKey() });
  work.vaultDoor.in += 100n * ONE;
  await work.pay(deposit, 100n * ONE);
  await work.read();
  work.vaultDoor.out += 1n;
  assert.equal((await work.read()).bank, "-0.0000001");
  assert.deepEqual([await reserveAlarms(work.db), await isPayoutStopped(work.db, deposit)], [[], false]);
  await work.read();
  assert.deepEqual(await reserveAlarms(work.db), ["bank"]);
  assert.equal(await isPayoutStopped(work.db, deposit), true);
  assert.equal((await work.perform(deposit)).kind, "again");
  assert.equal((await work.now(deposit)).state, "funded");
  // Lifted, it is not told again while it stays the same; the next coin is.
  const [alarm] = await openAlarms(work.db, 1);
  assert.equal(await closeAlarm(work.db, alarm?.id ?? ""), true);
  await work.read();
  assert.equal(await isPayoutStopped(work.db, deposit), false);
  await work.performAll(deposit);
  assert.equal((await work.now(deposit)).state, "completed");
  work.vaultDoor.out += 1n;
  await work.read();
  assert.equal(await isPayoutStopped(work.db, deposit), false);
  await work.read();
  assert.equal(await isPayoutStopped(work.db, deposit), true);
});

Deno.test("M-26 tokens issued behind our back are found, and by config they only raise the alarm", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world, { rule: { tolerance: 6n * ONE, stopsPayouts: false } });
  const user = await world.account("user", { trusts: true });
  const asset = new Asset("USDX", world.issuer.publicKey());
  const issue = (amount: string) =>
    world.put(world.issuer, [Operation.payment({ destination: user.publicKey(), asset, amount })]);
  await issue("6");
  await work.read();
  assert.equal((await work.read()).ledger, "6.0000000");
  assert.deepEqual(await reserveAlarms(work.db), []);
  await issue("0.0000001");
  await work.read();
  assert.equal((await work.read()).ledger, "6.0000001");
  assert.equal((await reserveAlarms(work.db)).length, 1);
  const deposit = await work.deposit({ destination: user.publicKey() });
  assert.equal(await isPayoutStopped(work.db, deposit), false);
  // What we move among ourselves, and what the issuer gives us, is no difference.
  await world.put(world.issuer, [
    Operation.payment({ destination: work.own.distribution, asset, amount: "500" }),
  ]);
  assert.equal((await work.read()).ledger, "6.0000001");
});

Deno.test("M-26 a statement that is late is a difference of one reading, and no alarm", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  const deposit = await work.deposit({ destination: user.publicKey() });
  await work.read();
  work.vaultDoor.in += 100n * ONE;
  assert.equal((await work.read()).bank, "100.0000000");
  work.vaultDoor.in -= 100n * ONE;
  work.payIn(deposit, 100n * ONE);
  assert.equal((await work.read()).bank, ZERO);
  assert.equal((await work.now(deposit)).state, "funded");
  assert.equal((await work.read()).bank, ZERO);
  assert.deepEqual(await reserveAlarms(work.db), []);
});

Deno.test("M-26 a bank that tells nothing any more keeps its last word with its time, and one that never told says so", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  work.vaultDoor.tells = "nothing";
  const [never] = (await work.read()).asset.bank;
  assert.deepEqual(never, {
    rail: "bank",
    as_of: null,
    told: null,
    sent_not_booked: ZERO,
    unexplained: null,
  });
  work.vaultDoor.tells = "now";
  work.vaultDoor.in += 7n * ONE;
  await work.read();
  work.vaultDoor.tells = "later";
  // Asked again and again for the same statement: one reading, whatever it says.
  for (let times = 0; times < 3; times++) assert.equal((await work.read()).bank, "7.0000000");
  assert.deepEqual(await reserveAlarms(work.db), []);
});
