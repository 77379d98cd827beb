import assert from "node:assert/strict";
import { localLibrary } from "../../../core/records/local-connection.ts";
import { openLocalDriver } from "../../../core/records/local-driver.ts";

Deno.test("a new file that another process is about to turn to WAL is opened once that one is done", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  const other = (await localLibrary())(`${folder}/new.db`, 10);
  try {
    other.run({ sql: "create table first (id text)", args: [] });
    other.run({ sql: "begin exclusive", args: [] });
    const opening = openLocalDriver({ url: `file:${folder}/new.db`, busyTimeoutMs: 10 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    other.run({ sql: "rollback", args: [] });
    const driver = await opening;
    assert.deepEqual(await driver.execute({ sql: "select name from sqlite_master" }), [{ name: "first" }]);
    driver.close();
  } finally {
    other.close();
    await Deno.remove(folder, { recursive: true });
  }
});
