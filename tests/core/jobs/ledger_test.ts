import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { ledgerJob } from "../../../core/jobs/ledger.ts";
import { createReadUp } from "../../../core/jobs/read-up.ts";
import { ownership, watchedAccounts } from "../../../core/stellar/accounts.ts";
import { repeatable } from "../../../core/records/database.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { moneyWorld } from "../stellar/money-world.ts";
import { ONE } from "../transfers/money-at-work.ts";

Deno.test("M-11 a transaction that cannot be taken in holds up no other, and is tried again", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const asset = new Asset("USDX", world.issuer.publicKey());
  const user = await world.account("user", { trusts: true });
  await world.put(world.issuer, [Operation.payment({ destination: user.publicKey(), asset, amount: "500" })]);
  await work.setKyc("alice", "accepted");
  const [broken, sound] = [
    await work.open({ kind: "withdrawal" }),
    await work.open({ kind: "withdrawal" }),
  ];
  const terms = broken.terms;
  const setTerms = (text: string) =>
    work.db.write(
      [{ sql: "update transfers set terms = ? where id = ?", args: [text, broken.id] }],
      repeatable,
    );
  const [row] = await work.db.query({ sql: "select terms from transfers where id = ?", args: [broken.id] });
  await setTerms("{}");
  for (const { receiveMemo } of [broken, sound]) {
    await world.put(user, [
      Operation.payment({ destination: world.distribution.publicKey(), asset, amount: "100" }),
    ], { memo: { type: "id", value: String(receiveMemo) } });
  }
  const moved: string[] = [];
  const job = ledgerJob({
    db: work.db,
    horizon: world.horizon,
    accounts: watchedAccounts(work.own),
    isOurs: ownership(work.own),
    receiving: work.ledgerReceiving,
    onMoved: (ids) => Promise.resolve(void moved.push(...ids)),
  });
  await assert.rejects(job.run({ isSpent: () => false }), AggregateError);
  assert.deepEqual(moved, [sound.id]);
  await setTerms(String(row?.terms));
  assert.equal(await job.run({ isSpent: () => false }), 0);
  assert.deepEqual(moved, [sound.id, broken.id]);
  assert.deepEqual((await work.now(broken)).terms, terms);
  assert.deepEqual(await work.balances(), { in_flight: -200n * ONE, outstanding: 200n * ONE });
});

Deno.test("M-14 a budget that ends before everything is taken in has not come to the head, and nothing is paid by it", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const asset = new Asset("USDX", world.issuer.publicKey());
  const user = await world.account("user", { trusts: true });
  // Paid before a backup was put back: the records know nothing of it, the ledger does.
  for (const amount of ["10", "20", "30"]) {
    await world.put(world.distribution, [
      Operation.payment({ destination: user.publicKey(), asset, amount }),
    ]);
  }
  const job = ledgerJob({
    db: work.db,
    horizon: world.horizon,
    accounts: watchedAccounts(work.own),
    isOurs: ownership(work.own),
    receiving: work.ledgerReceiving,
    onMoved: () => Promise.resolve(),
  });
  const left = async () => {
    const [row] = await work.db.query({
      sql: "select count(*) as n from ledger_operations where state = 'new'",
    });
    return Number(row?.n);
  };
  /** Spent after so many looks: one is for the page, one for each transaction. */
  const looks = (most: number) => () => {
    let asked = 0;
    return { isSpent: () => ++asked > most };
  };
  const readUp = createReadUp([job], () => Promise.resolve(false), looks(3));
  assert.equal(await readUp(), false);
  assert.equal(await left(), 2);
  const user2 = await work.fundedDeposit(user);
  const paying = { ...work.ledgerPaying, readUp };
  assert.deepEqual(await payOnLedger(paying, user2.id), { kind: "again", afterMs: 1_000 });
  assert.equal(await left(), 1);
  while (!await readUp());
  assert.equal(await left(), 0);
  assert.equal((await payOnLedger(paying, user2.id)).kind, "again");
  assert.equal(await work.holds(user), 60n * ONE, "payouts rest until somebody has explained what left");
});
