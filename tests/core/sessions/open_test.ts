import assert from "node:assert/strict";
import { localLibrary } from "../../../core/records/local-connection.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { openDatabase } from "../../../core/records/database.ts";
import { openSessions } from "../../../core/sessions/open.ts";
import { inFile } from "../records/files.ts";

Deno.test("sessions in a file are the records' own table, over a connection that closes with them", async () => {
  await using file = await inFile();
  const db = await file.open();
  await migrate(db, migrations);
  const sessions = await openSessions({ db, url: file.url });
  assert.equal(await sessions.once("used:a", 60), true);
  assert.deepEqual(await db.query({ sql: "select key from sessions" }), [{ key: "used:a" }]);
  sessions.close();
  // The records stay open.
  assert.deepEqual(await db.query({ sql: "select key from sessions" }), [{ key: "used:a" }]);
  await assert.rejects(sessions.get("used:a"));
  db.close();
});

Deno.test("M-1 only a connection that may forget waits for no disk, and stays so after a busy file", async () => {
  await using file = await inFile();
  const db = await file.open();
  const forgetful = await openDatabase({ url: file.url, onDeploy: false, timeoutMs: 20, mayForget: true });
  const level = async (of: typeof db) => (await of.query({ sql: "pragma synchronous" }))[0]?.["synchronous"];
  assert.deepEqual([await level(db), await level(forgetful)], [2n, 1n]);
  await db.write([{ sql: "create table t (n integer)" }], { committed: { sql: "select 1 where false" } });
  const other = (await localLibrary())(file.path, 0);
  other.run({ sql: "begin immediate", args: [] });
  await assert.rejects(
    forgetful.write([{ sql: "insert into t values (1)" }], { committed: { sql: "select 1 from t" } }),
  );
  other.close();
  assert.deepEqual([await level(db), await level(forgetful)], [2n, 1n]);
  db.close();
  forgetful.close();
});
