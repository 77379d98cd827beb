import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { attemptStates } from "./paid-deposits.ts";
import { muxedOf } from "./muxed.ts";
import {
  assertBackOnce,
  refundAll,
  refundingWorld,
  sentBack,
  SIXTY,
  standing,
  THOUSAND,
  underpaid,
} from "./paid-back.ts";
import { payment } from "./withdrawals.ts";

Deno.test("M-19 R-06-92 M-23 tokens that do not fit go back to their sender with the memo that they came with", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  assert.deepEqual(await standing(work, transfer), ["refunding", "sending_back"]);
  assert.deepEqual(await work.books.outbox.dueOf(transfer.id, 5), [
    `ledger_refund:${transfer.id}:${transfer.version}`,
  ]);
  const before = await work.holds(world.distribution, "native");
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  await assertBackOnce(work, transfer, user);
  const back = await work.now(transfer);
  assert.deepEqual([back.refunded, back.amountIn, back.amountOut, back.amountFee], [SIXTY, SIXTY, 0n, 0n]);
  assert.ok(back.completedMs);
  const memo = { type: "id", value: String(transfer.receiveMemo) };
  assert.deepEqual(await sentBack(world, work), [[memo, user.publicKey()]]);
  // What it cost is in the books of XLM, and what went out is known when the stream shows it.
  const spent = before - await work.holds(world.distribution, "native");
  assert.deepEqual(await work.balances("native"), { "bank:stellar": -spent, costs: spent });
  assert.deepEqual(await work.alarms(), []);
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  await assertBackOnce(work, transfer, user);
});

Deno.test("R-06-92 a refund memo that was asked for goes before the payment's own", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const refundMemo = { type: "text", value: "back to ada" } as const;
  const transfer = await underpaid(world, work, user, { request: { refundMemo } });
  await refundAll(work, transfer);
  assert.deepEqual(await sentBack(world, work), [[refundMemo, user.publicKey()]]);
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-19 a muxed source gets it back muxed, without the payment's memo, with one that was asked for", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const muxed = muxedOf(user.publicKey(), 7n);
  const asset = new Asset("USDX", world.issuer.publicKey());
  const pay = Operation.payment({
    source: muxed,
    destination: world.distribution.publicKey(),
    asset,
    amount: "60",
  });
  const refundMemo = { type: "id", value: "9" } as const;
  for (const request of [{}, { refundMemo }]) {
    const transfer = await underpaid(world, work, user, { request, operations: [pay] });
    await refundAll(work, transfer);
    await assertBackOnce(work, transfer, user);
  }
  assert.deepEqual(await sentBack(world, work), [[null, muxed], [refundMemo, muxed]]);
});

Deno.test("M-19 M-11 a path payment goes back in what was received", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const asset = new Asset("USDX", world.issuer.publicKey());
  const operations = [Operation.pathPaymentStrictReceive({
    sendAsset: asset,
    sendMax: "70",
    destination: world.distribution.publicKey(),
    destAsset: asset,
    destAmount: "60",
  })];
  const transfer = await underpaid(world, work, user, { operations });
  await refundAll(work, transfer);
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-19 M-25 R-06-146 two operations of one transaction go back to the source of each", async () => {
  await using world = await ledgerWorld();
  const { user, friend, work } = await refundingWorld(world);
  using _ = work;
  const ours = world.distribution.publicKey();
  const asset = new Asset("USDX", world.issuer.publicKey());
  const operations = [
    payment(world, ours, "20"),
    Operation.payment({ source: friend.publicKey(), destination: ours, asset, amount: "40" }),
  ];
  const transfer = await underpaid(world, work, user, { operations, signers: [friend] });
  assert.equal(transfer.received, SIXTY);
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  const half = await work.now(transfer);
  assert.equal(half.state, "refunding");
  assert.equal(
    half.amountOut,
    SIXTY - half.refunded - (half.amountFee ?? 0n),
    "the formula holds in between",
  );
  assert.deepEqual(await work.balances(), {
    in_flight: half.refunded - SIXTY,
    outstanding: SIXTY - half.refunded,
  });
  const effects = await work.books.outbox.dueOf(transfer.id, 5);
  assert.equal(effects.at(-1), `ledger_refund:${transfer.id}:${half.version}`);
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  await assertBackOnce(work, transfer, user);
  assert.equal(await work.holds(friend), THOUSAND);
  assert.deepEqual(await attemptStates(work), ["refund:completed", "refund:completed"]);
  assert.equal(await work.count("refunds"), 2);
});

