import assert from "node:assert/strict";
import { keyOf, pagesOf } from "../../../core/keys/pages.ts";
import { type Database, openDatabase, repeatable } from "../../../core/records/database.ts";

const KEY = ["owner", "number"] as const;

/** A table of so many rows, each said to be of so many bytes. */
async function tableOf(rows: number): Promise<Database> {
  const db = await openDatabase({ url: ":memory:", onDeploy: false });
  await db.write([
    {
      sql:
        "create table t (owner text not null, number integer not null, primary key (owner, number)) strict",
    },
    {
      sql: `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ?)
        insert into t select 'owner ' || (i % 7), i / 7 from n`,
      args: [rows],
    },
  ], repeatable);
  return db;
}

async function walked(db: Database, bytes: number): Promise<{ rows: string[]; pages: number[] }> {
  const rows: string[] = [];
  const pages: number[] = [];
  const walk = { table: "t", key: KEY, select: "1 as one", bytesOf: () => bytes };
  for await (const page of pagesOf(db, walk)) {
    pages.push(page.length);
    rows.push(...page.map((row) => keyOf(KEY, row).join("/")));
  }
  return { rows, pages };
}

Deno.test("a walk meets each row once, in the order of its key, in pages that grow where rows are small", async () => {
  for (const count of [0, 1, 50, 51, 3_000]) {
    const db = await tableOf(count);
    const { rows, pages } = await walked(db, 100);
    const all = await db.query({ sql: "select owner, number from t order by owner, number" });
    assert.deepEqual(rows, all.map(({ owner, number }) => `${owner}/${number}`), `${count} rows`);
    if (count === 3_000) assert.deepEqual(pages, [50, 1_000, 1_000, 950]);
    db.close();
  }
});

Deno.test("pages of large rows are short", async () => {
  const db = await tableOf(100);
  assert.deepEqual((await walked(db, 512 * 1024)).pages, [50, 16, 16, 16, 2]);
  assert.deepEqual((await walked(db, 1e9)).pages, [50, 8, 8, 8, 8, 8, 8, 2]);
  db.close();
});

Deno.test("what is inserted behind a walk is not met, what is inserted before it is, and nobody is met twice", async () => {
  const db = await tableOf(120);
  const rows: string[] = [];
  const walk = { table: "t", key: KEY, select: "1 as one", bytesOf: () => 1e9 };
  for await (const page of pagesOf(db, walk)) {
    if (rows.length === 0) {
      const insert = "insert into t values ('a', 1), ('z', 1)";
      await db.write([{ sql: insert }, { sql: "delete from t where owner = 'owner 6'" }], repeatable);
    }
    rows.push(...page.map((row) => keyOf(KEY, row).join("/")));
  }
  assert.equal(new Set(rows).size, rows.length);
  assert.deepEqual([rows.includes("a/1"), rows.at(-1)], [false, "z/1"]);
  assert.ok(!rows.some((row) => row.startsWith("owner 6")));
  db.close();
});
