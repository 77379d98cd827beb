import assert from "node:assert/strict";
import fc from "fast-check";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import { ceilingsOf, movedBy, movedNoMore, roomFrom, roomUnder } from "../../../core/transfers/limits.ts";
import { buildPacks } from "../../../core/config/build.ts";
import type { CountryPack } from "../../../core/config/anchor.ts";
import { ASSET, type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

const DAY = 86_400_000;
const ADA = { owner: "ada", asset: ASSET };

const packOf = (more: Partial<CountryPack> = {}) =>
  buildPacks({
    "*": {
      tiers: [
        { name: "light", upTo: "100", fields: [], levels: {} },
        { name: "heavy", upTo: "500", fields: [], levels: {} },
      ],
      ...more,
    },
  }).pack();

const ownerOf = (sub: string) => ({ sub, account: sub, memo: null, muxedId: null, clientDomain: null });

/** Transfers whose money came so many days ago. */
async function moved(work: MoneyAtWork, ...sums: readonly (readonly [units: bigint, days: number])[]) {
  for (const [units, days] of sums) {
    const { id } = await work.open({ owner: ownerOf("ada") });
    await work.db.write([{
      sql: `update transfers set received = ?, state = 'on_hold',
              funded_ms = cast(unixepoch('subsec') * 1000 as integer) - ? where id = ?`,
      args: [units, Math.round(days * DAY), id],
    }], repeatable);
  }
}

Deno.test("M-18 what was moved is what came less what went back, in the window, of one owner and asset", async () => {
  using work = await moneyAtWork();
  await moved(work, [10n * ONE, 0], [20n * ONE, 0.9], [40n * ONE, 1.1], [80n * ONE, 29], [160n * ONE, 31]);
  // Announced only, and somebody else's.
  await work.open({ owner: ownerOf("ada") });
  assert.deepEqual(await movedBy(work.db, ADA), { "day": 30n * ONE, "30 days": 150n * ONE });
  assert.deepEqual(await movedBy(work.db, { ...ADA, owner: "bob" }), { "day": 0n, "30 days": 0n });
  assert.deepEqual(await movedBy(work.db, { ...ADA, asset: "OTHER" }), { "day": 0n, "30 days": 0n });
  await work.db.write(
    [{ sql: "update transfers set refunded = received where received = 100000000" }],
    repeatable,
  );
  assert.deepEqual(await movedBy(work.db, ADA), { "day": 20n * ONE, "30 days": 140n * ONE });
  await moveClock(work.db, DAY / 2);
  assert.equal((await movedBy(work.db, ADA)).day, 0n);
});

Deno.test("M-18 the room is what the tightest ceiling leaves, and never less than nothing", () => {
  const [light] = packOf().tiers;
  const room = (pack: ReturnType<typeof packOf>, day: bigint, month: bigint) =>
    roomUnder(ceilingsOf(pack), { "day": day * ONE, "30 days": month * ONE });
  assert.equal(room(packOf(), 0n, 0n), 500n * ONE);
  assert.equal(room(packOf(), 0n, 499n), ONE);
  assert.equal(room(packOf(), 0n, 600n), 0n);
  assert.equal(room(packOf({ period: "day" }), 100n, 600n), 400n * ONE);
  const limited = packOf({ limits: { "day": "50", "30 days": "300" } });
  assert.equal(room(limited, 20n, 20n), 30n * ONE);
  assert.equal(room(limited, 0n, 290n), 10n * ONE);
  assert.equal(
    roomUnder(ceilingsOf(packOf(), light), { "day": 0n, "30 days": 40n * ONE }),
    60n * ONE,
  );
  assert.equal(roomUnder([], { "day": 0n, "30 days": 0n }), null);
});

Deno.test("M-18 the time that is told is the first at which as much fits", async () => {
  using work = await moneyAtWork();
  await moved(work, [30n * ONE, 20], [30n * ONE, 10], [30n * ONE, 0.5]);
  const now = Date.now();
  const ceilings = ceilingsOf(packOf({ limits: { "30 days": "100", "day": "50" } }));
  const days = async (wanted: bigint) => {
    const sums = { ceilings, moved: await movedBy(work.db, ADA), wanted: wanted * ONE };
    return Math.round((await roomFrom(work.db, ADA, sums) - now) / (DAY / 10)) / 10;
  };
  // 90 of 100 in 30 days, 30 of 50 in the day.
  assert.ok(await days(10n) < 0, "it fits now");
  assert.equal(await days(11n), 10);
  assert.equal(await days(40n), 10);
  assert.equal(await days(41n), 20);
  // Never more than 50 in a day: told is when 50 fit.
  assert.equal(await days(5_000n), 29.5);
});

Deno.test("M-18 a batch is stale when more has been moved since, and only then", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.bigInt({ min: 1n, max: 50n * ONE }), { minLength: 1, maxLength: 4 }),
      fc.bigInt({ min: -3n, max: 3n }),
      async (sums, off) => {
        using work = await moneyAtWork();
        await moved(work, ...sums.map((units) => [units, 0] as const));
        const read = await movedBy(work.db, ADA);
        const guard = movedNoMore(ADA, { "day": read.day + off, "30 days": read["30 days"] });
        assert.equal((await work.db.write(guard, repeatable)).kind, off < 0n ? "stale" : "written");
      },
    ),
    { numRuns: 10 },
  ));
