import assert from "node:assert/strict";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { receive } from "../../../core/bank/receive.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import { createInbox } from "../../../core/records/inbox.ts";
import { explainedAs, noteDebit } from "../../../core/transfers/debits.ts";
import { neededInstances } from "../../../core/transfers/needed-instances.ts";
import { apply } from "../../../core/transfers/record.ts";
import { inbound, scriptedRail } from "../bank/scripted-rail.ts";
import { testVault } from "../records/memory.ts";
import { moneyAtWork, ONE } from "./money-at-work.ts";

const NOBODY = { rails: [], kyc: [] };
const BOTH = { rails: ["bank"], kyc: ["bureau"] };

Deno.test("a transfer needs its instances until it is final", async () => {
  using work = await moneyAtWork();
  const needed = () => neededInstances(work.db);
  assert.deepEqual(await needed(), NOBODY);
  const [deposit, other] = [await work.deposit(), await work.deposit()];
  assert.deepEqual(await needed(), BOTH);
  await apply(work.books, deposit.id, { type: "time_ran_out" });
  assert.deepEqual(await needed(), BOTH);
  await apply(work.books, other.id, { type: "customer_rejected" });
  assert.deepEqual(await needed(), NOBODY);

  const withdrawal = await work.fundedWithdrawal(100n * ONE);
  assert.deepEqual(await needed(), BOTH);
  await payAtBank(work.paying, withdrawal.id);
  assert.equal((await work.now(withdrawal)).state, "completed");
  assert.deepEqual(await needed(), NOBODY);
});

Deno.test("an instance is needed by a payout under way, a review that is open, and a webhook that nobody has read", async () => {
  using work = await moneyAtWork();
  const { db } = work;
  const needed = () => neededInstances(db);
  const change = (sql: string) => db.write([{ sql }], repeatable);
  const withdrawal = await work.fundedWithdrawal(100n * ONE);
  await payAtBank(work.paying, withdrawal.id);
  assert.deepEqual(await needed(), NOBODY);
  for (const state of ["stored", "sent"]) {
    await change(`update attempts set state = '${state}'`);
    assert.deepEqual(await needed(), { rails: ["bank"], kyc: [] }, state);
  }
  await change("update attempts set state = 'completed'");

  const fee = {
    side: "bank",
    place: "bank",
    externalId: "fee",
    key: null,
    asset: "USD",
    amount: 1n,
    fee: 0n,
  } as const;
  await db.write(noteDebit(fee), repeatable);
  assert.deepEqual(await needed(), { rails: ["bank"], kyc: [] }, "a debit that nobody has explained");
  await db.write(explainedAs({ id: "bank:fee" }, { as: "undone" }), repeatable);
  assert.deepEqual(await needed(), NOBODY);

  for (const state of ["new", "collecting", "processing"]) {
    await change(`update kyc_cases set state = '${state}'`);
    assert.deepEqual(await needed(), { rails: [], kyc: ["bureau"] }, state);
  }
  for (const state of ["accepted", "rejected", "retry", "expired", "superseded"]) {
    await change(`update kyc_cases set state = '${state}'`);
    assert.deepEqual(await needed(), NOBODY, state);
  }

  const inbox = createInbox({ db, vault: testVault() });
  const request = { method: "POST", path: "", query: "", headers: [], body: new Uint8Array() };
  await inbox.putRaw({ id: "one", contract: "rail", instance: "former-bank", request });
  await inbox.putRaw({ id: "two", contract: "kyc", instance: "former-bureau", request });
  assert.deepEqual(await needed(), { rails: ["former-bank"], kyc: ["former-bureau"] });
  await change("update inbox set state = 'done'");
  assert.deepEqual(await needed(), NOBODY);
});

Deno.test("M-21 a rail is needed while a payout can come back, and while money waits for a person", async () => {
  const returnable = scriptedRail({
    declares: {
      payout: {
        finality: { kind: "returnable", returnableDays: 1 },
        key: { alphabet: "0123456789abcdef", length: 32 },
        fields: ["bank_account_number"],
        optionalFields: [],
        reference: { alphabet: "ABC", maxLength: 3 },
        beneficiaryCheck: "none",
      },
    },
    becomes: "accepted",
  });
  using work = await moneyAtWork({ bank: returnable });
  const { db, bank } = work;
  const needed = () => neededInstances(db);
  const withdrawal = await work.fundedWithdrawal(100n * ONE);
  await payAtBank(work.paying, withdrawal.id);
  const [key = ""] = bank.left.keys();
  const returnableUntil = Math.floor(Date.now() / 1000) + 86_400;
  await notePayout(work.books, bank.instance, bank.say(key, { state: "completed", returnableUntil }));
  assert.equal((await work.now(withdrawal)).state, "completed");
  assert.deepEqual(await needed(), { rails: ["bank"], kyc: [] });
  await moveClock(db, 2 * 86_400_000);
  assert.deepEqual(await needed(), NOBODY);

  await receive(work.receiving, bank.instance, inbound("announced", ONE, { state: "pending" }));
  assert.deepEqual(await needed(), { rails: ["bank"], kyc: [] });
  await receive(work.receiving, bank.instance, inbound("announced", ONE, { revision: 2 }));
  assert.deepEqual(await needed(), { rails: ["bank"], kyc: [] }, "it belongs to nobody");
  await receive(work.receiving, bank.instance, inbound("announced", ONE, { revision: 3, state: "returned" }));
  assert.deepEqual(await needed(), NOBODY);
});
