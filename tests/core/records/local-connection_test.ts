import assert from "node:assert/strict";
import { type LocalConnection, localLibrary } from "../../../core/records/local-connection.ts";
import { openLocalDriver } from "../../../core/records/local-driver.ts";
import type { BoundStatement } from "../../../core/records/statement.ts";
import { inFile } from "./files.ts";

const open = await localLibrary();
const run = ({ run }: LocalConnection, sql: string, args: BoundStatement["args"] = []) => run({ sql, args });

function inMemory(work: (connection: LocalConnection) => void): void {
  const connection = open(":memory:", 0);
  try {
    run(
      connection,
      "create table t (id integer primary key, n integer not null unique check (n > 0)) strict",
    );
    work(connection);
  } finally {
    connection.close();
  }
}

Deno.test("a statement that was refused can be run again", () =>
  inMemory((connection) => {
    const insert = (id: bigint, n: bigint) => run(connection, "insert into t (id, n) values (?, ?)", [id, n]);
    insert(1n, 1n);
    for (const [id, n] of [[1n, 2n], [2n, 1n], [2n, 0n]] as const) {
      assert.throws(() => insert(id, n), { name: "SqliteError", code: "SQLITE_CONSTRAINT" });
    }
    insert(2n, 2n);
    assert.deepEqual(run(connection, "select * from t"), [{ id: 1n, n: 1n }, { id: 2n, n: 2n }]);
    // The library has no word for every code of SQLite.
    assert.throws(() => run(connection, "insert into t (id, n) values (3, 'x')"), {
      code: "SQLITE_CONSTRAINT",
      message: /cannot store TEXT/,
    });
    assert.throws(() => run(connection, "select nothing"), { code: "SQLITE_ERROR" });
  }));

Deno.test("a statement that is kept sees columns that came after it", () =>
  inMemory((connection) => {
    run(connection, "insert into t (id, n) values (1, 1)");
    assert.deepEqual(run(connection, "select * from t"), [{ id: 1n, n: 1n }]);
    run(connection, "alter table t add column text text default 'new'");
    assert.deepEqual(run(connection, "select * from t"), [{ id: 1n, n: 1n, text: "new" }]);
    run(connection, "create table other (text text, n integer, id integer) strict");
    run(connection, "insert into other select text, n + 1, id from t");
    run(connection, "drop table t");
    run(connection, "alter table other rename to t");
    assert.deepEqual(run(connection, "select * from t"), [{ text: "new", n: 2n, id: 1n }]);
  }));

Deno.test("a kept statement sees what another connection changed, tables included", async () => {
  await using file = await inFile();
  const [one, two] = [open(file.path, 1000), open(file.path, 1000)];
  try {
    run(one, "pragma journal_mode=WAL");
    run(one, "create table t (a integer, b text) strict");
    run(one, "insert into t values (1, 'one')");
    assert.deepEqual(run(two, "select * from t"), [{ a: 1n, b: "one" }]);
    run(one, "alter table t rename to old");
    run(one, "create table t (b text, a integer) strict");
    run(one, "insert into t values ('two', 2)");
    assert.deepEqual(run(two, "select * from t"), [{ b: "two", a: 2n }]);
    // A read that has ended holds nothing: the log of the file can be emptied.
    const [log] = run(one, "pragma wal_checkpoint(TRUNCATE)");
    assert.equal(log?.["busy"], 0n);
  } finally {
    one.close();
    two.close();
  }
});

Deno.test("more statements than are kept work, and the ones that are used stay", () =>
  inMemory((connection) => {
    for (let i = 0; i < 1200; i++) {
      assert.deepEqual(run(connection, `select ${i} as i`), [{ i: BigInt(i) }]);
      assert.deepEqual(run(connection, "select count(*) as n from t"), [{ n: 0n }]);
    }
    assert.deepEqual(run(connection, "select 0 as i"), [{ i: 0n }]);
  }));

Deno.test("two columns of one name are a developer's error, since nobody knows which counts", () =>
  inMemory((connection) => {
    assert.throws(() => run(connection, "select 1 as a, 2 as a"), TypeError);
  }));

Deno.test("what returns all columns has to name them, where it cannot be read twice", () =>
  inMemory((connection) => {
    assert.throws(() => run(connection, "insert into t (id, n) values (1, 1) returning *"), TypeError);
    assert.deepEqual(run(connection, "insert into t (id, n) values (1, 1) returning id"), [{ id: 1n }]);
  }));

Deno.test("values come as they are stored, and arguments by name as well", () =>
  inMemory((connection) => {
    const blob = Uint8Array.of(1, 2);
    const sql = "select :n as n, :text as text, :blob as blob, null as empty, 0.5 as real, 2 * :n as twice";
    assert.deepEqual(run(connection, sql, { n: 2n ** 62n - 1n, text: "ü", blob }), [
      { n: 2n ** 62n - 1n, text: "ü", blob, empty: null, real: 0.5, twice: 2n ** 63n - 2n },
    ]);
  }));

Deno.test("a file that cannot be read, now or ever, is refused in SQLite's own code", async () => {
  await using file = await inFile();
  const folder = file.path.replace(/\/[^/]*$/, "");
  const used = (path: string) => {
    const connection = open(path, 0);
    try {
      run(connection, "select * from t");
    } finally {
      connection.close();
    }
  };
  assert.throws(() => open(folder, 0), { name: "SqliteError", code: "SQLITE_CANTOPEN" });
  await Deno.writeTextFile(`${folder}/corrupt.db`, "no database. ".repeat(1000));
  assert.throws(() => used(`${folder}/corrupt.db`), { name: "SqliteError", code: "SQLITE_NOTADB" });
  const corrupt = { url: `file:${folder}/corrupt.db`, busyTimeoutMs: 0 };
  await assert.rejects(openLocalDriver(corrupt), { name: "SqliteError", code: "SQLITE_NOTADB" });
  const holder = open(file.path, 0);
  try {
    run(holder, "create table t (n integer)");
    run(holder, "begin exclusive");
    assert.throws(() => used(file.path), { name: "SqliteError", code: "SQLITE_BUSY" });
    run(holder, "rollback");
    used(file.path);
  } finally {
    holder.close();
  }
});

Deno.test("a file: URL names its file in every form that URLs have, and nothing besides", async () => {
  await using file = await inFile();
  const folder = file.path.replace(/\/[^/]*$/, "");
  for (
    const url of [
      `file:${folder}/a%20b.db`,
      `file://${folder}/a%20b.db`,
      `file://localhost${folder}/a%20b.db`,
    ]
  ) {
    const driver = await openLocalDriver({ url, busyTimeoutMs: 1000 });
    await driver.batch([{ sql: "create table if not exists t (n integer)" }, {
      sql: "insert into t values (1)",
    }], "write");
    driver.close();
  }
  const same = open(`${folder}/a b.db`, 1000);
  assert.deepEqual(run(same, "select count(*) as n from t"), [{ n: 3n }]);
  same.close();
  for (const url of ["file://elsewhere/a.db", "file:a.db?mode=ro", "file:a.db#b", "file:", "sqlite:a.db"]) {
    await assert.rejects(openLocalDriver({ url, busyTimeoutMs: 0 }), /Cannot open .*: write file:PATH/, url);
  }
});
