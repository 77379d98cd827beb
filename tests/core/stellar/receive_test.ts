import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { findOwn } from "../../../core/transfers/find.ts";
import { apply } from "../../../core/transfers/record.ts";
import { inFile } from "../records/files.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { closeAlarms, type MoneyWorld, moneyWorld } from "./money-world.ts";
import { muxedOf } from "./muxed.ts";
import { holder, memoOf, payment, setUp, withdrawal } from "./withdrawals.ts";

const HUNDRED = 100n * ONE;

async function unmatched(work: MoneyWorld): Promise<unknown[]> {
  const rows = await work.db.query({
    sql: "select reason, likely_transfer_id as likely from receipts where state = 'unmatched' order by rowid",
  });
  return rows.map(({ reason, likely }) => likely === null ? reason : [reason, likely]);
}

Deno.test("R-06-89 M-12 a payment with the memo funds the withdrawal, and is one receipt however often it is read", async () => {
  await using world = await ledgerWorld();
  const { user, work, pay } = await setUp(world);
  using _ = work;
  const transfer = await withdrawal(work);
  const hash = await world.put(user, [pay("100")], memoOf(transfer));
  assert.deepEqual(await work.watch(), [transfer.id]);
  const funded = await work.now(transfer);
  assert.deepEqual(
    [funded.state, funded.received, funded.stellarTransactionId, funded.paidFrom],
    ["funded", HUNDRED, hash, user.publicKey()],
  );
  assert.deepEqual(await work.watch(), []);
  assert.equal(await work.count("receipts"), 1);
  assert.deepEqual(await work.balances(), { in_flight: -HUNDRED, outstanding: HUNDRED });
});

Deno.test("M-12 a muxed address with the id is the memo, and so is both where they agree", async () => {
  await using world = await ledgerWorld();
  const { user, work, pay, ours } = await setUp(world);
  using _ = work;
  const [muxed, both] = [await withdrawal(work), await withdrawal(work)];
  await world.put(user, [pay("100", muxedOf(ours, muxed.receiveMemo ?? 0n))]);
  await world.put(user, [pay("100", muxedOf(ours, both.receiveMemo ?? 0n))], memoOf(both));
  assert.deepEqual((await work.watch()).sort(), [muxed.id, both.id].sort());
  await work.balances();
});

Deno.test("M-7 M-11 a payment whose fee the wallet bumped counts, and its withdrawal is found by either hash", async () => {
  await using world = await ledgerWorld();
  const { user, work, pay } = await setUp(world);
  using _ = work;
  const bumper = await world.account("bumper");
  const transfer = await withdrawal(work);
  const outer = await world.put(user, [pay("100")], { ...memoOf(transfer), bumpedBy: bumper });
  const listed = await world.horizon.transaction(outer);
  const inner = listed.kind === "found" ? listed.innerHash : null;
  assert.ok(inner !== null && inner !== outer);
  assert.deepEqual(await work.watch(), [transfer.id]);
  assert.equal((await work.now(transfer)).stellarTransactionId, outer, "under which the ledger lists it");
  for (const stellarTransactionId of [inner, outer]) {
    assert.equal((await findOwn(work.db, "alice", { stellarTransactionId }))?.id, transfer.id);
    assert.equal(await findOwn(work.db, "bob", { stellarTransactionId }), null);
  }
});

Deno.test("M-11 operations of one transaction with the same memo are one sum", async () => {
  await using world = await ledgerWorld();
  const { user, work, pay, ours } = await setUp(world);
  using _ = work;
  const transfer = await withdrawal(work);
  const muxed = muxedOf(ours, transfer.receiveMemo ?? 0n);
  await world.put(user, [pay("60"), pay("30"), pay("10", muxed)], memoOf(transfer));
  assert.deepEqual(await work.watch(), [transfer.id]);
  const funded = await work.now(transfer);
  assert.deepEqual([funded.state, funded.received], ["funded", HUNDRED]);
  assert.equal(await work.count("receipts"), 3);
  assert.deepEqual(await work.balances(), { in_flight: -HUNDRED, outstanding: HUNDRED });
});

Deno.test("M-11 of a path payment the delivered amount counts, whatever was spent", async () => {
  await using world = await ledgerWorld();
  const { user, work, ours } = await setUp(world);
  using _ = work;
  const maker = await holder(world, "maker");
  await work.watch();
  await closeAlarms(work);
  const asset = new Asset("USDX", world.issuer.publicKey());
  const transfer = await withdrawal(work);
  // Same asset on both ends: the sandbox's ledger has no offers.
  await world.put(user, [
    Operation.pathPaymentStrictReceive({
      sendAsset: asset,
      sendMax: "150",
      destination: ours,
      destAsset: asset,
      destAmount: "100",
      path: [],
    }),
  ], memoOf(transfer));
  assert.deepEqual(await work.watch(), [transfer.id]);
  assert.equal((await work.now(transfer)).received, HUNDRED);
  assert.equal(await work.holds(maker), 1_000n * ONE);
});

Deno.test("M-7 a fee-bumped payment is matched, and known by the hash that the ledger lists", async () => {
  await using world = await ledgerWorld();
  const { user, work, pay } = await setUp(world);
  using _ = work;
  const payer = await world.account("payer");
  const transfer = await withdrawal(work);
  const hash = await world.put(user, [pay("100")], { ...memoOf(transfer), bumpedBy: payer });
  assert.deepEqual(await work.watch(), [transfer.id]);
  assert.equal((await work.now(transfer)).stellarTransactionId, hash);
});

