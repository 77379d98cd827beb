import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { takeBalance } from "../../../core/bank/balances.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { takeReading } from "../../../core/reserve/take.ts";
import { readSupply } from "../../../core/stellar/supply.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { refundAll } from "../stellar/paid-back.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { reserveAlarms, reserveWorld } from "./reserve-world.ts";

const ZERO = "0.0000000";

Deno.test("M-26 what later ledgers hold is in the books and not in the comparison", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  const asset = new Asset("USDX", world.issuer.publicKey());
  const pay = (amount: string, memo?: bigint | null) =>
    world.put(user, [Operation.payment({ destination: work.own.distribution, asset, amount })], {
      ...(memo ? { memo: { type: "id", value: String(memo) } } : {}),
    });
  const paid = async () => {
    const deposit = await work.deposit({ destination: user.publicKey() });
    work.vaultDoor.in += 100n * ONE;
    await work.pay(deposit, 100n * ONE);
    await work.performAll(deposit);
  };
  await paid();
  const withdrawal = await work.open({ kind: "withdrawal", amount: 40n * ONE });
  // One after the other, each booked after the ledger was read: a payout, a withdrawal's tokens, tokens of nobody, and
  // tokens that leave without an order.
  for (
    const happens of [
      paid,
      () => pay("40", withdrawal.receiveMemo),
      () => pay("3"),
      () =>
        world.put(world.distribution, [
          Operation.payment({ destination: user.publicKey(), asset, amount: "2" }),
        ]),
    ]
  ) {
    const supply = await readSupply(world.horizon, world.asset, [work.own.distribution]);
    await happens();
    await work.watch();
    await moveClock(work.db, 1_000);
    assert.equal(await takeReading(work.options, [supply]), "kept");
    const { asset: { outstanding, books } } = await work.published();
    assert.equal(outstanding.ledger, supply.ledger.sequence);
    assert.equal(outstanding.unexplained, ZERO);
    assert.equal(outstanding.booked, outstanding.told);
    assert.notEqual(outstanding.told, books["outstanding"]);
  }
  assert.equal((await work.read()).ledger, ZERO);
});

Deno.test("M-26 money that goes back, on either side, is no difference on its way or at its end", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world, { service: { amountRule: { kind: "refund" } } });
  const user = await world.account("user", { trusts: true });
  const quiet = async () => {
    const { asset } = await work.read();
    assert.deepEqual([asset.outstanding.unexplained, asset.bank[0]?.unexplained], [ZERO, ZERO]);
    return asset;
  };
  const first = await work.deposit({ destination: user.publicKey() });
  work.vaultDoor.in += 100n * ONE;
  await work.pay(first, 100n * ONE);
  await work.performAll(first);
  // At the bank: the refund has left, and its answer is lost.
  const short = await work.deposit({ destination: user.publicKey() });
  work.vaultDoor.in += 50n * ONE;
  await work.pay(short, 50n * ONE);
  assert.equal((await work.now(short)).state, "refunding");
  work.bank.faults.push("commit_then_drop");
  await refundAtBank(work.refunding, short.id);
  const [bank] = (await quiet()).bank;
  assert.deepEqual([bank?.told, bank?.sent_not_booked], ["100.0000000", "50.0000000"]);
  await refundAtBank(work.refunding, short.id);
  assert.equal((await work.now(short)).state, "refunded");
  assert.equal((await quiet()).books["bank"], "100.0000000");
  // On the ledger.
  const withdrawal = await work.open({ kind: "withdrawal", amount: 90n * ONE });
  const asset = new Asset("USDX", world.issuer.publicKey());
  await world.put(user, [Operation.payment({ destination: work.own.distribution, asset, amount: "60" })], {
    memo: { type: "id", value: String(withdrawal.receiveMemo) },
  });
  assert.equal((await quiet()).books["in_flight"], "60.0000000");
  await refundAll(work, withdrawal);
  assert.equal((await work.now(withdrawal)).state, "refunded");
  assert.equal((await quiet()).books["outstanding"], "99.0000000");
});

Deno.test("M-26 a balance that a file or event tells late counts what was posted since its time as between", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  work.vaultDoor.tells = "later";
  const first = await work.deposit({ destination: user.publicKey() });
  work.vaultDoor.in += 100n * ONE;
  await work.pay(first, 100n * ONE);
  await moveClock(work.db, 7_200_000);
  // As of an hour ago, when the first had come and the second had not.
  const hourAgo = { ...work.balance(), asOf: work.balance().asOf - 3600 };
  const second = await work.deposit({ destination: user.publicKey() });
  work.vaultDoor.in += 100n * ONE;
  await work.pay(second, 100n * ONE);
  await takeBalance(work.db, work.instance, hourAgo);
  const { asset: { bank: [told] } } = await work.read();
  assert.deepEqual([told?.told, told?.unexplained], ["100.0000000", ZERO]);
  // Not everything is between: of what was posted long before, not a coin may lack.
  await takeBalance(work.db, work.instance, {
    booked: { units: hourAgo.booked.units - 1n, currency: "USD" },
    asOf: hourAgo.asOf + 1,
  });
  assert.equal((await work.read()).bank, "-0.0000001");
});

Deno.test("M-26 where webhooks alone tell of money, what is on its way at each reading is no difference; what lacks is one", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world, { hasStatement: false });
  const user = await world.account("user", { trusts: true });
  for (let reading = 1; reading <= 3; reading++) {
    const deposit = await work.deposit({ destination: user.publicKey() });
    work.vaultDoor.in += 100n * ONE;
    const { bank } = await work.read();
    // The first balance is compared when there is a second one.
    assert.equal(bank, reading === 1 ? null : ZERO);
    await work.pay(deposit, 100n * ONE);
  }
  assert.equal((await work.read()).bank, ZERO);
  work.vaultDoor.out += 1n;
  assert.equal((await work.read()).bank, ZERO);
  assert.equal((await work.read()).bank, "-0.0000001");
  assert.deepEqual(await reserveAlarms(work.db), []);
  assert.equal((await work.read()).bank, "-0.0000001");
  assert.deepEqual(await reserveAlarms(work.db), ["bank"]);
});
