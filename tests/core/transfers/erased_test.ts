import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { endErased } from "../../../core/transfers/erased.ts";
import { neededInstances } from "../../../core/transfers/needed-instances.ts";
import { apply } from "../../../core/transfers/record.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

/** What an erasure leaves of a customer, as far as transfers see it. */
async function forget({ db }: MoneyAtWork, customerId: string): Promise<void> {
  await db.write([
    { sql: "update kyc_cases set state = 'superseded' where customer_id = ?", args: [customerId] },
    {
      sql: "update customers set owner = 'erased:' || id, erased_ms = 1 where id = ?",
      args: [customerId],
    },
  ], repeatable);
}

Deno.test("R-12-78 transfers that nobody has paid end without what the customer gave, and others' go on", async () => {
  using work = await moneyAtWork();
  const { db } = work;
  const waiting = await work.deposit();
  const [instructing, withdrawal] = [await work.open(), await work.open({ kind: "withdrawal" })];
  await work.setKyc("alice", null);
  const asked = await work.open();
  await db.write(
    [{ sql: "update transfers set beneficiary = x'01' where id = ?", args: [withdrawal.id] }],
    repeatable,
  );
  const bob = await work.deposit({
    owner: { sub: "bob", account: "bob", memo: null, muxedId: null, clientDomain: null },
  });
  assert.deepEqual(
    [waiting, instructing, withdrawal, asked].map(({ state }) => state),
    ["waiting", "instructing", "waiting", "kyc"],
  );
  assert.notEqual(waiting.instructions, null);
  await forget(work, waiting.customerId);
  assert.deepEqual(await endErased(work.books, waiting.customerId), { kind: "done" });
  for (const transfer of [waiting, instructing, withdrawal, asked]) {
    const { state, message, instructions, beneficiary } = await work.now(transfer);
    assert.deepEqual([state, message, instructions, beneficiary], ["failed", "customer_erased", null, null]);
  }
  assert.equal((await work.now(bob)).state, "waiting");
  const addresses = await db.query({
    sql: "select customer_id, length(instructions) > 0 as kept from bank_addresses order by customer_id",
  });
  assert.deepEqual(addresses.map(({ kept }) => kept), [0n, 1n]);
  assert.deepEqual(await endErased(work.books, waiting.customerId), { kind: "done" });
});

Deno.test("M-22 money that was announced comes and is held, or vanishes and the transfer ends", async () => {
  using work = await moneyAtWork();
  const announce = async () => {
    const transfer = await work.deposit();
    await work.pay(transfer, 100n * ONE, undefined, { state: "pending" });
    assert.equal((await work.now(transfer)).state, "arriving");
    return transfer;
  };
  const [coming, vanishing] = [await announce(), await announce()];
  await forget(work, coming.customerId);
  const again = { kind: "again", afterMs: 60_000 };
  assert.deepEqual(await endErased(work.books, coming.customerId), again);
  await apply(work.books, vanishing.id, { type: "credit_vanished" });
  assert.deepEqual(await endErased(work.books, coming.customerId), again);
  assert.equal((await work.now(vanishing)).state, "failed");
  await work.pay(coming, 100n * ONE, undefined, { revision: 2 });
  assert.equal((await work.now(coming)).state, "funded");
  assert.deepEqual(await endErased(work.books, coming.customerId), { kind: "done" });
  assert.equal((await work.now(coming)).state, "funded");
});

Deno.test("M-30 money that is announced while its transfer is ended is looked at again", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await forget(work, transfer.customerId);
  const announce = [() => work.pay(transfer, 100n * ONE, undefined, { state: "pending" })];
  const db: typeof work.db = {
    ...work.db,
    async write(statements, written) {
      await announce.shift()?.();
      return await work.db.write(statements, written);
    },
  };
  const end = await endErased({ ...work.books, db }, transfer.customerId);
  assert.deepEqual(end, { kind: "again", afterMs: 60_000 });
  assert.equal((await work.now(transfer)).state, "arriving");
  await apply(work.books, transfer.id, { type: "credit_vanished" });
  assert.deepEqual(await endErased(work.books, transfer.customerId), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "failed");
});

Deno.test("M-22 what is here is held for a person, and a payout under way goes on", async () => {
  using work = await moneyAtWork();
  const [held, paid] = [await work.fundedWithdrawal(100n * ONE), await work.fundedWithdrawal(100n * ONE)];
  await apply(work.books, paid.id, { type: "payout_stored" });
  await forget(work, held.customerId);
  await endErased(work.books, held.customerId);
  await payAtBank(work.paying, held.id);
  assert.deepEqual(
    [(await work.now(held)).state, (await work.now(held)).message, (await work.now(paid)).state],
    ["on_hold", "customer_withdrawn", "paying"],
  );
  await work.balances();
});

Deno.test("no transfer opens for a customer who is being erased: who asks is a new one", async () => {
  let ensured = 0;
  using work = await moneyAtWork();
  const opening = work.opening.customers;
  using other = await moneyAtWork({
    db: work.db,
    opening: {
      customers: {
        ...opening,
        customerOf: async (owner, named) => {
          ensured++;
          return await opening.customerOf(ensured === 1 ? owner : { ...owner, sub: "alice again" }, named);
        },
        beneficiary: async () => {
          if (ensured === 1) await forget(work, "customer-alice");
          return null;
        },
      },
    },
  });
  await work.setKyc("alice", "accepted");
  await work.setKyc("alice again", "accepted");
  const opened = await other.open();
  assert.deepEqual([opened.customerId, ensured], ["customer-alice again", 2]);
  assert.equal(await work.count("transfers"), 1);
});

Deno.test("a provider is needed until it has erased", async () => {
  using work = await moneyAtWork();
  const id = await work.setKyc("alice", "accepted");
  await work.db.write([work.books.outbox.insert({
    id: "kyc_erase:1",
    kind: "kyc_erase",
    subject: `${id}:sep6:1`,
    delivery: "at_least_once",
    body: undefined,
  })], repeatable);
  assert.deepEqual((await neededInstances(work.db)).kyc, ["bureau"]);
  const effect = await work.books.outbox.markSending("kyc_erase:1");
  assert.ok(effect);
  await work.books.outbox.markDone(effect);
  assert.deepEqual((await neededInstances(work.db)).kyc, []);
});
