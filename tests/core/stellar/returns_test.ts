import { Asset, Operation } from "@stellar/stellar-sdk";
import type { Keypair } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { decideEnvelope } from "../../../core/operators/decide-envelope.ts";
import { assignReceipt } from "../../../core/operators/assign-receipt.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { repeatable } from "../../../core/records/database.ts";
import { raiseHistoryAlarm } from "../../../core/stellar/history-alarm.ts";
import { returnOnLedger } from "../../../core/stellar/returns.ts";
import { raiseDebitAlarm } from "../../../core/transfers/payout-stop.ts";
import { inFile } from "../records/files.ts";
import { ONE } from "../transfers/money-at-work.ts";
import {
  giveBack,
  givenBack,
  order,
  orderAndGiveBack,
  orderingOf,
  returningOf,
  returnStanding,
  unmatchedIds,
} from "../unmatched/returning.ts";
import { returnReceipt } from "../../../core/operators/return-receipt.ts";
import { type LedgerWorld, ledgerWorld } from "./ledger-world.ts";
import { closeAlarms, type MoneyWorld, moneyWorld } from "./money-world.ts";
import { muxedOf } from "./muxed.ts";
import { THOUSAND } from "./paid-back.ts";
import { holder, payment, setUp, withdrawal } from "./withdrawals.ts";

/** Sixty tokens that name no transfer. @returns the receipt's id */
async function astray(
  world: LedgerWorld,
  work: MoneyWorld,
  user: Keypair,
  options: Parameters<LedgerWorld["put"]>[2] = {},
): Promise<string> {
  await world.put(user, [payment(world, world.distribution.publicKey(), "60")], options);
  await work.watch();
  const [id = "", ...others] = await unmatchedIds(work);
  assert.deepEqual(others, []);
  return id;
}

async function assertBackOnce(work: MoneyWorld, id: string, user: Keypair): Promise<void> {
  assert.deepEqual(await returnStanding(work, id), ["completed", null]);
  assert.deepEqual(await unmatchedIds(work), []);
  assert.equal(await work.holds(user), THOUSAND);
  assert.deepEqual(await work.balances(), {});
  assert.deepEqual(await work.watch(), [], "what went out is known when the stream shows it");
  assert.deepEqual(await work.balances(), {});
  const [open] = await work.db.query({ sql: "select count(*) as open from alarms where closed_ms is null" });
  assert.equal(open?.open, 0n);
}

Deno.test("M-19 M-25 unmatched tokens go back to their sender with the memo that they came with, once", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  const memo = { type: "text", value: "hello" } as const;
  const id = await astray(world, work, user, { memo });
  assert.equal((await order(work, id)).kind, "ordered");
  assert.deepEqual(await work.books.outbox.dueOf(id, 5), [`ledger_return:${id}:1`]);
  assert.deepEqual(await work.balances(), { outstanding: 60n * ONE, suspense: -60n * ONE });
  assert.deepEqual(await giveBack(work, id), { kind: "done" });
  await assertBackOnce(work, id, user);
  assert.deepEqual(await givenBack(work), [[memo, user.publicKey()]]);
  const { costs, "bank:stellar": xlm } = await work.balances("native");
  assert.ok(costs && costs > 0n && xlm === -costs, "the fee is ours");
  assert.deepEqual(await giveBack(work, id), { kind: "done" });
  assert.deepEqual(await order(work, id), { kind: "refused", reason: "unknown" });
  await assertBackOnce(work, id, user);
});

Deno.test("M-19 a muxed source gets it back muxed, without the payment's memo", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  const source = muxedOf(user.publicKey(), 7n);
  const asset = new Asset("USDX", world.issuer.publicKey());
  const destination = world.distribution.publicKey();
  await world.put(user, [Operation.payment({ source, destination, asset, amount: "60" })], {
    memo: { type: "text", value: "not ours" },
  });
  await work.watch();
  const [id = ""] = await unmatchedIds(work);
  await orderAndGiveBack(work, id);
  await assertBackOnce(work, id, user);
  assert.deepEqual(await givenBack(work), [[null, source]]);
});

