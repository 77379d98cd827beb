import assert from "node:assert/strict";
import { openDatabase } from "../../../core/records/database.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { takeReading } from "../../../core/reserve/take.ts";
import { clawBackOnLedger } from "../../../core/stellar/clawbacks.ts";
import { readSupply } from "../../../core/stellar/supply.ts";
import { onlyDebt, taken } from "../bank/debts.ts";
import { allowClawbacks, clawBack, clawingOf, giveAway, ordered, takenBack } from "../stellar/clawed-back.ts";
import { inFile } from "../records/files.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { reserveAlarms, reserveWorld } from "./reserve-world.ts";

const ZERO = "0.0000000";

Deno.test("M-26 M-21 tokens that are clawed back are no difference before, on their way, and at their end, in whichever order it is read", async () => {
  await using world = await ledgerWorld();
  await allowClawbacks(world);
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  const deposit = await work.deposit({ destination: user.publicKey() });
  work.vaultDoor.in += 100n * ONE;
  await work.pay(deposit, 100n * ONE);
  await work.performAll(deposit);
  await work.pay(deposit, 100n * ONE, undefined, taken);
  work.vaultDoor.out += 100n * ONE;
  const quiet = async () => {
    const { asset } = await work.read();
    assert.deepEqual([asset.outstanding.unexplained, asset.unexplained], [ZERO, ZERO]);
    return asset;
  };
  /** A reading of a ledger that was looked at before something happened. */
  const lateBy = async (happens: () => Promise<unknown>) => {
    await world.pass(5);
    const supply = await readSupply(world.horizon, world.asset, [work.own.distribution]);
    await happens();
    await moveClock(work.db, 1_000);
    assert.equal(await takeReading(work.options, [supply]), "kept");
    const { asset: { outstanding } } = await work.published();
    assert.equal(outstanding.unexplained, ZERO);
    return outstanding;
  };
  const debt = await onlyDebt(work);
  assert.equal((await quiet()).books["receivable"], "100.0000000");
  const first = await ordered(work, debt, 50n * ONE);
  assert.equal((await quiet()).outstanding.between.at_least, ZERO, "nothing can have been taken");
  // Stored and not sent, sent and its answer lost, booked.
  const on = clawingOf(work);
  const { submit } = on.horizon;
  const cut = (before: (xdr: string) => Promise<unknown>) =>
    clawBackOnLedger({
      ...on,
      horizon: {
        ...on.horizon,
        submit: async (xdr) => {
          await before(xdr);
          throw new Error("died");
        },
      },
    }, first).catch(() => {});
  await cut(() => Promise.resolve());
  const stored = (await quiet()).outstanding;
  assert.deepEqual([stored.told, stored.booked, stored.between.at_least], [
    "99.0000000",
    "99.0000000",
    "-50.0000000",
  ]);
  const unseen = await lateBy(() => cut(submit));
  assert.deepEqual([unseen.told, unseen.booked], ["99.0000000", "99.0000000"]);
  const sent = (await quiet()).outstanding;
  assert.deepEqual([sent.told, sent.booked, sent.between.at_least], [
    "49.0000000",
    "99.0000000",
    "-50.0000000",
  ]);
  await clawBack(work, first);
  const booked = await quiet();
  assert.deepEqual([booked.outstanding.told, booked.outstanding.booked, booked.outstanding.between], [
    "49.0000000",
    "49.0000000",
    { at_least: ZERO, at_most: ZERO },
  ]);
  assert.deepEqual([booked.books["receivable"], booked.books["bank"]], ["50.0000000", ZERO]);
  // All of it after the ledger was read.
  const second = await ordered(work, debt, 40n * ONE);
  const later = await lateBy(() => clawBack(work, second));
  assert.deepEqual([later.told, later.booked, later.between.at_least], ["49.0000000", "49.0000000", ZERO]);
  assert.equal((await quiet()).outstanding.told, "9.0000000");
  assert.deepEqual(await reserveAlarms(work.db), []);
  // And the reserve is not blind to what is gone without an order.
  await giveAway(world, user, "2");
  await work.read();
  assert.equal((await work.read()).ledger, "-2.0000000");
  await work.balances();
});

Deno.test("M-14 M-26 M-21 a restored database that has forgotten a clawback shows it in the reserve, and claws nothing back meanwhile", async () => {
  await using world = await ledgerWorld();
  await allowClawbacks(world);
  await using file = await inFile();
  const db = await file.open();
  const before = await reserveWorld(world, { db });
  const user = await world.account("user", { trusts: true });
  const [, debt] = await takenBack(before, user);
  const copy = `${file.path}.copy`;
  for (const end of ["", "-wal"]) await Deno.copyFile(`${file.path}${end}`, `${copy}${end}`);
  await clawBack(before, await ordered(before, debt, 60n * ONE));
  db.close();
  const restored = await openDatabase({ url: `file:${copy}`, onDeploy: false });
  const work = await reserveWorld(world, { db: restored, beside: before });
  work.vaultDoor.tells = "nothing";
  const id = await ordered(work, debt, 30n * ONE);
  await work.read();
  assert.equal((await work.read()).ledger, "-60.0000000");
  assert.deepEqual(await reserveAlarms(restored), ["ledger"]);
  assert.equal((await clawBack(work, id)).kind, "again");
  assert.equal(await work.holds(user), 39n * ONE, "once");
  restored.close();
});
