import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { ledgerJob } from "../../../core/jobs/ledger.ts";
import { ownership, watchedAccounts } from "../../../core/stellar/accounts.ts";
import { repeatable } from "../../../core/records/database.ts";
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
