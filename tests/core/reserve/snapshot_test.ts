import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { readBooks } from "../../../core/money/equation.ts";
import { enter, readHeads } from "../../../core/records/audit.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { lastPublished, lastReading } from "../../../core/reserve/readings.ts";
import { takeReading } from "../../../core/reserve/take.ts";
import { HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import { readSupply } from "../../../core/stellar/supply.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { reserveAlarms, reserveWorld, statementShape } from "./reserve-world.ts";

const ZERO = "0.0000000";
const soon = () => new Promise<void>((resolve) => setTimeout(resolve));
const forever = { isSpent: () => false };

Deno.test("M-26 P9 under traffic no reading has a difference that is not there", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  const asset = new Asset("USDX", world.issuer.publicKey());
  let isOver = false;
  const differences: string[] = [];
  async function readings() {
    while (!isOver) {
      await moveClock(work.db, 1_000);
      await work.job.run(forever);
      if (await lastReading(work.db) === null) continue;
      const { asset: { unexplained }, number } = await work.published();
      if (unexplained !== ZERO) differences.push(`${number}: ${unexplained}`);
    }
  }
  async function traffic() {
    for (let round = 0; round < 6; round++) {
      const deposit = await work.deposit({ destination: user.publicKey() });
      work.payIn(deposit, 100n * ONE);
      while ((await work.now(deposit)).state !== "funded") await soon();
      await work.performAll(deposit);
      const withdrawal = await work.open({ kind: "withdrawal", amount: 40n * ONE });
      await world.put(
        user,
        [Operation.payment({ destination: work.own.distribution, asset, amount: "40" })],
        {
          memo: { type: "id", value: String(withdrawal.receiveMemo) },
        },
      );
      while ((await work.now(withdrawal)).state === "waiting") await soon();
      if (round % 2 === 0) work.bank.faults.push("commit_then_drop");
      while ((await work.now(withdrawal)).state !== "completed") await payAtBank(work.paying, withdrawal.id);
    }
    isOver = true;
  }
  await Promise.all([readings(), traffic()]);
  assert.deepEqual(differences, []);
  const { asset: end } = await work.read();
  assert.deepEqual([end.unexplained, end.books["outstanding"], end.books["bank"]], [
    ZERO,
    "354.0000000",
    "366.0000000",
  ]);
});

Deno.test("M-26 M-30 two processes that take the same reading keep one, and its alarm is raised once", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  work.vaultDoor.out += ONE;
  await work.read();
  await world.pass(5);
  await moveClock(work.db, 1_000);
  await Promise.all([work.job.run(forever), work.job.run(forever), work.job.run(forever)]);
  const rows = await work.db.query({ sql: "select number from reserve_readings order by number" });
  assert.deepEqual(rows.map(({ number }) => Number(number)), rows.map((_, at) => at + 1));
  assert.equal((await reserveAlarms(work.db)).length, 1);
  assert.equal((await work.published()).bank, "-1.0000000");
});

Deno.test("M-26 the books that a reading adds up are the books", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  for (let round = 0; round < 3; round++) {
    const deposit = await work.deposit({ destination: user.publicKey() });
    work.vaultDoor.in += 100n * ONE;
    await work.pay(deposit, 100n * ONE);
    if (round > 0) await work.performAll(deposit);
    await work.read();
    const kept = await lastReading(work.db);
    const books = await readBooks(work.db);
    for (const [id, accounts] of Object.entries(books)) {
      for (const [account, units] of Object.entries(accounts)) {
        assert.equal(kept?.books[id]?.[account], units, `${id} ${account}`);
      }
    }
  }
});

Deno.test("M-26 nothing is published of a ledger whose operations are not in the books yet", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  await work.db.write([{
    sql: `insert into ledger_operations (id, position, account, transaction_hash, record, state, seen_ms)
      values ('1', 1, 'G', 'h', '{}', 'new', 0)`,
  }], { committed: { sql: "select 1 from ledger_operations where id = '1'" } });
  const supply = await readSupply(world.horizon, world.asset, [work.own.distribution]);
  assert.equal(await takeReading(work.options, [supply]), "not_taken_in");
  assert.equal(await lastReading(work.db), null);
});

Deno.test("M-26 supply and holdings are of one ledger, or there is no reading", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  const asset = new Asset("USDX", world.issuer.publicKey());
  const pay = () =>
    world.put(world.distribution, [
      Operation.payment({ destination: user.publicKey(), asset, amount: "10" }),
    ]);
  let times = 1;
  // Between the two questions our account pays: counted at once, its money would be in no place.
  const moving = {
    ...world.horizon,
    supply: async (code: string, issuer: string) => {
      const answer = await world.horizon.supply(code, issuer);
      if (times-- > 0) await pay();
      return answer;
    },
  };
  const read = await readSupply(moving, world.asset, [work.own.distribution]);
  assert.equal(read.supply - read.held, 10n * ONE);
  times = 100;
  await assert.rejects(readSupply(moving, world.asset, [work.own.distribution]), HorizonUnavailable);
  await assert.rejects(work.jobWith(moving).run(forever), HorizonUnavailable);
  assert.equal(await lastReading(work.db), null);
});

Deno.test("M-26 M-28 a statement names the end of the audit log, which moves with what operators do", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  await work.read();
  const endOf = async () => {
    const published = await lastPublished(work.db);
    const { audit, notice, auditor } = statementShape.parse(JSON.parse(published?.statement ?? ""));
    assert.match(notice, /own statement.*not an audit/);
    assert.equal(auditor, "https://auditor.example/kedge");
    return audit;
  };
  const before = await endOf();
  await enter(work.db, "actions", { actor: "ann", action: "alarm.close", subject: "x" });
  await work.read();
  const after = await endOf();
  assert.deepEqual(after, await readHeads(work.db));
  assert.notDeepEqual(after, before);
});