Deno.test("M-19 a payer without a trustline is waited for, and paid when it is there", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const asset = new Asset("USDX", world.issuer.publicKey());
  const emptied = payment(world, world.issuer.publicKey(), "940");
  const closed = Operation.changeTrust({ asset, limit: "0" });
  const ours = world.distribution.publicKey();
  const operations = [payment(world, ours, "60"), emptied, closed];
  const transfer = await underpaid(world, work, user, { operations });
  assert.deepEqual(await work.refund(transfer), { kind: "again", afterMs: 5_000 });
  assert.deepEqual(await standing(work, transfer), ["refunding", "no_trustline"]);
  const { version } = await work.now(transfer);
  await work.refund(transfer);
  assert.equal((await work.now(transfer)).version, version, "looking again changes nothing");
  await world.put(user, [Operation.changeTrust({ asset, limit: "5" })]);
  await work.refund(transfer);
  assert.deepEqual(await standing(work, transfer), ["refunding", "line_full"]);
  await world.put(user, [Operation.changeTrust({ asset })]);
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  assert.deepEqual(await standing(work, transfer), ["refunded", "sent_back"]);
  assert.equal(await work.holds(user), SIXTY);
  assert.deepEqual(await work.balances(), {});
});

Deno.test("M-19 where the asset allows claimable balances, a payer without a trustline gets one; a muxed one waits", async () => {
  await using world = await ledgerWorld();
  const { user, friend, work } = await refundingWorld(world, {
    rules: { startingBalance: null, claimableBalances: true },
  });
  using _ = work;
  const asset = new Asset("USDX", world.issuer.publicKey());
  const ours = world.distribution.publicKey();
  const leave = [
    payment(world, world.issuer.publicKey(), "940"),
    Operation.changeTrust({ asset, limit: "0" }),
  ];
  const transfer = await underpaid(world, work, user, { operations: [payment(world, ours, "60"), ...leave] });
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  assert.deepEqual(await standing(work, transfer), ["refunded", "sent_back"]);
  const page = await world.horizon.operationsOfTransaction(await hashOfRefund(work));
  assert.match(JSON.stringify(page), new RegExp(`"destination":"${user.publicKey()}"`));
  assert.deepEqual(await work.watch(), []);
  assert.deepEqual(await work.alarms(), []);
  const pay = Operation.payment({
    source: muxedOf(friend.publicKey(), 7n),
    destination: ours,
    asset,
    amount: "60",
  });
  const muxed = await underpaid(world, work, friend, { operations: [pay, ...leave] });
  await work.refund(muxed);
  assert.deepEqual(await standing(work, muxed), ["refunding", "no_trustline"]);
});

async function hashOfRefund({ db }: { readonly db: Parameters<typeof orderRefund>[0]["db"] }) {
  const [row] = await db.query({ sql: "select external_id from refunds" });
  return String(row?.external_id);
}

Deno.test("M-19 R-29-7 a payer that is gone, or wants a memo that we do not have, waits for an operator", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const asset = new Asset("USDX", world.issuer.publicKey());
  const flag = Operation.manageData({ name: "config.memo_required", value: "1" });
  await world.put(user, [flag]);
  // The memo that it came with is one.
  const withMemo = await underpaid(world, work, user);
  await refundAll(work, withMemo);
  await assertBackOnce(work, withMemo, user);
  // Paid by our muxed address, the payment carried none.
  const bare = await work.open({ kind: "withdrawal" });
  const ours = muxedOf(world.distribution.publicKey(), bare.receiveMemo ?? 0n);
  await world.put(user, [payment(world, ours, "60")]);
  await work.watch();
  assert.deepEqual(await work.refund(bare), { kind: "done" });
  assert.deepEqual(await standing(work, bare), ["on_hold", "memo_required"]);
  // Its owner lets it be paid without; the operator orders again.
  await world.put(user, [Operation.manageData({ name: "config.memo_required", value: null })]);
  assert.equal((await orderRefund(work.books, bare.id)).kind, "ordered");
  await refundAll(work, bare);
  await assertBackOnce(work, bare, user);

  const gone = await underpaid(world, work, user, {
    operations: [
      payment(world, world.distribution.publicKey(), "60"),
      payment(world, world.issuer.publicKey(), "940"),
      Operation.changeTrust({ asset, limit: "0" }),
      Operation.accountMerge({ destination: world.issuer.publicKey() }),
    ],
  });
  assert.deepEqual(await work.refund(gone), { kind: "done" });
  assert.deepEqual(await standing(work, gone), ["on_hold", "payer_gone"]);
  assert.deepEqual(await work.balances(), { in_flight: -SIXTY, outstanding: SIXTY });
});

