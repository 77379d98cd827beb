import assert from "node:assert/strict";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { receive } from "../../../core/bank/receive.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { liftReceivable } from "../../../core/operators/settle-receivable.ts";
import { lastEntries } from "../../../core/records/audit.ts";
import { repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { Refusal } from "../../../core/refusal.ts";
import { settleFreezes } from "../../../core/transfers/freezes.ts";
import { movedBy } from "../../../core/transfers/limits.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { apply } from "../../../core/transfers/record.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { inFile } from "../records/files.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { HUNDRED, onlyDebt, owed, payOut, settle, stands, taken, taking } from "./debts.ts";
import { inbound } from "./scripted-rail.ts";

const refusedAs = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

Deno.test("M-21 money taken back after its tokens were paid is owed once however it is told, and freezes its customer alone", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyAtWork({ db: one });
  const second = await moneyAtWork({ db: two, bank: first.bank });
  const transfer = await first.deposit();
  await first.pay(transfer, HUNDRED);
  await payOut(first, await first.now(transfer), "completed");
  const tellers = [first, second, first, second].map((work) => work.pay(transfer, HUNDRED, undefined, taken));
  await Promise.all(tellers);
  const debt = await onlyDebt(first);
  assert.deepEqual(
    [debt.transferId, debt.amount, debt.settled, debt.state, debt.reason, debt.frozen],
    [transfer.id, HUNDRED, 0n, "open", "fraud", true],
  );
  assert.equal((await first.now(transfer)).state, "completed");
  assert.deepEqual(await first.balances(), { receivable: HUNDRED, outstanding: -99n * ONE, fees: -ONE });
  assert.deepEqual(await first.alarms(), ["receipt_reversed:fraud"]);
  const frozen = refusedAs("transfer.customer_frozen");
  await assert.rejects(first.open(), frozen);
  await assert.rejects(first.open({ kind: "withdrawal" }), frozen);
  await assert.rejects(first.draft(), frozen);
  // Whoever has everything erased and comes back owes it still.
  await one.write(
    [{ sql: "update customers set owner = 'gone', erased_ms = 1 where owner = 'alice'" }],
    repeatable,
  );
  await assert.rejects(first.open(), frozen);
  const owner = { sub: "bob", account: "bob", memo: null, muxedId: null, clientDomain: null };
  assert.ok(await first.open({ owner }));
  one.close();
  two.close();
});

for (const opening of ["open", "draft"] as const) {
  Deno.test(`M-21 M-30 a customer who asks for a transfer (${opening}) while the money is taken back gets none`, async () => {
    using work = await moneyAtWork();
    const transfer = await work.deposit();
    await work.pay(transfer, HUNDRED);
    await payOut(work, await work.now(transfer), "completed");
    const { readiness } = work.opening.customers;
    let isTaken = false;
    // Between the look at the customer and the batch that opens.
    Object.assign(work.opening.customers, {
      readiness: async (asked: Parameters<typeof readiness>[0]) => {
        const ready = await readiness(asked);
        if (!isTaken) await work.pay(transfer, HUNDRED, undefined, taken);
        isTaken = true;
        return ready;
      },
    });
    const before = await work.count("transfers");
    await assert.rejects(work[opening](), refusedAs("transfer.customer_frozen"));
    assert.equal(await work.count("transfers"), before);
  });
}

Deno.test("M-21 what is to be paid to a frozen customer rests, and goes on when an operator has lifted that", async () => {
  using work = await moneyAtWork();
  const [paid, other] = [await work.fundedWithdrawal(HUNDRED), await work.fundedWithdrawal(HUNDRED)];
  const trusting = await work.deposit();
  await work.pay(trusting, HUNDRED, "trusting");
  await apply(work.books, trusting.id, { type: "destination_waits", reason: "no_trustline" });
  const later = await work.deposit();
  await taking(work);
  // Paid by its own effect, which is told; and the others by the job.
  await payAtBank(work.paying, paid.id);
  assert.deepEqual(await stands(work, paid), ["on_hold", "customer_frozen"]);
  assert.deepEqual((await settleFreezes(work.books)).sort(), [other.id, trusting.id].sort());
  assert.deepEqual(await settleFreezes(work.books), []);
  // What is paid in afterwards is taken, and rests too.
  await work.pay(later, HUNDRED, "later");
  await settleFreezes(work.books);
  for (const transfer of [other, trusting, later]) {
    assert.deepEqual(await stands(work, transfer), ["on_hold", "customer_frozen"]);
  }
  assert.equal(work.bank.left.size, 0);
  const debt = await onlyDebt(work);
  const lifted = await liftReceivable({ books: work.books, actor: "anna" }, debt.id);
  assert.deepEqual(lifted?.toSorted(), [paid.id, other.id, trusting.id, later.id].sort());
  assert.equal(await liftReceivable({ books: work.books, actor: "anna" }, debt.id), null);
  for (const transfer of [paid, other, trusting, later]) {
    assert.deepEqual(await stands(work, transfer), ["funded", null]);
  }
  await payAtBank(work.paying, paid.id);
  assert.equal((await work.now(paid)).state, "completed");
  assert.ok(await work.open({ kind: "withdrawal" }));
  assert.equal((await onlyDebt(work)).state, "open", "what is owed stays owed");
  assert.deepEqual(
    (await lastEntries(work.db, "actions", 9)).map(({ actor, action, subject }) => [actor, action, subject]),
    [
      ["anna", "receivable.lift", debt.id],
    ],
  );
  await work.balances();
});

