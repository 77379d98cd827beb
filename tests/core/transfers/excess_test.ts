import assert from "node:assert/strict";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { working } from "../customers/at-work.ts";
import { BASIC, FULL, holder as person, PNG } from "../customers/people.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { moneyWorld } from "../stellar/money-world.ts";
import { dyingRefund, refundAll, THOUSAND, underpaid } from "../stellar/paid-back.ts";
import { holder, payment } from "../stellar/withdrawals.ts";
import { atDesk } from "./at-desk.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

const service = { amountRule: { kind: "excess" }, refundFee: ONE } as const;
const atWork = () => moneyAtWork({ service, bank: scriptedRail({ deposit: { refund: "partial" } }) });

async function stands(work: MoneyAtWork, transfer: Pick<Transfer, "id">) {
  const { state, message, amountOut } = await work.now(transfer);
  return [state, message, amountOut];
}

Deno.test("M-18 M-25 a deposit that was paid too much sends back what is above, less the fee, and goes on with what was announced", async () => {
  using work = await atWork();
  const deposit = await work.deposit();
  await work.pay(deposit, 130n * ONE);
  assert.deepEqual(await stands(work, deposit), ["refunding", "sending_back_part", 129n * ONE]);
  work.bank.faults.push("commit_then_drop");
  assert.equal((await refundAtBank(work.refunding, deposit.id)).kind, "retry");
  await Promise.all([1, 2].map(() => refundAtBank(work.refunding, deposit.id)));
  assert.deepEqual([...work.bank.left.values()], [29n * ONE]);
  assert.deepEqual(await stands(work, deposit), ["funded", null, 99n * ONE]);
  assert.deepEqual(await work.balances(), {
    "bank:bank": 101n * ONE,
    in_flight: -100n * ONE,
    fees: -ONE,
  });
  const { version } = await work.now(deposit);
  const due = await work.books.outbox.dueOf(deposit.id, 9);
  assert.equal(due.at(-1), `ledger_payout:${deposit.id}:${version}`);
  // What would not be worth sending back waits for a person, and is nobody's in silence.
  const small = await work.deposit();
  await work.pay(small, 101n * ONE);
  assert.deepEqual(await stands(work, small), ["on_hold", "excess", 100n * ONE]);
  const little = await work.deposit();
  await work.pay(little, 60n * ONE);
  assert.deepEqual((await stands(work, little)).slice(0, 2), ["refunding", "sending_back"]);
  await work.balances();
});

Deno.test("M-18 M-1 a withdrawal that was paid too much, in several operations, sends back what is above and pays the bank", async () => {
  await using world = await ledgerWorld();
  const user = await holder(world);
  using work = await moneyWorld(world, { service });
  const ours = world.distribution.publicKey();
  const transfer = await underpaid(world, work, user, {
    operations: [payment(world, ours, "90"), payment(world, ours, "30")],
  });
  assert.deepEqual(await stands(work, transfer), ["refunding", "sending_back_part", 119n * ONE]);
  await dyingRefund(work)(transfer.id);
  await refundAll(work, transfer);
  assert.deepEqual(await stands(work, transfer), ["funded", null, 99n * ONE]);
  assert.equal(await work.holds(user), THOUSAND - 101n * ONE);
  await payAtBank(work.paying, transfer.id);
  assert.deepEqual(await stands(work, transfer), ["completed", null, 99n * ONE]);
  assert.deepEqual(await work.watch(), []);
  await work.balances();
});

Deno.test("M-18 M-22 tiers count what stays: what is above asks nobody for more, and waits where what stays does", () =>
  working(async (at) => {
    const { desk, work, waiting, review } = await atDesk(at, { service: { amountRule: { kind: "excess" } } });
    await at.put(person(), BASIC);
    // The light tier goes up to 100.
    const light = await waiting({ amount: 20n * ONE });
    const [first, heavy] = [await waiting({ amount: 80n * ONE }), await waiting({ amount: 40n * ONE })];
    await work.pay(light, 500n * ONE);
    const back = await work.now(light);
    assert.deepEqual([back.state, back.tier, back.backLeft], ["refunding", "light", 480n * ONE]);
    await refundAtBank({ ...work.refunding, isAccepted: desk.isAccepted, accepted: desk.accepted }, light.id);
    assert.equal((await work.now(light)).state, "on_hold", "its rail sends back whole payments only");
    await work.pay(first, 80n * ONE);
    await work.pay(heavy, 50n * ONE);
    const asking = await work.now(heavy);
    assert.deepEqual([asking.state, asking.tier, asking.backLeft], ["asking", "heavy", 10n * ONE]);
    await at.put(person(), { ...FULL, id_type: "passport", photo_id_front: PNG });
    assert.ok((await review(asking)).includes(heavy.id));
    const goes = await work.now(heavy);
    assert.deepEqual([goes.state, goes.backLeft, goes.backThen], ["refunding", 10n * ONE, "pay"]);
  }));
