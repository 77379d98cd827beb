import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { decideEnvelope } from "../../../core/operators/decide-envelope.ts";
import { orderClawback } from "../../../core/operators/order-clawback.ts";
import { checkChain } from "../../../core/records/audit-check.ts";
import { raiseAlarmAnew } from "../../../core/records/alarms.ts";
import { lastEntries } from "../../../core/records/audit.ts";
import { repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { clawBackOnLedger } from "../../../core/stellar/clawbacks.ts";
import { undecidedErrands } from "../../../core/stellar/errands.ts";
import { localSigner } from "../../../core/stellar/signer.ts";
import { raiseDebitAlarm } from "../../../core/transfers/payout-stop.ts";
import { HUNDRED, onlyDebt, settle, taken } from "../bank/debts.ts";
import { inFile } from "../records/files.ts";
import { ONE } from "../transfers/money-at-work.ts";
import {
  allowClawbacks,
  authorizer,
  clawBack,
  clawbackStanding,
  clawingOf,
  debtStanding,
  giveAway,
  openNow,
  orderBack,
  ordered,
  owedWorld,
  takenBack,
} from "./clawed-back.ts";
import { keysOf } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { closeAlarms, moneyWorld } from "./money-world.ts";
import { PAID } from "./paid-deposits.ts";

Deno.test("M-21 M-25 tokens are clawed back from who was paid and settle as much of what is owed, part by part", async () => {
  await using at = await owedWorld();
  const { work, user, debt } = at;
  const first = await ordered(work, debt, 60n * ONE);
  assert.deepEqual(await work.books.outbox.dueOf(first, 5), [`ledger_clawback:${first}`]);
  assert.equal(await work.holds(user), PAID, "an order moves nothing by itself");
  assert.deepEqual(await clawBack(work, first), { kind: "done" });
  assert.deepEqual(await clawbackStanding(work, first), ["completed", null]);
  assert.equal(await work.holds(user), 39n * ONE);
  assert.deepEqual(await debtStanding(work, debt), ["open", 60n * ONE]);
  const books = { fees: -ONE, outstanding: -39n * ONE, receivable: 40n * ONE };
  assert.deepEqual(await work.balances(), books);
  assert.deepEqual(await openNow(work), ["receipt_reversed:fraud"]);
  assert.deepEqual(await clawBack(work, first), { kind: "done" }, "and nothing more");
  assert.deepEqual(await work.watch(), [], "what watches takes it for nothing else");
  assert.deepEqual(await work.balances(), books);
  // All that is open is more than what the account still has, which had paid a fee.
  assert.deepEqual(await orderBack(work, debt), { kind: "refused", reason: "clawback_balance" });
  // Nor is what its holder has offered for sale.
  const { books: by, horizon } = work.ledgerPaying;
  const offering = async (id: string) => {
    const account = await horizon.account(id);
    if (account.kind === "not_found") return account;
    const balances = account.balances.map((line) => ({ ...line, sellingLiabilities: 1n }));
    return { ...account, balances };
  };
  assert.deepEqual(
    await orderClawback(
      { books: by, actor: "anna", authorizer, horizon: { account: offering } },
      debt.id,
      39n * ONE,
    ),
    { kind: "refused", reason: "clawback_balance" },
  );
  assert.deepEqual(await clawBack(work, await ordered(work, debt, 39n * ONE)), { kind: "done" });
  assert.equal((await settle(work, debt, { how: "written_off" })).kind, "settled");
  assert.deepEqual(await work.balances(), { fees: -ONE, costs: ONE });
  assert.deepEqual(await openNow(work), []);
  const { costs = 0n, "bank:stellar": xlm } = await work.balances("native");
  assert.ok(costs > 0n && xlm === -costs, "the fees are ours");
  assert.equal((await onlyDebt(work)).frozen, true, "until an operator lifts that");
  assert.deepEqual(
    (await lastEntries(work.db, "actions", 9)).map(({ actor, action, subject }) => [actor, action, subject])
      .reverse(),
    [
      ["anna", "receivable.clawback", debt.id],
      ["anna", "receivable.clawback", debt.id],
      ["anna", "receivable.settle", debt.id],
    ],
  );
  assert.equal((await checkChain(work.db, "actions")).kind, "whole");
});

Deno.test("M-21 an order without an amount takes all that is owed, and closes its alarm", async () => {
  await using world = await ledgerWorld();
  await allowClawbacks(world);
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  await work.performAll(await work.fundedDeposit(user));
  const [, debt] = await takenBack(work, user);
  assert.deepEqual(await clawBack(work, await ordered(work, debt)), { kind: "done" });
  assert.deepEqual(await debtStanding(work, debt), ["settled", HUNDRED]);
  assert.equal(await work.holds(user), 98n * ONE);
  assert.deepEqual(await openNow(work), []);
  assert.deepEqual(await orderBack(work, debt), { kind: "refused", reason: "unknown" });
  await work.balances();
});

Deno.test("M-21 M-8 nothing is ordered back that the ledger does not allow, that is not owed, or that nobody can sign", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { books, horizon } = work.ledgerPaying;
  const asset = new Asset("USDX", world.issuer.publicKey());
  const early = await world.account("early", { trusts: true });
  await allowClawbacks(world);
  const refused = async (reason: string, id: string, units: bigint | null = null, by = authorizer) =>
    assert.deepEqual(
      await orderClawback({ books, actor: "anna", horizon, authorizer: by }, id, units),
      { kind: "refused", reason },
    );
  const [, { id }] = await takenBack(work, early);
  // Trusted before the issuer could claw back: this line never allows it.
  await refused("clawback_disabled", id, ONE);
  await refused("clawback_amount", id, HUNDRED + 1n);
  await refused("clawback_amount", id, 0n);
  await refused("unknown", "nothing");
  await refused("clawback_signer", id, ONE, localSigner(keysOf("stranger").secret()));
  const none = await orderClawback({ books, actor: "anna", horizon }, id, ONE);
  assert.deepEqual(none, { kind: "refused", reason: "clawback_signer" });
  await world.put(world.issuer, [
    Operation.setOptions({ lowThreshold: 1, medThreshold: 2, masterWeight: 9 }),
  ]);
  await refused("clawback_signer", id, ONE);
  await allowClawbacks(world, 2);
  await refused("clawback_disabled", id, ONE);
  await giveAway(world, early, "99");
  await world.put(early, [Operation.changeTrust({ asset: asset, limit: "0" })]);
  await refused("clawback_balance", id, ONE);
  await world.put(early, [Operation.changeTrust({ asset: asset })]);
  await refused("clawback_balance", id, ONE);
  await world.put(early, [Operation.changeTrust({ asset: asset, limit: "0" })]);
  await world.put(early, [Operation.accountMerge({ destination: world.issuer.publicKey() })]);
  await refused("clawback_balance", id, ONE);
  assert.equal(await work.count("clawbacks"), 0);
  assert.equal(await work.count("audit_entries"), 0);
});