Deno.test("M-11 M-19 XLM and tokens that we do not serve go back as they came, each in books of its own", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  const foreign = new Asset("EURX", user.publicKey());
  const ours = world.distribution.publicKey();
  await world.put(world.distribution, [Operation.changeTrust({ asset: foreign })]);
  await world.put(user, [
    Operation.payment({ destination: ours, asset: foreign, amount: "5" }),
    Operation.payment({ destination: ours, asset: Asset.native(), amount: "3" }),
  ]);
  await work.watch();
  const ids = await unmatchedIds(work);
  assert.equal(ids.length, 2);
  const before = await work.holds(user, "native");
  for (const id of ids) await orderAndGiveBack(work, id);
  assert.equal(await work.holds(user, "native"), before + 3n * ONE);
  assert.deepEqual(await work.balances(`EURX:${user.publicKey()}`), {});
  const { costs = 0n, ...native } = await work.balances("native");
  assert.deepEqual(native, { "bank:stellar": -costs });
  assert.deepEqual(await work.watch(), []);
  assert.deepEqual(await unmatchedIds(work), []);
});

Deno.test("M-19 a payer without a trustline is waited for, and gets a claimable balance where the asset allows it", async () => {
  for (const claimableBalances of [false, true]) {
    await using world = await ledgerWorld();
    const user = await holder(world);
    using work = await moneyWorld(world, { rules: { startingBalance: null, claimableBalances } });
    const asset = new Asset("USDX", world.issuer.publicKey());
    await world.put(user, [
      payment(world, world.distribution.publicKey(), "60"),
      payment(world, world.issuer.publicKey(), "940"),
      Operation.changeTrust({ asset, limit: "0" }),
    ]);
    await work.watch();
    const [id = ""] = await unmatchedIds(work);
    assert.equal((await order(work, id)).kind, "ordered");
    const step = await giveBack(work, id);
    if (claimableBalances) {
      assert.deepEqual(step, { kind: "done" });
    } else {
      assert.equal(step.kind, "again");
      assert.deepEqual(await returnStanding(work, id), ["ordered", "no_trustline"]);
      await giveBack(work, id);
      await world.put(user, [Operation.changeTrust({ asset })]);
      assert.deepEqual(await giveBack(work, id), { kind: "done" });
      assert.equal(await work.holds(user), 60n * ONE);
    }
    assert.deepEqual(await returnStanding(work, id), ["completed", null]);
    assert.deepEqual(await work.balances(), {});
    assert.deepEqual(await work.watch(), []);
    assert.deepEqual(await work.balances(), {});
  }
});

Deno.test("M-19 R-29-7 who is gone, or wants a memo that we do not have, leaves the money with us and says why; it may be ordered again", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  await world.put(user, [Operation.manageData({ name: "config.memo_required", value: "1" })]);
  const id = await astray(world, work, user);
  await order(work, id);
  assert.deepEqual(await giveBack(work, id), { kind: "done" });
  assert.deepEqual(await returnStanding(work, id), ["failed", "memo_required"]);
  assert.deepEqual(await unmatchedIds(work), [id]);
  await world.put(user, [Operation.manageData({ name: "config.memo_required", value: null })]);
  await orderAndGiveBack(work, id);
  assert.deepEqual(await work.books.outbox.dueOf(id, 5), [`ledger_return:${id}:1`, `ledger_return:${id}:2`]);
  await assertBackOnce(work, id, user);
});

