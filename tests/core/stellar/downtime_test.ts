import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { budgetOf } from "../../../core/jobs/job.ts";
import { ledgerJob } from "../../../core/jobs/ledger.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { ownership, watchedAccounts } from "../../../core/stellar/accounts.ts";
import { channelSigners } from "../../../core/stellar/channels.ts";
import { createHorizon } from "../../../core/stellar/horizon.ts";
import { inFile } from "../records/files.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { moneyWorld } from "./money-world.ts";
import { muxedOf } from "./muxed.ts";
import { PASSPHRASE } from "./scripted-horizon.ts";
import { holder, memoOf, payment, withdrawal } from "./withdrawals.ts";

const HUNDRED = 100n * ONE;

Deno.test("M-9 M-10 M-11 whatever happened on our accounts while nobody watched is read afterwards, each once and in order", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const user = await holder(world);
  const treasury = await world.account("treasury", { trusts: true });
  const bumper = await world.account("bumper");
  const channels = channelSigners({ seed: new Uint8Array(32).fill(9), count: 1 });
  await world.fund(channels[0]?.account ?? "");
  const ours = world.distribution.publicKey();
  const before = await file.open();
  await migrate(before, migrations);
  const first = await moneyWorld(world, { db: before, treasury: [treasury.publicKey()], channels });
  const [split, muxed, bumped, failing] = [
    await withdrawal(first),
    await withdrawal(first),
    await withdrawal(first),
    await withdrawal(first),
  ];
  await first.watch();
  before.close();

  // Down: more than a page of operations, in transactions of many.
  const many = (to: string, each: string) => Array.from({ length: 25 }, () => payment(world, to, each));
  await world.put(user, many(ours, "4"), memoOf(split));
  for (let count = 0; count < 8; count++) {
    await world.put(user, many(ours, "1"), { memo: { type: "id", value: "12345" } });
  }
  world.ledger.behave({ behaviour: "fail", code: "op_underfunded", count: 1, account: user.publicKey() });
  await assert.rejects(world.put(user, [payment(world, ours, "100")], memoOf(failing)), /op_underfunded/);
  await world.put(user, [payment(world, muxedOf(ours, muxed.receiveMemo ?? 0n), "100")]);
  await world.put(user, [payment(world, ours, "100")], { ...memoOf(bumped), bumpedBy: bumper });
  await world.put(user, many(treasury.publicKey(), "1"), {
    memo: { type: "text", value: "for the treasury" },
  });
  await world.put(user, [
    Operation.payment({ destination: channels[0]?.account ?? "", asset: Asset.native(), amount: "3" }),
  ]);
  for (let ledger = 0; ledger < 30; ledger++) await world.pass(3_600);

  const after = await file.open();
  const work = await moneyWorld(world, {
    db: after,
    beside: first,
    treasury: [treasury.publicKey()],
    channels,
  });
  const moved: string[] = [];
  const job = ledgerJob({
    db: after,
    // A page with all its transactions takes a slow machine long.
    horizon: createHorizon({ url: world.url, passphrase: PASSPHRASE, timeoutMs: 60_000 }),
    accounts: watchedAccounts(work.own),
    isOurs: ownership(work.own),
    receiving: work.ledgerReceiving,
    onMoved: (ids) => Promise.resolve(void moved.push(...ids)),
  });
  // Both at once, as two processes that come back would.
  await Promise.all([job, job].map(async (one) => {
    while (await one.run(budgetOf(60_000)) > 0);
  }));
  assert.deepEqual([...new Set(moved)].sort(), [split.id, muxed.id, bumped.id].sort());
  for (const { id } of [split, muxed, bumped]) {
    const { state, received } = await work.now({ id });
    assert.deepEqual([state, received], ["funded", HUNDRED]);
  }
  assert.equal((await work.now(failing)).state, "waiting");
  const read = async (sql: string) => (await after.query({ sql })).map((row) => Object.values(row));
  assert.deepEqual(await read("select state, count(*) from receipts group by state order by state"), [
    ["matched", 27n],
    ["unmatched", 226n],
  ]);
  assert.deepEqual(await read("select state, count(*) from ledger_operations group by state"), [[
    "done",
    253n,
  ]]);
  const books = await work.balances();
  assert.deepEqual([books["in_flight"], books["suspense"]], [-3n * HUNDRED, -225n * ONE]);
  after.close();
});
