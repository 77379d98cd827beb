import assert from "node:assert/strict";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { expireJob } from "../../../core/jobs/expire.ts";
import { Refusal } from "../../../core/refusal.ts";
import type { OpenRequest } from "../../../core/transfers/open-request.ts";
import { newId, newMemo, newReference } from "../../../core/transfers/id.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { inFile } from "../records/files.ts";
import { leavesNothing, rowsOfMoney } from "./leaves-nothing.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

/** Opens what must be refused, and checks that no trace of it is left. */
const refuses = (work: MoneyAtWork, request: Partial<OpenRequest>, code: string) =>
  leavesNothing(work, () => work.open(request), code);

Deno.test("R-06-54 what is refused leaves nothing written", async () => {
  using work = await moneyAtWork();
  await refuses(work, { assetCode: "EURX" }, "transfer.unknown_asset");
  await refuses(work, { method: "cash" }, "transfer.unknown_method");
  await refuses(work, { amount: ONE - 1n }, "transfer.amount_too_small");
  await refuses(work, { amount: 1_000n * ONE + 1n }, "transfer.amount_too_large");
  await refuses(work, { amount: 5n * ONE + 1n }, "transfer.amount_step");
  // The fee of one would eat it up.
  await refuses(work, { amount: ONE }, "transfer.amount_too_small");
  await refuses(work, { kind: "withdrawal", amount: ONE }, "transfer.amount_too_small");
  await work.setKyc("alice", "rejected");
  await refuses(work, {}, "transfer.customer_rejected");
});

Deno.test("R-06-54 R-06-36 methods and countries are refused by name, and one method need not be named", async () => {
  using work = await moneyAtWork({ service: { countries: ["BRA"] } });
  await refuses(work, { country: "ARG" }, "transfer.country_not_served");
  assert.equal((await work.open({ country: "BRA" })).method, "bank_account");
  const [first] = work.services;
  assert.ok(first);
  work.services.push({ ...first, method: "PIX" });
  const refusal = await refuses(work, { country: "BRA" }, "transfer.method_needed");
  assert.equal(refusal.params.methods, "bank_account, PIX");
});

Deno.test("R-06-54 M-8 a destination that cannot be paid is refused before anything is written", async () => {
  const checkDestination = () => Promise.reject(new Refusal("transfer.destination_missing"));
  using work = await moneyAtWork({ opening: { checkDestination } });
  await refuses(work, {}, "transfer.destination_missing");
  assert.equal(await work.count("customers"), 0);
});

Deno.test("a rail that needs an exact amount asks for one, a tier's limit holds for an open one", async () => {
  const bank = scriptedRail({ deposit: { amount: "exact" } });
  using exact = await moneyAtWork({ bank });
  await refuses(exact, { amount: null }, "transfer.amount_needed");
  using work = await moneyAtWork();
  const tierFor = () => Promise.resolve({ tier: "light", upTo: 50n * ONE, unchanged: [] });
  using limited = await moneyAtWork({ opening: { customers: { ...work.opening.customers, tierFor } } });
  const { terms } = await limited.open({ amount: null });
  assert.deepEqual([terms.upTo, terms.max], [50n * ONE, 1_000n * ONE]);
});

Deno.test("R-06-49 a customer who owes data opens in kyc, a known one further on", async () => {
  using work = await moneyAtWork();
  assert.equal((await work.open()).state, "kyc");
  assert.equal(await work.count("outbox"), 0);
  await work.setKyc("alice", "accepted");
  const known = await work.open();
  assert.equal(known.state, "instructing");
  assert.deepEqual(await work.books.outbox.dueOf(known.id, 10), [`deposit_instructions:${known.id}:1`]);
  assert.equal((await work.open({ kind: "withdrawal" })).state, "waiting");
});

Deno.test("R-06-146 amounts are promised when the amount is known, and not before", async () => {
  using work = await moneyAtWork();
  const known = await work.open({ amount: 100n * ONE });
  assert.deepEqual([known.amountIn, known.amountFee, known.amountOut], [100n * ONE, ONE, 99n * ONE]);
  const open = await work.open({ amount: null });
  assert.deepEqual([open.amountIn, open.amountFee, open.amountOut, open.feeDetails], [
    null,
    null,
    null,
    null,
  ]);
});

