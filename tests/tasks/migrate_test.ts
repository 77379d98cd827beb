import assert from "node:assert/strict";
import { migrations } from "../../core/records/migrations/mod.ts";
import { openDatabase } from "../../core/records/database.ts";
import { startProcess } from "../support/process.ts";

/** Runs the task on a folder. */
async function migrate(
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly said: string }> {
  const child = await startProcess({
    program: "tasks/migrate.ts",
    folder,
    variables: { DATA_DIR: folder, ...variables },
  });
  return { code: await child.ended, said: child.output().trim() };
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function stampOf(folder: string): Promise<unknown> {
  const db = await openDatabase({ url: `file:${folder}/kedge.db`, onDeploy: false });
  try {
    return await db.query({ sql: "select key, value from stamp order by key" });
  } finally {
    db.close();
  }
}

Deno.test("migrating makes a database, and again finds nothing to do; another environment's is refused", () =>
  inFolder(async (folder) => {
    const first = await migrate(folder);
    assert.equal(first.code, 0, first.said);
    assert.match(first.said, /^migrated: 0001-/);
    const stamped = await stampOf(folder);
    const second = await migrate(folder);
    assert.deepEqual(second, { code: 0, said: "the database is up to date" });
    assert.deepEqual(await stampOf(folder), stamped);
    const foreign = await migrate(folder, { KEDGE_ENV: "staging" });
    assert.equal(foreign.code, 1);
    assert.match(foreign.said, /^Cannot migrate this database/);
    assert.match(foreign.said, /environment: .*"sandbox".*"staging"; set it back, or use another database$/);
    assert.deepEqual(await stampOf(folder), stamped);
  }));

Deno.test("two that migrate a new database at once both succeed, and each step is done by one of them", () =>
  inFolder(async (folder) => {
    const both = await Promise.all([migrate(folder), migrate(folder)]);
    assert.deepEqual(both.map(({ code }) => code), [0, 0], both.map(({ said }) => said).join("\n"));
    const done = both.flatMap(({ said }) => said.match(/\d{4}-[\w-]+/g) ?? []);
    assert.deepEqual(done.toSorted(), migrations.map(({ id }) => id));
  }));
