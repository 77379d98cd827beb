import assert from "node:assert/strict";
import { type Database, openDatabase } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import type { Migration } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { needs } from "../../support/machine.ts";
import { sqld, startSqld } from "../../support/sqld.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { inFile } from "./files.ts";

const one: Migration = {
  id: "0001-one",
  up: ["create table a (x integer) strict", "insert into a values (1)"],
};
const two: Migration = {
  id: "0002-two",
  up: ["alter table a add column y integer", "update a set x = x + 1"],
};
/** Ids that stand in the history, in the order in which they were applied. */
const history = async (db: Database) =>
  (await db.query({ sql: "select id from schema_migrations order by rowid" })).map(({ id }) => id);
const memory = () => openDatabase({ url: ":memory:", onDeploy: false });

Deno.test("migrations run once, in order, and a later one is added", async () => {
  const db = await memory();
  assert.deepEqual(await migrate(db, [one]), ["0001-one"]);
  assert.deepEqual(await history(db), ["0001-one"]);
  assert.deepEqual(await migrate(db, [one, two]), ["0002-two"]);
  assert.deepEqual(await migrate(db, [one, two]), []);
  assert.deepEqual(await db.query({ sql: "select x, y from a" }), [{ x: 2n, y: null }]);
  assert.deepEqual(await migrate(db, [one]), [], "an older release beside a newer one goes on");
  assert.deepEqual(await history(db), ["0001-one", "0002-two"]);
  db.close();
});

Deno.test("a migration that fails leaves nothing of itself, and is tried again later", async () => {
  const db = await memory();
  const broken: Migration = {
    id: "0002-two",
    up: ["create table b (x integer) strict", "insert into nowhere values (1)"],
  };
  await assert.rejects(migrate(db, [one, broken]), /no such table: nowhere/);
  assert.deepEqual(await history(db), ["0001-one"]);
  assert.deepEqual(await db.query({ sql: "select name from sqlite_schema where name = 'b'" }), []);
  const doubled: Migration = {
    id: "0002-two",
    up: ["create unique index u on a (x)", "insert into a values (1)"],
  };
  await assert.rejects(migrate(db, [one, doubled]), /0002-two is duplicate/);
  assert.deepEqual(await migrate(db, [one, two]), ["0002-two"]);
  db.close();
});

Deno.test("migrations out of order are refused before anything runs", async () => {
  const db = await memory();
  for (const list of [[two, one], [one, one], [{ id: "first", up: [] }], [{ id: "1-one", up: [] }]]) {
    await assert.rejects(migrate(db, list), /Cannot migrate: /);
  }
  assert.deepEqual(await db.query({ sql: "select name from sqlite_schema" }), []);
  db.close();
});

Deno.test("several instances that start at once on one file migrate it once", async () => {
  await using file = await inFile();
  const instances = await Promise.all([file.open(), file.open(), file.open()]);
  const applied = await Promise.all(instances.map((db) => migrate(db, [one, two])));
  assert.deepEqual(applied.flat().sort(), ["0001-one", "0002-two"]);
  assert.deepEqual(await instances[0]?.query({ sql: "select x from a" }), [{ x: 2n }]);
  instances.forEach((db) => db.close());
});

Deno.test({
  name:
    "several instances that start at once on a remote database migrate it once, also when answers get lost",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    await using proxy = await startCuttingProxy(server.url, "cut");
    const urls = [server.url, proxy.url, server.url, proxy.url];
    const instances = await Promise.all(urls.map((url) => openDatabase({ url, onDeploy: true })));
    const applied = await Promise.all(instances.map((db) => migrate(db, [one, two])));
    assert.deepEqual(applied.flat().sort(), ["0001-one", "0002-two"]);
    assert.deepEqual(await instances[0]?.query({ sql: "select x from a" }), [{ x: 2n }]);
    instances.forEach((db) => db.close());
  }),
});

Deno.test("the gateway's own migrations run on a file", async () => {
  await using file = await inFile();
  const db = await file.open();
  assert.deepEqual(await migrate(db, migrations), migrations.map(({ id }) => id));
  assert.deepEqual(await history(db), migrations.map(({ id }) => id));
  db.close();
});

Deno.test({
  name: "the gateway's own migrations run on a remote database",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    const db = await openDatabase({ url: server.url, onDeploy: true });
    assert.deepEqual(await migrate(db, migrations), migrations.map(({ id }) => id));
    assert.deepEqual(await history(db), migrations.map(({ id }) => id));
    db.close();
  }),
});
