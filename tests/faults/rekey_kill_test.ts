import assert from "node:assert/strict";
import { valuesUnder } from "../../core/keys/count.ts";
import { checkKeys, heldUp } from "../../core/keys/rekey.ts";
import { openDatabase } from "../../core/records/database.ts";
import { fill, openAll } from "../core/keys/filled.ts";
import { walkingOver } from "../core/keys/walking.ts";
import { needs } from "../support/machine.ts";
import { startProcess } from "../support/process.ts";
import { keyVariables, keyVault, newKeys } from "../support/rotating-keys.ts";
import { sqld, startSqld } from "../support/sqld.ts";

const CUSTOMERS = 150;
/** So many columns are done when the next one is killed. */
const KILLED_AFTER = [0, 2, 6, 12];

const NAME = "M-30 rekey is killed wherever it is, and started again: all stays readable, and it ends";

Deno.test(`${NAME} (embedded)`, () => inFolder((folder) => killed(folder, `file:${folder}/kedge.db`)));

Deno.test({
  name: `${NAME} (remote)`,
  ...needs(sqld, async () => {
    await using server = await startSqld();
    await inFolder((folder) => killed(folder, server.url));
  }),
});

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function killed(folder: string, url: string): Promise<void> {
  const [old, fresh] = [newKeys(), newKeys()];
  const variables = { DATA_DIR: folder, LIBSQL_URL: url, ...keyVariables(fresh, old) };
  const start = (program: string) => startProcess({ program, folder, variables });
  const migrated = await start("tasks/migrate.ts");
  assert.equal(await migrated.ended, 0, migrated.output());
  const db = await openDatabase({ url, onDeploy: false });
  try {
    for (let n = 1; n <= CUSTOMERS; n++) await fill(db, keyVault(old), n);
    const texts = await openAll(db, keyVault(old));
    const opens = async () => assert.deepEqual(await openAll(db, keyVault(fresh, old)), texts);

    /** Values that stand under the old key, of all. */
    const left = async () => {
      const end = await checkKeys(walkingOver(db, keyVault(fresh, old)));
      return end.kind === "counted" ? heldUp(end.uses).reduce((sum, use) => sum + valuesUnder(use), 0) : NaN;
    };

    const total = await left();
    let inTheMiddle = 0;
    for (const columns of KILLED_AFTER) {
      const run = await start("tasks/rekey.ts");
      let over = false;
      run.ended.finally(() => over = true);
      while (!over && run.output().split("\n").length - 1 < columns) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await run.end("SIGKILL");
      await opens();
      const now = await left();
      if (now > 0 && now < total) inTheMiddle++;
    }
    assert.ok(inTheMiddle > 1, `${inTheMiddle} of the kills came in the middle`);
    const twins = await Promise.all([start("tasks/rekey.ts"), start("tasks/rekey.ts")]);
    for (const twin of twins) assert.equal(await twin.ended, 0, twin.output());
    assert.deepEqual(await openAll(db, keyVault(fresh)), texts, "with the new keys alone");

    // Back again, asked to stop: it says so, and how to go on.
    const back = { ...variables, ...keyVariables(old, fresh) };
    const stopped = await startProcess({ program: "tasks/rekey.ts", folder, variables: back });
    while (!stopped.output().includes("\n")) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(await stopped.end("SIGTERM"), 130, stopped.output());
    assert.match(stopped.output(), /stopped; what is done is done: run the task again/);
    await opens();
  } finally {
    db.close();
  }
}
