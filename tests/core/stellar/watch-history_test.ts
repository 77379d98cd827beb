import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import { firstCursor, readCursor } from "../../../core/stellar/cursors.ts";
import { isHistoryInDoubt } from "../../../core/stellar/history-alarm.ts";
import { HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import { endOfLedger } from "../../../core/stellar/position.ts";
import { readNew } from "../../../core/stellar/watch.ts";
import { inMemory } from "../records/memory.ts";
import { BOB, pageOf } from "./horizon-records.ts";
import { root, scriptedHorizon } from "./scripted-horizon.ts";
import { payments, plenty, setCursor, stream, watchedFrom } from "./watched-stream.ts";

Deno.test("M-10 the first cursor is the last ledger, stored once and then left alone", async () => {
  const head = { latest: 1000, elder: 1 };
  await using server = stream(() => [...payments(1000, 1, 1), ...payments(1001, 1, 1)], head);
  using db = await inMemory();
  await firstCursor(db, server.horizon, [BOB]);
  assert.equal((await readCursor(db, BOB))?.position, endOfLedger(1000));
  head.latest = 1005;
  await firstCursor(db, server.horizon, [BOB]);
  assert.equal((await readCursor(db, BOB))?.position, endOfLedger(1000));
  // What happened between that start and the first reading is read; what was before is not ours to explain.
  assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), {
    kind: "read",
    upTo: 1005,
    inserted: 1,
  });
});

Deno.test("M-10 without a first cursor nothing is read", async () => {
  await using server = stream(() => []);
  using db = await inMemory();
  await assert.rejects(readNew(db, server.horizon, [BOB], plenty), /no first cursor/);
});

for (
  const [name, cursor, head, fault] of [
    ["older than the history that is kept", 100, { latest: 1000, elder: 102 }, "history_gone"],
    ["ahead of the latest ledger", 1003, { latest: 1000, elder: 1 }, "history_shorter"],
  ] as const
) {
  Deno.test(`M-10 a cursor ${name} stops watching, raises an alarm and stays`, async () => {
    const now = { ...head };
    await using server = stream(() => [...payments(1010, 1, 1)], now);
    using db = await watchedFrom(cursor);
    assert.equal(await isHistoryInDoubt(db), false);
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), { kind: "stopped" });
    }
    const alarms = await db.query({ sql: "select kind, subject, detail, closed_ms from alarms" });
    assert.deepEqual(alarms, [{
      kind: "ledger_history",
      subject: BOB,
      detail: `${fault}:1`,
      closed_ms: null,
    }]);
    assert.equal(await isHistoryInDoubt(db), true);

    // A history that looks right again closes no alarm: only an operator does.
    Object.assign(now, { latest: 2000, elder: 1 });
    assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), { kind: "stopped" });
    assert.equal((await readCursor(db, BOB))?.position, endOfLedger(cursor));
    await db.write([{ sql: "update alarms set closed_ms = 1" }], repeatable);
    assert.equal((await readNew(db, server.horizon, [BOB], plenty)).kind, "read");
  });

  Deno.test(`M-10 an alarm of a cursor ${name} that was closed without a remedy is raised again`, async () => {
    await using server = stream(() => [], { ...head });
    using db = await watchedFrom(cursor);
    await readNew(db, server.horizon, [BOB], plenty);
    await db.write([{ sql: "update alarms set closed_ms = 1" }], repeatable);
    assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), { kind: "stopped" });
    assert.equal(await isHistoryInDoubt(db), true);
  });
}

Deno.test("M-10 a cursor at the end of the ledger before the oldest kept one has missed nothing", async () => {
  await using server = stream(() => [], { latest: 1000, elder: 101 });
  using db = await watchedFrom(100);
  assert.equal((await readNew(db, server.horizon, [BOB], plenty)).kind, "read");
  await setCursor(db, endOfLedger(100) - 1n);
  assert.equal((await readNew(db, server.horizon, [BOB], plenty)).kind, "stopped");
});

Deno.test("M-10 a Horizon that lags by a ledger or two is behind, and no alarm", async () => {
  await using server = stream(() => [], { latest: 1000, elder: 1 });
  using db = await watchedFrom(1002);
  await assert.rejects(readNew(db, server.horizon, [BOB], plenty), (error) => {
    return error instanceof HorizonUnavailable && error.trouble === "behind";
  });
  assert.equal(await isHistoryInDoubt(db), false);
});

Deno.test("M-10 ledgers that close while pages are read are no shorter history", async () => {
  // The round begins at ledger 500; while it reads, the network goes on to 900 and the pages with it.
  const head = { latest: 500, elder: 1 };
  const records = Array.from({ length: 6 }, (_, n) => payments(400 + n * 100, 1, 90)).flat();
  await using server = scriptedHorizon((path) => {
    const { pathname, searchParams } = new URL(path, "http://horizon.example");
    if (pathname === "/") return root(head.latest, head.elder);
    head.latest = 900;
    const after = records.filter(({ id }) => BigInt(String(id)) > BigInt(searchParams.get("cursor") ?? "0"));
    return [200, pageOf(after.slice(0, 200))];
  });
  using db = await watchedFrom(300);
  assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), {
    kind: "read",
    upTo: 500,
    inserted: 540,
  });
  assert.equal(await isHistoryInDoubt(db), false);
});

Deno.test("M-10 the cursor of a quiet account follows the head at a distance, so that history cannot outrun it", async () => {
  const head = { latest: 819, elder: 1 };
  await using server = stream(() => [], head);
  using db = await watchedFrom(100);
  await readNew(db, server.horizon, [BOB], plenty);
  assert.equal((await readCursor(db, BOB))?.position, endOfLedger(100));
  head.latest = 820;
  await readNew(db, server.horizon, [BOB], plenty);
  assert.equal((await readCursor(db, BOB))?.position, endOfLedger(760));
});