Deno.test("M-19 nothing is sent by guess: without a payer or a memo in the records the order is refused", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  const id = await astray(world, work, user);
  const ours = orderingOf(work, (account) => account === user.publicKey());
  assert.deepEqual(await returnReceipt(ours, "anna", id), { kind: "refused", reason: "own_account" });
  await work.db.write([{ sql: "update receipts set payer = null" }], repeatable);
  assert.deepEqual(await order(work, id), { kind: "refused", reason: "payer_unknown" });
  assert.deepEqual(await order(work, "nobody"), { kind: "refused", reason: "unknown" });
  assert.equal(await work.count("returns"), 0);
  assert.equal(await work.count("audit_entries"), 0);
});

Deno.test("M-1 M-30 a process that dies at each step, and two at once, send it back once", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  const id = await astray(world, work, user);
  await order(work, id);
  const on = returningOf(work);
  const dying = (member: "submit" | "transaction" | "latestLedger") =>
    returnOnLedger({
      ...on,
      horizon: { ...on.horizon, [member]: () => Promise.reject(new Error("died")) },
    }, id).catch(() => "died");
  for (const member of ["latestLedger", "submit", "transaction", "submit"] as const) {
    assert.equal(await dying(member), "died");
  }
  const [stored, ...others] = await work.db.query({ sql: "select hash, state from ledger_errands" });
  assert.equal(stored?.state, "stored");
  assert.deepEqual(others, []);
  // Handed in, and its answer lost.
  const { submit } = on.horizon;
  const lost = {
    ...on.horizon,
    submit: async (xdr: string) => (await submit(xdr), Promise.reject(new Error("cut"))),
  };
  await returnOnLedger({ ...on, horizon: lost }, id).catch(() => {});
  await Promise.all(Array.from({ length: 4 }, () => giveBack(work, id)));
  assert.equal((await work.db.query({ sql: "select hash from ledger_errands" })).length, 1);
  await giveBack(work, id);
  await assertBackOnce(work, id, user);
});

Deno.test("M-30 two processes without a lease store one envelope for one return", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const user = await holder(world);
  const first = await moneyWorld(world, { db: one });
  const second = await moneyWorld(world, { db: two, beside: first });
  const id = await astray(world, first, user);
  const orders = await Promise.all([order(first, id, "anna"), order(second, id, "bert")]);
  assert.deepEqual(orders.map(({ kind }) => kind).sort(), ["ordered", "refused"]);
  for (let round = 0; round < 3; round++) {
    await Promise.all([giveBack(first, id), giveBack(second, id), giveBack(second, id)]);
  }
  const errands = await one.query({ sql: "select state from ledger_errands" });
  assert.deepEqual(errands.map(({ state }) => state), ["completed"]);
  await assertBackOnce(first, id, user);
  one.close();
  two.close();
});

Deno.test("M-17 M-25 money is given to a transfer or sent back, whoever is faster, never both", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  for (let round = 0; round < 4; round++) {
    const transfer = await withdrawal(work, 60n * ONE);
    const id = await astray(world, work, user);
    const assign = () =>
      assignReceipt(
        { ...work, vault: work.ledgerRefunding.vault, judge: work.receiving.judge, actor: "bert" },
        id,
        transfer.id,
      );
    const both = round % 2 === 0
      ? await Promise.all([order(work, id), assign()])
      : (await Promise.all([assign(), order(work, id)])).reverse();
    assert.equal(both.filter(({ kind }) => kind === "refused").length, 1);
    const isOrdered = both[0]?.kind === "ordered";
    if (isOrdered) {
      assert.deepEqual(await assign(), { kind: "refused", reason: "not_assignable" });
      assert.deepEqual(await giveBack(work, id), { kind: "done" });
    }
    assert.equal((await work.now(transfer)).state, isOrdered ? "waiting" : "funded");
    assert.deepEqual(await unmatchedIds(work), []);
    await work.balances();
  }
});

