import assert from "node:assert/strict";
import { openDatabase, RecordsUnavailable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { recordsProblems } from "../../../core/records/prove.ts";
import { stampDatabase } from "../../../core/records/stamp.ts";
import { needs } from "../../support/machine.ts";
import { sqld, startSqld } from "../../support/sqld.ts";

const stamp = { environment: "testnet" };
const unmigrated = ["the database is not migrated: run the task migrate first"];

async function walk(url: string): Promise<void> {
  const db = await openDatabase({ url, onDeploy: false });
  const problems = (more = {}) => recordsProblems(db, { migrations, stamp, ...more });
  assert.deepEqual(await problems(), unmigrated);
  const later = { needed: { rows: [{ sql: "select 1 from of_a_later_version" }], problem: "" } };
  assert.deepEqual(await problems(later), unmigrated);
  await migrate(db, migrations);
  assert.deepEqual(await problems(), ["the database has no stamp: run the task migrate first"]);
  await stampDatabase(db, stamp);
  assert.deepEqual(await problems(), []);
  assert.deepEqual(await problems({ migrations: [...migrations, { id: "9999-next", up: [] }] }), unmigrated);
  assert.match(
    (await problems({ stamp: { environment: "public" } })).join(),
    /^environment: the database says "testnet"/,
  );
  const needed = (key: string) => ({
    needed: { rows: [{ sql: "select 1 from stamp where key = ?", args: [key] }], problem: "it lacks a row" },
  });
  assert.deepEqual(await problems(needed("environment")), []);
  assert.deepEqual(await problems(needed("other")), ["it lacks a row"]);
  db.close();
}

Deno.test("the start learns what keeps it from using a local database", () => walk(":memory:"));

Deno.test({
  name: "the start learns what keeps it from using a remote database",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    await walk(server.url);
  }),
});

Deno.test("a database that cannot be reached is no unmigrated one", async () => {
  const db = await openDatabase({ url: "http://127.0.0.1:1", onDeploy: false });
  await assert.rejects(recordsProblems(db, { migrations, stamp }), RecordsUnavailable);
  db.close();
});