Deno.test("M-21 M-19 nothing goes back by itself to a frozen customer, and an operator's order sends it", async () => {
  using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
  const transfer = await work.deposit();
  await taking(work);
  await work.pay(transfer, 50n * ONE);
  assert.equal((await work.now(transfer)).state, "refunding");
  await refundAtBank(work.refunding, transfer.id);
  assert.deepEqual(await stands(work, transfer), ["on_hold", "customer_withdrawn"]);
  assert.equal(work.bank.left.size, 0);
  assert.equal((await orderRefund(work.books, transfer.id)).kind, "ordered");
  await refundAtBank(work.refunding, transfer.id);
  assert.equal((await work.now(transfer)).state, "refunded");
  await work.balances();
});

Deno.test("M-21 M-30 a freeze that shows between look and batch stops the payout", async () => {
  using work = await moneyAtWork();
  const paid = await work.fundedWithdrawal(HUNDRED);
  const accepted = async (transfer: Transfer) => {
    if ((await owed(work)).length === 0) await taking(work);
    return await work.paying.accepted(transfer);
  };
  assert.equal((await payAtBank({ ...work.paying, accepted }, paid.id)).kind, "again");
  assert.equal(work.bank.left.size, 0);
  await payAtBank(work.paying, paid.id);
  assert.deepEqual(await stands(work, paid), ["on_hold", "customer_frozen"]);
  await work.balances();
});

Deno.test("M-21 money taken back while it is paid freezes; if the payout fails nobody owes it, and an operator ends the deposit", async () => {
  for (const end of ["completed", "failed"] as const) {
    using work = await moneyAtWork();
    const transfer = await work.deposit();
    await work.pay(transfer, HUNDRED, "one", { fee: 5n });
    await payOut(work, await work.now(transfer), null);
    await work.pay(transfer, HUNDRED, "one", { fee: 5n, ...taken });
    const debt = await onlyDebt(work);
    assert.deepEqual([debt.amount, debt.frozen], [HUNDRED - 5n, true]);
    assert.equal((await settle(work, debt, { how: "not_paid" })).kind, "refused", "it may have arrived");
    await work.db.write([{ sql: "update attempts set state = ?", args: [end] }], repeatable);
    await apply(
      work.books,
      transfer.id,
      end === "completed"
        ? { type: "payout_completed", amount: 99n * ONE, place: "G" }
        : { type: "payout_failed", again: true },
    );
    const isPaid = end === "completed";
    assert.deepEqual(
      await stands(work, transfer),
      isPaid ? ["completed", null] : ["on_hold", "money_taken_back"],
    );
    assert.equal((await settle(work, debt, { how: isPaid ? "not_paid" : "written_off" })).kind, "refused");
    assert.equal((await settle(work, debt, { how: isPaid ? "written_off" : "not_paid" })).kind, "settled");
    assert.deepEqual(
      await work.balances(),
      isPaid ? { costs: HUNDRED, outstanding: -99n * ONE, fees: -ONE } : {},
    );
    assert.deepEqual(await stands(work, transfer), isPaid ? ["completed", null] : ["failed", "not_paid_out"]);
    assert.equal((await settle(work, debt, { how: "written_off" })).kind, "refused", "once");
    await assert.rejects(work.open(), refusedAs("transfer.customer_frozen"), "until it is lifted");
  }
});

Deno.test("M-21 money taken back before anything was paid freezes nobody, and ends with nothing owed", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await work.pay(transfer, HUNDRED);
  await work.pay(transfer, HUNDRED, undefined, taken);
  const debt = await onlyDebt(work);
  assert.equal(debt.frozen, false);
  assert.equal((await settle(work, debt, { how: "not_paid" })).kind, "settled");
  assert.deepEqual(await owed(work), []);
  assert.deepEqual(await work.balances(), {});
  const { customerOwner: mover, asset } = transfer;
  const { day } = await movedBy(work.db, { owner: mover, asset });
  assert.equal(day, 0n, "and counts for no limit");
  assert.ok(await work.open());
});