Deno.test("R-06-90 M-12 what does not say exactly whose it is waits in suspense with the likely transfer", async () => {
  await using world = await ledgerWorld();
  const { user, work, pay, ours } = await setUp(world);
  using _ = work;
  const transfer = await withdrawal(work);
  const { id, receiveMemo } = transfer;
  assert.ok(receiveMemo);
  const digits = receiveMemo.toString();
  await world.put(user, [pay("1")]);
  await world.put(user, [pay("2")], { memo: { type: "id", value: "12345" } });
  await world.put(user, [pay("3")], { memo: { type: "text", value: digits } });
  await world.put(user, [pay("4", muxedOf(ours, receiveMemo))], { memo: { type: "id", value: "12345" } });
  await world.put(user, [pay("5", muxedOf(ours, receiveMemo))], { memo: { type: "text", value: "hello" } });
  await world.put(user, [pay("6")], { memo: { type: "id", value: "18446744073709551615" } });
  await world.put(user, [pay("7")], { memo: { type: "hash", value: btoa("x".repeat(32)) } });
  assert.deepEqual(await work.watch(), []);
  assert.deepEqual(await unmatched(work), [
    "no_memo",
    "unknown_memo",
    ["memo_type", id],
    ["memo_conflict", id],
    ["memo_type", id],
    "unknown_memo",
    "memo_type",
  ]);
  assert.equal((await work.now(transfer)).state, "waiting");
  assert.deepEqual(await work.balances(), { outstanding: 28n * ONE, suspense: -28n * ONE });
  assert.equal((await work.alarms()).length, 7);
});

Deno.test("R-06-90 M-11 R-24-107 another asset, XLM and a merged account are money for an operator, in books of their own", async () => {
  await using world = await ledgerWorld();
  const { user, work, ours } = await setUp(world);
  using _ = work;
  const transfer = await withdrawal(work);
  const fake = new Asset("USDX", user.publicKey());
  await world.put(world.distribution, [Operation.changeTrust({ asset: fake })]);
  await world.put(
    user,
    [Operation.payment({ destination: ours, asset: fake, amount: "100" })],
    memoOf(transfer),
  );
  await world.put(
    user,
    [Operation.payment({ destination: ours, asset: Asset.native(), amount: "100" })],
    memoOf(transfer),
  );
  const leaver = await world.account("leaver");
  await world.put(leaver, [Operation.accountMerge({ destination: ours })], memoOf(transfer));
  assert.deepEqual(await work.watch(), []);
  assert.deepEqual(await unmatched(work), Array(3).fill(["other_asset", transfer.id]));
  assert.equal((await work.now(transfer)).state, "waiting");
  assert.deepEqual(await work.balances(`USDX:${user.publicKey()}`), {
    "bank:stellar": HUNDRED,
    suspense: -HUNDRED,
  });
  assert.ok(((await work.balances("native"))["bank:stellar"] ?? 0n) > 10_000n * ONE);
});

Deno.test("M-12 M-25 a second payment, and one that comes too late, are kept and linked", async () => {
  await using world = await ledgerWorld();
  const { user, work, pay } = await setUp(world);
  using _ = work;
  const [twice, late] = [await withdrawal(work), await withdrawal(work)];
  await apply(work.books, late.id, { type: "time_ran_out" });
  await world.put(user, [pay("100")], memoOf(twice));
  await world.put(user, [pay("100")], memoOf(twice));
  await world.put(user, [pay("100")], memoOf(late));
  await work.watch();
  assert.deepEqual(await unmatched(work), [["not_waiting", twice.id], ["not_waiting", late.id]]);
  assert.deepEqual(await work.balances(), {
    in_flight: -HUNDRED,
    outstanding: 3n * HUNDRED,
    suspense: -2n * HUNDRED,
  });
});

Deno.test("M-18 R-06-83 fee and payout follow what came; what does not fit is held", async () => {
  await using world = await ledgerWorld();
  const { user, work, pay } = await setUp(world);
  using _ = work;
  const open = await withdrawal(work, null);
  await world.put(user, [pay("33.3333333")], memoOf(open));
  const exact = await withdrawal(work);
  await world.put(user, [pay("90")], memoOf(exact));
  await work.watch();
  const funded = await work.now(open);
  assert.deepEqual(
    [funded.amountIn, funded.amountFee, funded.amountOut],
    [333_333_333n, 10_033_333n, 323_300_000n],
  );
  assert.match(funded.feeDetails ?? "", /"rounding","amount":"0.0033333"/);
  const held = await work.now(exact);
  assert.deepEqual([held.state, held.message], ["on_hold", "amount_mismatch"]);
  await work.balances();
});

Deno.test("M-30 two processes that take the same transactions in book each once", async () => {
  await using world = await ledgerWorld();
  const user = await holder(world);
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyWorld(world, { db: one });
  const second = await moneyWorld(world, { db: two, beside: first });
  const transfers = [await withdrawal(first), await withdrawal(first)];
  const ours = world.distribution.publicKey();
  for (const transfer of transfers) await world.put(user, [payment(world, ours, "100")], memoOf(transfer));
  await world.put(user, [payment(world, ours, "7")]);
  await world.put(world.distribution, [payment(world, user.publicKey(), "3")]);
  const moved = await Promise.all([first.watch(), second.watch(), first.watch()]);
  assert.deepEqual(moved.flat().sort(), transfers.map(({ id }) => id).sort());
  assert.deepEqual(await first.balances(), {
    in_flight: -2n * HUNDRED,
    outstanding: 2n * HUNDRED + 4n * ONE,
    suspense: -4n * ONE,
  });
  assert.equal(await first.count("receipts"), 3);
  one.close();
  two.close();
});