Deno.test("M-12 R-06-88 a memo is given once and for ever, also after expiry and deletion", async () => {
  const drawn = [7n, 7n, 7n, 8n, 7n, 8n, 9n];
  using work = await moneyAtWork({
    opening: { drawMemo: () => drawn.shift() ?? assert.fail("drawn too often") },
  });
  const withdraw = () => work.open({ kind: "withdrawal" });
  const first = await withdraw();
  assert.equal(first.receiveMemo, 7n);
  assert.equal((await withdraw()).receiveMemo, 8n);
  await moveClock(work.db, 3_601_000);
  await expireJob(work.books).run({ isSpent: () => false });
  assert.equal((await work.now(first)).state, "expired");
  await work.db.write(
    [
      { sql: "delete from transfer_history where transfer_id = ?", args: [first.id] },
      { sql: "delete from transfers where id = ?", args: [first.id] },
    ],
    { committed: { sql: "select 1 where false" } },
  );
  assert.equal((await withdraw()).receiveMemo, 9n);
  assert.equal(await work.count("memos"), 3);
});

Deno.test("M-12 no memo is given at all rather than one that was given before", async () => {
  using work = await moneyAtWork({ opening: { drawMemo: () => 7n } });
  await work.open({ kind: "withdrawal" });
  const before = await rowsOfMoney(work);
  await assert.rejects(work.open({ kind: "withdrawal" }), /no free memo/);
  assert.deepEqual(await rowsOfMoney(work), before);
});

Deno.test("M-12 M-15 ids, memos and references are random, in their shapes", () => {
  const memos = Array.from({ length: 500 }, newMemo);
  assert.ok(memos.every((memo) => memo > 0n && memo < 1n << 53n));
  assert.ok(memos.some((memo) => memo > 1n << 51n));
  assert.equal(new Set(memos).size, 500);
  const ids = Array.from({ length: 500 }, newId);
  assert.ok(ids.every((id) => /^[a-z2-7]{26}$/.test(id)));
  assert.equal(new Set(ids).size, 500);
  const references = Array.from({ length: 500 }, () => newReference("ABC123", 14));
  assert.ok(references.every((reference) => /^[ABC123]{14}$/.test(reference)));
  assert.equal(new Set(references).size, 500);
  assert.throws(() => newReference("01", 29), RangeError);
});

const perCustomer = () => scriptedRail({ deposit: { address: "per_customer", reference: null } });

Deno.test("M-17 a second deposit that could not be told from an open one is refused, and names it", async () => {
  using work = await moneyAtWork({ bank: perCustomer() });
  const first = await work.deposit();
  const refusal = await refuses(work, {}, "transfer.deposit_open");
  assert.equal(refusal.params.id, first.id);
  await work.open({ owner: { sub: "bob", account: "bob", memo: null, muxedId: null, clientDomain: null } });
  await work.open({ kind: "withdrawal" });
  // The open one ends, and the next may come.
  await moveClock(work.db, 3_601_000);
  await expireJob(work.books).run({ isSpent: () => false });
  assert.equal((await work.open()).state, "instructing");
});

Deno.test("M-17 M-30 of two second deposits that race, one is opened", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const [first, second] = [
    await moneyAtWork({ db: one, bank: perCustomer() }),
    await moneyAtWork({ db: two, bank: perCustomer() }),
  ];
  await first.setKyc("alice", "accepted");
  const answers = await Promise.allSettled([first.open(), second.open(), first.open(), second.open()]);
  const opened = answers.filter(({ status }) => status === "fulfilled");
  assert.equal(opened.length, 1);
  assert.equal(await first.count("transfers"), 1);
  for (const answer of answers) {
    if (answer.status === "rejected") assert.equal(answer.reason.code, "transfer.deposit_open");
  }
  one.close();
  two.close();
});

Deno.test("M-17 deposits that a reference tells apart may stand side by side", async () => {
  using work = await moneyAtWork();
  const [first, second] = [await work.deposit(), await work.deposit()];
  assert.notEqual(first.reference, second.reference);
  assert.match(first.reference ?? "", /^[A-HJ-NP-Z2-9]{10}$/);
});
