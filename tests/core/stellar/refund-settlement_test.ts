import { Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { openDatabase, repeatable } from "../../../core/records/database.ts";
import { refundOnLedger } from "../../../core/stellar/refunds.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { raiseDebitAlarm } from "../../../core/transfers/payout-stop.ts";
import { inFile } from "../records/files.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { closeAlarms, moneyWorld } from "./money-world.ts";
import { attemptStates } from "./paid-deposits.ts";
import { payment } from "./withdrawals.ts";
import { assertBackOnce, dyingRefund, refundAll, refundingWorld, standing, underpaid } from "./paid-back.ts";

Deno.test("M-1 M-19 killed between store and send, the same bytes send it back, whoever goes on", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  await dyingRefund(work)(transfer.id);
  const stored = await work.db.query({ sql: "select key, envelope from attempts" });
  assert.equal(stored.length, 1);
  assert.deepEqual(await attemptStates(work), ["refund:stored"]);
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  assert.deepEqual(await work.db.query({ sql: "select key, envelope from attempts" }), stored);
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-2 a refund that Horizon swallowed or lost is sent anew only after its absence is proven", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  world.ledger.behave({ behaviour: "timeout", included_after: "never", count: "until_cleared" });
  for (const seconds of [0, 299, 100]) {
    if (seconds > 0) await world.pass(seconds);
    assert.equal((await work.refund(transfer)).kind, "again");
    assert.deepEqual(await attemptStates(work), ["refund:stored"]);
  }
  world.ledger.behave({ behaviour: "clear" });
  await world.pass(30);
  await refundAll(work, transfer);
  assert.deepEqual(await attemptStates(work), ["refund:absent", "refund:completed"]);
  assert.equal(await work.count("refunds"), 1);
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-2 a refund whose answer was lost and that got in is found, not sent again", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  world.ledger.behave({ behaviour: "timeout", included_after: 1, count: 1 });
  assert.equal((await work.refund(transfer)).kind, "again");
  await world.pass(5);
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  assert.deepEqual(await attemptStates(work), ["refund:completed"]);
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-2 M-4 a refund that cannot be decided is held, is not ordered again, and its source stays taken", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  await dyingRefund(work)(transfer.id);
  await world.put(world.distribution, [Operation.manageData({ name: "x", value: "y" })]);
  await world.pass(421);
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  assert.deepEqual(await standing(work, transfer), ["on_hold", "refund_undecidable"]);
  const ordered = await orderRefund(work.books, transfer.id);
  assert.equal(ordered.kind === "refused" && ordered.reason, "refund_undecided");
  const other = await underpaid(world, work, user);
  assert.equal((await work.refund(other)).kind, "again");
  assert.deepEqual(await attemptStates(work), ["refund:undecidable"]);
  await work.balances();
});

Deno.test("M-6 a refund that failed in a ledger is tried again as its code says, and ends with a person", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  world.ledger.behave({ behaviour: "fail", code: "op_line_full", count: 1 });
  await refundAll(work, transfer);
  assert.deepEqual(await attemptStates(work), ["refund:failed", "refund:completed"]);
  await assertBackOnce(work, transfer, user);

  const other = await underpaid(world, work, user);
  world.ledger.behave({ behaviour: "fail", code: "op_no_trust", count: "until_cleared" });
  await refundAll(work, other);
  assert.deepEqual(await standing(work, other), ["on_hold", "refund_failed"]);
  assert.equal((await attemptStates(work)).filter((attempt) => attempt === "refund:failed").length, 4);
  assert.ok((await work.alarms()).includes("transfer_on_hold:refund_failed"));
  await closeAlarms(work);
  world.ledger.behave({ behaviour: "clear" });
  world.ledger.behave({ behaviour: "fail", code: "op_underfunded", count: 1 });
  assert.equal((await orderRefund(work.books, other.id)).kind, "ordered");
  await refundAll(work, other);
  assert.deepEqual(await standing(work, other), ["on_hold", "refund_failed"]);
  const open = await work.db.query({
    sql: "select kind from alarms where closed_ms is null and subject = ? order by id",
    args: [other.id],
  });
  assert.deepEqual(open.map(({ kind }) => kind), ["payout_refused", "transfer_on_hold"], "raised anew");
  assert.equal((await orderRefund(work.books, other.id)).kind, "ordered");
  await refundAll(work, other);
  await assertBackOnce(work, other, user);
});