Deno.test("M-21 M-2 money taken back while nobody knows whether it was paid is not given up before that is known", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await work.pay(transfer, HUNDRED);
  await payOut(work, await work.now(transfer), null);
  await apply(work.books, transfer.id, { type: "payout_undecidable" });
  await work.pay(transfer, HUNDRED, undefined, taken);
  assert.deepEqual(await stands(work, transfer), ["on_hold", "money_taken_back"]);
  const debt = await onlyDebt(work);
  assert.equal(debt.frozen, true);
  assert.equal((await settle(work, debt, { how: "not_paid" })).kind, "refused");
  await work.db.write([{ sql: "update attempts set state = 'absent'" }], repeatable);
  assert.equal((await settle(work, debt, { how: "not_paid" })).kind, "settled");
  assert.deepEqual(await work.balances(), {});
});

Deno.test("M-21 M-2 money taken back while it was paid, all or a part, is not paid when it shows after a doubt that it was not", async () => {
  for (const units of [HUNDRED, 30n * ONE]) {
    using work = await moneyAtWork();
    const transfer = await work.deposit();
    await work.pay(transfer, HUNDRED);
    await payOut(work, await work.now(transfer), null);
    await work.pay(transfer, units, undefined, taken);
    assert.deepEqual(await stands(work, transfer), ["paying", "money_taken_back"]);
    await apply(work.books, transfer.id, { type: "payout_undecidable" });
    await work.db.write([{ sql: "update attempts set state = 'absent'" }], repeatable);
    await apply(work.books, transfer.id, { type: "payout_failed", again: true });
    assert.deepEqual(await stands(work, transfer), ["on_hold", "money_taken_back"]);
    await work.balances();
  }
});

Deno.test("M-21 M-19 money taken back after it was sent back is owed, too", async () => {
  using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
  const transfer = await work.deposit();
  await work.pay(transfer, 50n * ONE);
  const { id, asset } = await work.now(transfer);
  await apply(work.books, id, {
    type: "refund_completed",
    id: "back",
    idType: "external",
    amount: 50n * ONE,
    fee: 0n,
    place: "bank",
  }, () => [{
    sql:
      `insert into refunds (id, transfer_id, receipt_id, side, place, key, asset, amount, fee, state, version, at_ms)
      select 'f', ?, id, 'bank', 'bank', 'k', ?, gross, 0, 'completed', 1, 0 from receipts where transfer_id = ?`,
    args: [id, asset, id],
  }]);
  assert.equal((await work.now(transfer)).state, "refunded");
  await work.pay(transfer, 50n * ONE, undefined, taken);
  assert.deepEqual([(await onlyDebt(work)).amount, (await onlyDebt(work)).frozen], [50n * ONE, true]);
  assert.equal((await work.now(transfer)).state, "refunded");
  assert.deepEqual(await work.balances(), { "bank:bank": -50n * ONE, receivable: 50n * ONE });
});

Deno.test("M-21 M-25 what is owed is settled by unmatched money, in parts and never by more, and the rest is written off once", async () => {
  using work = await moneyAtWork();
  await taking(work);
  const debt = await onlyDebt(work);
  const { instance } = work.bank;
  for (const [id, units] of [["part", 60n], ["more", 41n]] as const) {
    await receive(work.receiving, instance, inbound(id, units * ONE, { fee: 3n }));
  }
  const idOf = async (external: string) => {
    const [row] = await work.db.query({
      sql: "select id from receipts where external_id = ?",
      args: [external],
    });
    return String(row?.id);
  };
  const [part, more] = [await idOf("part"), await idOf("more")];
  const both = await Promise.all(
    ["anna", "bert"].map((actor) => settle(work, debt, { how: "receipt", receiptId: part }, actor)),
  );
  assert.deepEqual(both.map(({ kind }) => kind).sort(), ["refused", "settled"]);
  const left = await onlyDebt(work);
  assert.deepEqual([left.state, left.settled], ["open", 60n * ONE]);
  for (const receiptId of [more, part, "nothing"]) {
    assert.equal((await settle(work, left, { how: "receipt", receiptId })).kind, "refused", receiptId);
  }
  // Money that settled it and is taken back itself is told.
  await receive(work.receiving, instance, inbound("part", 60n * ONE, { fee: 3n, ...taken }));
  assert.ok((await work.alarms()).includes("receipt_changed:reversed"));
  assert.equal((await settle(work, left, { how: "written_off" })).kind, "settled");
  assert.deepEqual(await work.balances(), {
    "bank:bank": 101n * ONE - 6n,
    costs: 40n * ONE + 6n,
    outstanding: -99n * ONE,
    fees: -ONE,
    suspense: -41n * ONE,
  });
  assert.equal((await onlyDebt(work)).state, "written_off", "it freezes still, and so is shown");
  assert.deepEqual((await lastEntries(work.db, "actions", 9)).map(({ action }) => action), [
    "receivable.settle",
    "receivable.settle",
  ]);
});
