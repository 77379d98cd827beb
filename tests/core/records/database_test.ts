import assert from "node:assert/strict";
import { openDatabase, RecordsUnavailable, repeatable } from "../../../core/records/database.ts";
import { localLibrary } from "../../../core/records/local-connection.ts";
import { needs } from "../../support/machine.ts";
import { sqld, startSqld } from "../../support/sqld.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import type { Cut } from "./cutting-proxy.ts";
import { databaseSuite } from "./database-suite.ts";
import { inFile } from "./files.ts";

const nothing = { name: "nothing", remedy: "", find: () => "" };

databaseSuite("file", nothing, async () => {
  const file = await inFile();
  const [db, another] = [await file.open(), await file.open()];
  return {
    db,
    another,
    losesRows: false,
    async [Symbol.asyncDispose]() {
      db.close();
      another.close();
      await file[Symbol.asyncDispose]();
    },
  };
});

databaseSuite("memory", nothing, async () => {
  const db = await openDatabase({ url: ":memory:", onDeploy: false });
  return { db, another: db, losesRows: false, [Symbol.asyncDispose]: () => Promise.resolve(db.close()) };
});

databaseSuite("remote", sqld, async () => {
  const server = await startSqld();
  const open = () => openDatabase({ url: server.url, onDeploy: true });
  const [db, another] = [await open(), await open()];
  return {
    db,
    another,
    losesRows: false,
    async [Symbol.asyncDispose]() {
      db.close();
      another.close();
      await server[Symbol.asyncDispose]();
    },
  };
});

databaseSuite("remote database whose first answers get lost, as a", sqld, async () => {
  const server = await startSqld();
  const proxy = await startCuttingProxy(server.url, "cut");
  const open = () => openDatabase({ url: proxy.url, onDeploy: true });
  const [db, another] = [await open(), await open()];
  return {
    db,
    another,
    losesRows: true,
    async [Symbol.asyncDispose]() {
      assert.ok(proxy.cuts > 0, "the proxy has cut something");
      db.close();
      another.close();
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
});

const cuts: Cut[] = ["cut in the midst", "503", "hang", "before"];
for (const how of cuts) {
  Deno.test({
    name: `remote database: an answer that is lost (${how}) is written once`,
    ...needs(sqld, async () => {
      await using server = await startSqld();
      await using proxy = await startCuttingProxy(server.url, how);
      const db = await openDatabase({
        url: proxy.url,
        onDeploy: true,
        ...(how === "hang" ? { timeoutMs: 700 } : {}),
      });
      await db.write([{ sql: "create table t (id text, n integer) strict" }], {
        committed: { sql: "select 1 from sqlite_schema where name = 't'" },
      });
      // No unique key stands by: only the read-back keeps the second try from counting twice.
      const result = await db.write([{ sql: "insert into t (id, n) values ('a', 1) returning n" }], {
        committed: { sql: "select 1 from t where id = 'a'" },
      });
      assert.deepEqual(result, { kind: "written", rows: how === "before" ? [[{ n: 1n }]] : [] });
      assert.deepEqual(await db.query({ sql: "select id, n from t" }), [{ id: "a", n: 1n }]);
      assert.ok(proxy.cuts >= 2);
      db.close();
    }),
  });
}

Deno.test({
  name: "remote database: nobody below the wrapper sends a write again",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    await using proxy = await startCuttingProxy(server.url, "cut");
    const db = await openDatabase({ url: proxy.url, onDeploy: true });
    // A connection that is kept alive: on a new one `fetch` does not send again.
    await db.query({ sql: "select 1" });
    const committed = { sql: "select 1 from sqlite_schema where name = 't'" };
    const result = await db.write([{ sql: "create table t (id text) strict" }], { committed });
    assert.deepEqual(result, { kind: "written", rows: [] });
    assert.equal(proxy.writes, 3, "the batch, and the read-back twice, for its first answer is lost too");
    db.close();
  }),
});

Deno.test("a local database is refused where the disk does not last", async () => {
  for (const url of ["file:/tmp/kedge-never-made.db", ":memory:"]) {
    await assert.rejects(openDatabase({ url, onDeploy: true }), /set LIBSQL_URL to a remote one/);
  }
  await assert.rejects(Deno.stat("/tmp/kedge-never-made.db"), Deno.errors.NotFound);
});