Deno.test("M-10 M-14 a return rests while something left that nobody can explain, or the history does not fit", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  const id = await astray(world, work, user);
  await order(work, id);
  await work.db.write([raiseDebitAlarm("ledger:1", world.asset)], repeatable);
  assert.equal((await giveBack(work, id)).kind, "again");
  assert.equal(await work.count("ledger_errands"), 0);
  const readUp = () => Promise.resolve(false);
  await closeAlarms(work);
  assert.equal((await returnOnLedger({ ...returningOf(work), readUp }, id)).kind, "again");
  const { horizon } = work.ledgerPaying;
  const account = async (of: string) => {
    await raiseHistoryAlarm(work.db, "chain", "history_other", 1);
    return await horizon.account(of);
  };
  const late = { ...returningOf(work), horizon: { ...horizon, account } };
  assert.equal((await returnOnLedger(late, id)).kind, "again");
  assert.equal(await work.count("ledger_errands"), 0);
  await closeAlarms(work);
  // Nor is it stored once its order has ended otherwise.
  const ended = async (of: string) => {
    await work.db.write([
      { sql: "update returns set state = 'failed', version = version + 1 where receipt_id = ?", args: [id] },
    ], repeatable);
    return await horizon.account(of);
  };
  const slow = { ...returningOf(work), horizon: { ...horizon, account: ended } };
  assert.equal((await returnOnLedger(slow, id)).kind, "again");
  assert.equal(await work.count("ledger_errands"), 0);
  await orderAndGiveBack(work, id);
  await assertBackOnce(work, id, user);
});

Deno.test("M-2 M-6 an envelope that failed in a ledger is followed by another one, three times at most; what nobody can decide is never sent again", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  const id = await astray(world, work, user);
  await order(work, id);
  const on = returningOf(work);
  // Between the look at the account and the envelope its trustline goes.
  const asset = new Asset("USDX", world.issuer.publicKey());
  const close = async (xdr: string) => {
    await world.put(user, [
      payment(world, world.issuer.publicKey(), "940"),
      Operation.changeTrust({ asset, limit: "0" }),
    ]);
    const answer = await on.horizon.submit(xdr);
    await world.put(user, [Operation.changeTrust({ asset })]);
    await world.put(world.issuer, [payment(world, user.publicKey(), "940")]);
    return answer;
  };
  for (const left of ["ordered", "ordered", "failed"]) {
    await returnOnLedger({ ...on, horizon: { ...on.horizon, submit: close } }, id);
    assert.equal((await returnStanding(work, id))[0], left);
  }
  assert.deepEqual(await unmatchedIds(work), [id]);
  const states = () => work.db.query({ sql: "select state from ledger_errands order by rowid" });
  assert.deepEqual((await states()).map(({ state }) => state), ["failed", "failed", "failed"]);
  await order(work, id);
  // The sequence moves on without the envelope: nobody can tell what became of it.
  await returnOnLedger(
    { ...on, horizon: { ...on.horizon, submit: () => Promise.reject(new Error("cut")) } },
    id,
  )
    .catch(() => {});
  const other = await world.put(world.distribution, [Operation.manageData({ name: "other", value: "1" })]);
  await world.pass(1_000);
  await giveBack(work, id);
  assert.deepEqual(await returnStanding(work, id), ["undecidable", "undecidable"]);
  assert.deepEqual(await order(work, id), { kind: "refused", reason: "return_undecided" });
  assert.deepEqual(await giveBack(work, id), { kind: "done" });
  assert.equal((await states()).length, 4);
  // An operator names what took its sequence: it is absent for good, and may be ordered once more.
  const [{ id: errand } = { id: "" }] = await work.db.query({
    sql: "select id from ledger_errands where state = 'undecidable'",
  });
  const settling = { ...work.ledgerPaying };
  const decided = await decideEnvelope({ settling, actor: "anna" }, String(errand), other);
  assert.deepEqual(decided, { kind: "decided", word: "absent", transferId: null });
  assert.deepEqual(await returnStanding(work, id), ["failed", "absent"]);
  await orderAndGiveBack(work, id);
  assert.equal(await work.holds(user), THOUSAND);
  assert.deepEqual(await unmatchedIds(work), []);
  await work.balances();
});
