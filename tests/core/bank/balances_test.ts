import assert from "node:assert/strict";
import { askBalance, noteBalance, takeBalance } from "../../../core/bank/balances.ts";
import { databaseNow } from "../../../core/records/clock.ts";
import type { RailBalance } from "../../../plugins/bank-rail.ts";
import { done, failed } from "../../../plugins/outcome.ts";
import { inMemory } from "../records/memory.ts";
import { scriptedRail } from "./scripted-rail.ts";

/** The clock of the scripted rail's ports. */
const NOW = 1_800_000_000;

const balanceOf = (units: bigint, more: Partial<RailBalance> & { readonly currency?: string } = {}) => {
  const { currency = "USD", ...rest } = more;
  return { booked: { units, currency }, asOf: NOW, ...rest };
};

/** The scripted rail, which answers this when it is asked for its balance. */
function railThatSays(balance: RailBalance | "later" | null) {
  const { instance } = scriptedRail({ declares: { balance: "now" } });
  const readBalance = () => Promise.resolve(balance === null ? failed("unavailable") : done(balance));
  return { ...instance, rail: { ...instance.rail, readBalance } };
}

const kept = async (db: Awaited<ReturnType<typeof inMemory>>) =>
  await db.query({ sql: "select booked, as_of from rail_balances" });

Deno.test("M-26 a balance of now counts from the moment before it was asked, an older one from before its time", async () => {
  using db = await inMemory();
  const before = await databaseNow(db);
  const fresh = await askBalance(db, railThatSays(balanceOf(5n)));
  const after = await databaseNow(db);
  assert.ok(fresh && fresh.sinceMs >= before && fresh.sinceMs <= after);
  const old = await askBalance(db, railThatSays(balanceOf(5n, { asOf: NOW - 3600 })));
  assert.ok(old && old.sinceMs <= after - 3_600_000);
  // The same statement of the bank is the same reading, whenever it is told.
  const again = await askBalance(db, railThatSays(balanceOf(5n, { asOf: NOW - 3600 })));
  assert.equal(again?.reading, old.reading);
});

Deno.test("M-26 no answer, another currency, and a time in the future are no balance", async () => {
  using db = await inMemory();
  for (
    const said of [
      null,
      "later",
      balanceOf(5n, { currency: "EUR" }),
      balanceOf(5n, { asOf: NOW + 86_400 }),
    ] as const
  ) {
    const rail = railThatSays(said);
    assert.equal(await askBalance(db, rail), null);
    if (said !== null && said !== "later") await takeBalance(db, rail, said);
  }
  assert.equal(await askBalance(db, scriptedRail().instance), null);
  assert.deepEqual(await kept(db), []);
});

Deno.test("M-26 told late or twice, an older balance does not take the place of a later one", async () => {
  using db = await inMemory();
  const rail = railThatSays(null);
  await takeBalance(db, rail, balanceOf(7n, { asOf: NOW - 10 }));
  await takeBalance(db, rail, balanceOf(3n, { asOf: NOW - 20 }));
  assert.deepEqual(await kept(db), [{ booked: 7n, as_of: BigInt(NOW - 10) }]);
  const told = { balance: balanceOf(-9n), sinceMs: 0, reading: "x" };
  await Promise.all([noteBalance(db, rail.name, told), noteBalance(db, rail.name, told)]);
  assert.deepEqual(await kept(db), [{ booked: -9n, as_of: BigInt(NOW) }]);
});