Deno.test("a file database that cannot run in WAL is refused at the start", async () => {
  await assert.rejects(
    openDatabase({ url: "file::memory:", onDeploy: false }),
    /journal_mode=memory.*must run with WAL/,
  );
});

Deno.test("a file that is no database, or has no folder, is refused at the start", async () => {
  await using file = await inFile();
  await Deno.writeTextFile(file.path, "these are notes, not a database; ".repeat(100));
  await assert.rejects(file.open(), /file is not a database/);
  await assert.rejects(openDatabase({ url: `${file.url}/deeper/kedge.db`, onDeploy: false }));
});

Deno.test("a file database writes with WAL and FULL, also on the connection after a busy one", async () => {
  await using file = await inFile();
  const db = await openDatabase({ url: file.url, onDeploy: false, timeoutMs: 50 });
  const settings = () =>
    db.read([{ sql: "pragma journal_mode" }, { sql: "pragma synchronous" }, { sql: "pragma foreign_keys" }]);
  const promised = [[{ journal_mode: "wal" }], [{ synchronous: 2n }], [{ foreign_keys: 1n }]];
  assert.deepEqual(await settings(), promised);
  await db.write([{ sql: "create table t (id integer primary key) strict" }], repeatable);

  const other = (await localLibrary())(file.path, 0);
  other.run({ sql: "begin immediate", args: [] });
  const insert = [{ sql: "insert into t (id) values (1)" }];
  const committed = { committed: { sql: "select 1 from t where id = 1" } };
  const waiting = [db.write(insert, committed), db.write(insert, committed)];
  for (const refused of await Promise.allSettled(waiting)) {
    assert.ok(refused.status === "rejected" && refused.reason instanceof RecordsUnavailable);
    assert.equal(refused.reason.status, 503);
  }
  assert.deepEqual(await db.query({ sql: "select id from t" }), [], "readers go on meanwhile");
  other.close();

  assert.deepEqual((await db.write(insert, committed)).kind, "written");
  assert.deepEqual(await db.query({ sql: "select id from t" }), [{ id: 1n }]);
  assert.deepEqual(await settings(), promised);
  db.close();
});

Deno.test({
  name: "a remote database is reached without the right to load native code",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    const child = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        `--allow-net=${new URL(server.url).host}`,
        fileOf("./remote-child.ts"),
        server.url,
      ],
      stdout: "piped",
      stderr: "piped",
    }).output();
    assert.equal(new TextDecoder().decode(child.stderr), "");
    assert.equal(new TextDecoder().decode(child.stdout), "written\n");
  }),
});

Deno.test("a remote database that is not there is unavailable, and a write may be written", async () => {
  const db = await openDatabase({ url: "http://127.0.0.1:1", onDeploy: true });
  await assert.rejects(
    db.query({ sql: "select 1" }),
    (error) => error instanceof RecordsUnavailable && !error.mayBeWritten && error.status === 503,
  );
  await assert.rejects(
    db.write([{ sql: "select 1" }], repeatable),
    (error) => error instanceof RecordsUnavailable && error.mayBeWritten,
  );
  db.close();
});

Deno.test("two processes on one file: every version is taken once", async () => {
  await using file = await inFile();
  const db = await file.open();
  await db.write([
    { sql: "create table counter (id integer primary key, version integer not null) strict" },
    { sql: "create table taken (id text primary key, version integer not null unique) strict" },
    { sql: "insert into counter (id, version) values (1, 0)" },
  ], repeatable);
  const spawn = (name: string) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", fileOf("./counting-child.ts"), file.url, name, "150"],
      stdout: "piped",
      stderr: "piped",
    }).output();
  for (const { stderr, success } of await Promise.all([spawn("one"), spawn("two")])) {
    assert.equal(new TextDecoder().decode(stderr), "");
    assert.ok(success);
  }
  const [[counter] = [], taken = []] = await db.read([
    { sql: "select version from counter" },
    { sql: "select version, id from taken order by version" },
  ]);
  assert.deepEqual(counter, { version: 300n });
  assert.deepEqual(taken.map(({ version }) => version), Array.from({ length: 300 }, (_, i) => BigInt(i)));
  db.close();
});

function fileOf(relative: string): string {
  return new URL(relative, import.meta.url).pathname;
}
