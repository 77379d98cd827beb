import assert from "node:assert/strict";
import { moveClock } from "../../../core/records/clock.ts";
import { openDatabase } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { embeddedSessions } from "../../../core/sessions/embedded.ts";
import { Refusal } from "../../../core/refusal.ts";
import { needs } from "../../support/machine.ts";
import { sqld, startSqld } from "../../support/sqld.ts";
import { startCuttingProxy } from "../records/cutting-proxy.ts";
import { sessionsContract } from "./contract.ts";
import { inFile } from "../records/files.ts";

const nothing = { name: "nothing", remedy: "", find: () => "" };

sessionsContract("embedded", nothing, async () => {
  const file = await inFile();
  const [db, second] = [await file.open(), await file.open()];
  await migrate(db, migrations);
  return {
    sessions: embeddedSessions(db),
    another: embeddedSessions(second),
    advance: (ms) => moveClock(db, ms),
    async [Symbol.asyncDispose]() {
      db.close();
      second.close();
      await file[Symbol.asyncDispose]();
    },
  };
});

Deno.test("embedded sessions outlive the process that wrote them", async () => {
  await using file = await inFile();
  const db = await file.open();
  await migrate(db, migrations);
  await embeddedSessions(db).once("used:a", 60);
  await embeddedSessions(db).put("page:a", "x", 60);
  db.close();
  const again = await file.open();
  assert.equal(await embeddedSessions(again).once("used:a", 60), false);
  assert.equal(await embeddedSessions(again).take("page:a"), "x");
  again.close();
});

Deno.test("embedded sessions carry expired rows away", async () => {
  const db = await openDatabase({ url: ":memory:", onDeploy: false });
  await migrate(db, migrations);
  const sessions = embeddedSessions(db);
  for (let i = 0; i < 30; i++) await sessions.once(`used:${i}`, 60);
  await moveClock(db, 61_000);
  // Not each write does, but those of a while do, and the first of another process.
  for (let i = 0; i < 20; i++) await sessions.put("page:a", "x", 60);
  assert.deepEqual(await db.query({ sql: "select key from sessions" }), [{ key: "page:a" }]);
  await moveClock(db, 61_000);
  await embeddedSessions(db).put("page:b", "x", 60);
  assert.deepEqual(await db.query({ sql: "select key from sessions" }), [{ key: "page:b" }]);
  db.close();
});

Deno.test({
  name: "embedded sessions over HTTP: a lost answer never lets a second caller through",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    const direct = await openDatabase({ url: server.url, onDeploy: true });
    await migrate(direct, migrations);
    await using proxy = await startCuttingProxy(server.url, "cut");
    const db = await openDatabase({ url: proxy.url, onDeploy: true });
    const sessions = embeddedSessions(db);
    assert.equal(await sessions.once("used:a", 60), true, "its own mark is found");
    assert.equal(await sessions.once("used:a", 60), false);
    assert.ok(proxy.cuts > 0);
    assert.equal(await sessions.claim("page:b", "mine", 60), "mine");
    assert.equal(await sessions.claim("page:b", "another's", 60), "mine");
    assert.equal(await embeddedSessions(direct).claim("page:b", "another's", 60), "mine");
    await sessions.put("page:a", "x", 60);
    assert.equal(await sessions.take("page:a"), "x", "the taker finds it again");
    assert.equal(await sessions.take("page:a"), null, "and nobody else does");
    assert.equal(await embeddedSessions(direct).take("page:a"), null);
    assert.equal(await sessions.count("rate:a", 60), 1);
    assert.equal(await sessions.count("rate:a", 60), 2);
    db.close();
    direct.close();
  }),
});

Deno.test("embedded sessions that cannot be reached refuse with 503", async () => {
  const db = await openDatabase({ url: "http://127.0.0.1:1", onDeploy: true });
  const unreachable = (error: unknown) => error instanceof Refusal && error.code === "sessions.unreachable";
  await assert.rejects(embeddedSessions(db).get("page:a"), unreachable);
  await assert.rejects(embeddedSessions(db).claim("page:a", "x", 60), unreachable);
  db.close();
});