Deno.test("M-21 what was taken back before it was paid out, or was never a deposit's, is clawed back from nobody", async () => {
  await using world = await ledgerWorld();
  await allowClawbacks(world);
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await work.pay(transfer, HUNDRED, undefined, taken);
  const debt = await onlyDebt(work);
  assert.deepEqual(await orderBack(work, debt, ONE), { kind: "refused", reason: "clawback_not_paid" });
});

Deno.test("M-21 M-30 two operators at once order one clawback, and what is owed is settled in no other way meanwhile", async () => {
  await using world = await ledgerWorld();
  await allowClawbacks(world);
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const user = await world.account("user", { trusts: true });
  const first = await moneyWorld(world, { db: one });
  const second = await moneyWorld(world, { db: two, beside: first });
  const [, debt] = await takenBack(first, user);
  const orders = await Promise.all([
    orderBack(first, debt, 50n * ONE, "anna"),
    orderBack(second, debt, 50n * ONE, "bert"),
  ]);
  assert.deepEqual(orders.map(({ kind }) => kind).sort(), ["ordered", "refused"]);
  const underWay = { kind: "refused", reason: "clawback_under_way" };
  assert.deepEqual(orders.find(({ kind }) => kind === "refused"), underWay);
  assert.deepEqual(await settle(second, debt, { how: "written_off" }), underWay);
  assert.deepEqual(await orderBack(second, debt, ONE), underWay);
  const [row] = await one.query({ sql: "select id from clawbacks" });
  const id = String(row?.id);
  for (let round = 0; round < 3; round++) {
    await Promise.all([clawBack(first, id), clawBack(second, id), clawBack(second, id)]);
  }
  assert.deepEqual(await clawbackStanding(first, id), ["completed", null]);
  assert.equal(await first.holds(user), 49n * ONE);
  const errands = await one.query({ sql: "select state from ledger_errands" });
  assert.deepEqual(errands.map(({ state }) => state), ["completed"]);
  const [taken, settled] = await Promise.all([
    orderBack(first, debt, 49n * ONE),
    settle(second, debt, { how: "written_off" }),
  ]);
  assert.notEqual(taken.kind === "refused", settled.kind === "refused", "one of both");
  await first.balances();
  one.close();
  two.close();
});