Deno.test("M-30 M-4 two processes that send two withdrawals back send each once", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const { user, work: first } = await refundingWorld(world, { db: one });
  const second = await moneyWorld(world, {
    db: two,
    beside: first,
    service: { amountRule: { kind: "refund" } },
  });
  const transfers = [await underpaid(world, first, user), await underpaid(world, first, user)];
  for (let round = 0; round < 8; round++) {
    await Promise.all(transfers.flatMap((transfer) => [first.refund(transfer), second.refund(transfer)]));
  }
  for (const transfer of transfers) await assertBackOnce(first, transfer, user);
  assert.deepEqual(await attemptStates(first), ["refund:completed", "refund:completed"]);
  one.close();
  two.close();
});

Deno.test("M-30 M-25 processes that hear of one part at once record it once, and the rest goes on", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const ours = world.distribution.publicKey();
  const operations = [payment(world, ours, "50"), payment(world, ours, "10")];
  const transfer = await underpaid(world, work, user, { operations });
  // The greater one first: told a second time it is more than what is left.
  await work.db.write([{ sql: "update receipts set at_ms = at_ms - gross" }], repeatable);
  for (const gone of [50n, 60n]) {
    await dyingRefund(work)(transfer.id);
    await Promise.all([1, 2, 3].map(() => work.refund(transfer)));
    assert.equal((await work.now(transfer)).refunded, gone * ONE);
    await work.balances();
  }
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-2 the ledger's word on a refund is kept and its source freed, whatever became of the transfer", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  await dyingRefund(work)(transfer.id);
  await work.db.write([{ sql: "update transfers set state = 'on_hold'" }], repeatable);
  world.ledger.behave({ behaviour: "fail", code: "op_line_full", count: 1 });
  assert.equal((await work.refund(transfer)).kind, "done");
  assert.equal((await work.now(transfer)).state, "on_hold", "with whoever holds it");
  assert.deepEqual(await attemptStates(work), ["refund:failed"]);
  assert.equal(await work.count("stellar_sources where attempt_id is null"), 1);
  assert.equal((await orderRefund(work.books, transfer.id)).kind, "ordered");
  await refundAll(work, transfer);
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-30 a process that gives up does not end the effect of one that has stored an envelope and died", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  // Acceptance ended for this process after the other one, for which it held, had stored its envelope.
  const isAccepted = async () => {
    await dyingRefund(work)(transfer.id);
    return false;
  };
  assert.equal((await refundOnLedger({ ...work.ledgerRefunding, isAccepted }, transfer.id)).kind, "again");
  assert.deepEqual(await attemptStates(work), ["refund:stored"]);
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-14 M-10 refunds rest as payouts do, also when a debit shows between look and batch", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  const unexplained = (subject: string) => work.db.write([raiseDebitAlarm(subject, world.asset)], repeatable);
  await unexplained("ledger:early");
  assert.equal((await work.refund(transfer)).kind, "again");
  await closeAlarms(work);
  const isAccepted = async () => (await unexplained("ledger:late"), true);
  assert.equal((await refundOnLedger({ ...work.ledgerRefunding, isAccepted }, transfer.id)).kind, "again");
  const readUp = () => Promise.resolve(false);
  await closeAlarms(work);
  assert.equal((await refundOnLedger({ ...work.ledgerRefunding, readUp }, transfer.id)).kind, "again");
  assert.deepEqual(await attemptStates(work), []);
  await refundAll(work, transfer);
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-14 a database restored from before a refund meets that refund before it sends it again", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const before = await file.open();
  await migrate(before, migrations);
  const { user, work } = await refundingWorld(world, { db: before });
  const transfer = await underpaid(world, work, user);
  const backup = `${file.path}.backup`;
  await Deno.copyFile(file.path, backup);
  await Deno.copyFile(`${file.path}-wal`, `${backup}-wal`);
  before.close();
  const lived = await file.open();
  const service = { amountRule: { kind: "refund" } } as const;
  const living = await moneyWorld(world, { db: lived, beside: work, service });
  await refundAll(living, transfer);
  await assertBackOnce(living, transfer, user);
  lived.close();

  const restored = await openDatabase({ url: `file:${backup}`, onDeploy: false });
  const again = await moneyWorld(world, { db: restored, beside: work, service });
  const readUp = async () => (await again.watch(), true);
  assert.equal((await again.now(transfer)).state, "refunding");
  assert.equal((await refundOnLedger({ ...again.ledgerRefunding, readUp }, transfer.id)).kind, "again");
  assert.equal(await again.holds(user), 1_000n * ONE, "sent back once");
  assert.deepEqual(await again.alarms(), [`statement_debit:${world.asset}`]);
  restored.close();
});