Deno.test("M-19 R-06-146 R-06-147 the refund's fee is the customer's by config, and is shown and booked", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world, { service: { refundFee: 2n * ONE } });
  using _ = work;
  const transfer = await underpaid(world, work, user);
  await refundAll(work, transfer);
  const back = await work.now(transfer);
  assert.deepEqual([back.state, back.refunded, back.amountOut, back.amountFee], ["refunded", SIXTY, 0n, 0n]);
  const rows = await work.db.query({ sql: "select amount, fee from refunds" });
  assert.deepEqual(rows.map(({ amount, fee }) => [amount, fee]), [[58n * ONE, 2n * ONE]]);
  assert.equal(await work.holds(user), THOUSAND - 2n * ONE);
  assert.deepEqual(await work.balances(), { fees: -2n * ONE, outstanding: 2n * ONE });
});

Deno.test("M-19 a receipt that the refund's fee would eat waits for a person, after the others went back", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world, { service: { refundFee: 2n * ONE } });
  using _ = work;
  const ours = world.distribution.publicKey();
  const operations = [payment(world, ours, "2"), payment(world, ours, "58")];
  const transfer = await underpaid(world, work, user, { operations });
  await refundAll(work, transfer);
  assert.deepEqual(await standing(work, transfer), ["on_hold", "refund_fee"]);
  assert.equal((await work.now(transfer)).refunded, 58n * ONE);
  assert.deepEqual(await work.balances(), {
    fees: -2n * ONE,
    in_flight: -2n * ONE,
    outstanding: 4n * ONE,
  });
  assert.deepEqual(await orderRefund(work.books, transfer.id), {
    kind: "refused",
    reason: "fee",
    transfer: await work.now(transfer),
  });
});

Deno.test("M-19 nothing is sent by guess when the records do not say who paid, or with which memo", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  for (const forget of ["update receipts set payer = null", "delete from ledger_operations"]) {
    const transfer = await underpaid(world, work, user);
    await work.db.write([{ sql: forget }], { committed: { sql: "select 1 where false" } });
    assert.deepEqual(await work.refund(transfer), { kind: "done" });
    assert.deepEqual(await standing(work, transfer), ["on_hold", "refund_failed"]);
  }
  assert.deepEqual(await attemptStates(work), []);
});

Deno.test("M-21 M-19 what the bank did not pay out, or sent back later, goes back on Stellar where the config says so", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world, { service: { onPayoutFailure: "refund" } });
  using _ = work;
  const all = { operations: [payment(world, world.distribution.publicKey(), "100")] };
  const refused = await underpaid(world, work, user, all);
  work.bank.faults.push("rejected_by_bank");
  assert.deepEqual(await payAtBank(work.paying, refused.id), { kind: "done" });
  assert.deepEqual(await standing(work, refused), ["refunding", "sending_back"]);
  await refundAll(work, refused);
  await assertBackOnce(work, refused, user);
  assert.deepEqual(await work.alarms(), [], "nobody has to look");

  const returned = await underpaid(world, work, user, all);
  await payAtBank(work.paying, returned.id);
  assert.equal((await work.now(returned)).state, "completed");
  const [key = ""] = work.bank.left.keys();
  await notePayout(work.books, work.bank.instance, work.bank.say(key, { state: "returned", final: true }));
  assert.equal((await work.now(returned)).completedMs, null);
  await refundAll(work, returned);
  await assertBackOnce(work, returned, user);
});