Deno.test("M-1 M-2 M-21 a process that dies at each step, and an answer that is lost, claw back once", async () => {
  await using at = await owedWorld();
  const { work, user, debt } = at;
  const id = await ordered(work, debt, 99n * ONE);
  const on = clawingOf(work);
  const dying = (member: "submit" | "transaction" | "latestLedger") =>
    clawBackOnLedger({
      ...on,
      horizon: { ...on.horizon, [member]: () => Promise.reject(new Error("died")) },
    }, id).catch(() => "died");
  const bytes = () => work.db.query({ sql: "select hash, envelope from ledger_errands" });
  assert.equal(await dying("latestLedger"), "died");
  assert.deepEqual(await bytes(), []);
  assert.equal(await dying("submit"), "died");
  const stored = await bytes();
  assert.equal(stored.length, 1);
  assert.deepEqual(await undecidedErrands(work.db, 10), [], "it is settled by its own effect alone");
  assert.equal(await work.holds(user), PAID);
  for (const member of ["transaction", "submit"] as const) assert.equal(await dying(member), "died");
  const { submit } = on.horizon;
  const cut = async (xdr: string) => (await submit(xdr), Promise.reject(new Error("cut")));
  await clawBackOnLedger({ ...on, horizon: { ...on.horizon, submit: cut } }, id).catch(() => {});
  assert.equal(await work.holds(user), 0n);
  assert.deepEqual(await clawbackStanding(work, id), ["ordered", null]);
  await Promise.all(Array.from({ length: 4 }, () => clawBack(work, id)));
  await clawBack(work, id);
  assert.deepEqual(await bytes(), stored, "the same bytes, and no others");
  assert.deepEqual(await clawbackStanding(work, id), ["completed", null]);
  assert.deepEqual(await debtStanding(work, debt), ["open", PAID]);
  assert.deepEqual(await work.balances(), { fees: -ONE, receivable: ONE });
});

Deno.test("M-6 M-21 what the ledger refuses ends the order with its code, and may be ordered anew", async () => {
  await using at = await owedWorld();
  const { world, work, user, debt } = at;
  const on = clawingOf(work);
  const id = await ordered(work, debt, 99n * ONE);
  // Between the look at the account and the envelope its tokens go.
  const late = async (xdr: string) => (await giveAway(world, user, "1"), await on.horizon.submit(xdr));
  assert.deepEqual(await clawBackOnLedger({ ...on, horizon: { ...on.horizon, submit: late } }, id), {
    kind: "done",
  });
  assert.deepEqual(await clawbackStanding(work, id), ["failed", "op_underfunded"]);
  assert.deepEqual(await openNow(work), ["receipt_reversed:fraud", "clawback_failed:op_underfunded"]);
  assert.deepEqual(await debtStanding(work, debt), ["open", 0n]);
  assert.equal(await work.holds(user), 98n * ONE);
  // And when they have gone before the envelope is built, none is.
  const again = await ordered(work, debt, 98n * ONE);
  assert.deepEqual(await openNow(work), ["receipt_reversed:fraud"], "somebody has seen to it");
  await giveAway(world, user, "8");
  assert.deepEqual(await clawBack(work, again), { kind: "done" });
  assert.deepEqual(await clawbackStanding(work, again), ["failed", "clawback_balance"]);
  assert.deepEqual((await openNow(work)).at(-1), "clawback_failed:clawback_balance");
  assert.equal(await work.count("ledger_errands"), 1);
  const last = await ordered(work, debt, 90n * ONE);
  assert.deepEqual(await clawBack(work, last), { kind: "done" });
  assert.deepEqual(await debtStanding(work, debt), ["open", 90n * ONE]);
  assert.equal(await work.holds(user), 0n);
  assert.deepEqual(await openNow(work), ["receipt_reversed:fraud"]);
  await work.balances();
});

Deno.test("M-2 M-21 a clawback that nobody can decide is never sent again, and settles nothing until an operator has had it decided", async () => {
  await using at = await owedWorld();
  const { world, work, user, debt } = at;
  const id = await ordered(work, debt, 99n * ONE);
  const on = clawingOf(work);
  const died = { ...on.horizon, submit: () => Promise.reject(new Error("died")) };
  await clawBackOnLedger({ ...on, horizon: died }, id).catch(() => {});
  const other = await world.put(world.distribution, [Operation.manageData({ name: "x", value: "1" })]);
  await world.pass(1_000);
  await clawBack(work, id);
  assert.deepEqual(await clawbackStanding(work, id), ["undecidable", "undecidable"]);
  assert.deepEqual(await clawBack(work, id), { kind: "done" });
  const refused = { kind: "refused", reason: "clawback_under_way" };
  assert.deepEqual(await orderBack(work, debt, ONE), refused);
  assert.deepEqual(await settle(work, debt, { how: "written_off" }), refused);
  await work.balances();
  const [{ id: errand } = { id: "" }] = await work.db.query({ sql: "select id from ledger_errands" });
  const decided = await decideEnvelope(
    { settling: work.ledgerPaying, actor: "anna" },
    String(errand),
    other,
  );
  assert.equal(decided.kind, "decided");
  assert.deepEqual(await clawbackStanding(work, id), ["failed", "absent"]);
  assert.deepEqual(await clawBack(work, await ordered(work, debt, 99n * ONE)), { kind: "done" });
  assert.equal(await work.holds(user), 0n);
  assert.deepEqual(await work.balances(), { fees: -ONE, receivable: ONE });
});

Deno.test("M-14 M-21 a clawback rests while payouts rest, and while news are not read up", async () => {
  await using at = await owedWorld();
  const { world, work, user, debt } = at;
  const id = await ordered(work, debt, 99n * ONE);
  await work.db.write([raiseDebitAlarm("ledger:1", world.asset)], repeatable);
  assert.equal((await clawBack(work, id)).kind, "again");
  await closeAlarms(work);
  const readUp = () => Promise.resolve(false);
  assert.equal((await clawBackOnLedger({ ...clawingOf(work), readUp }, id)).kind, "again");
  // The ledger's history is in doubt between the look and the batch (M-10).
  const on = clawingOf(work);
  const feeStats = async () => {
    await work.db.write(raiseAlarmAnew("ledger_history", "chain", "other"), repeatable);
    return await on.horizon.feeStats();
  };
  assert.equal((await clawBackOnLedger({ ...on, horizon: { ...on.horizon, feeStats } }, id)).kind, "again");
  assert.equal(await work.count("ledger_errands"), 0);
  await closeAlarms(work);
  assert.deepEqual(await clawBack(work, id), { kind: "done" });
  assert.equal(await work.holds(user), 0n);
});
