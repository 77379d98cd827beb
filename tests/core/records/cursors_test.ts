import assert from "node:assert/strict";
import { moveCursor, readCursor } from "../../../core/records/cursors.ts";
import { createDatabase } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { openLocalDriver } from "../../../core/records/local-driver.ts";
import { inFile } from "./files.ts";
import { inMemory } from "./memory.ts";

Deno.test("M-30 two readers of one page move the cursor once, from nothing as from anywhere", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  try {
    await migrate(one, migrations);
    for (const [version, ends] of [["v1:10", "v1:11"], ["v1:20", "v1:20"], ["v1:30", "v1:33"]].entries()) {
      const [ours, theirs] = [await readCursor(one, "rail:bank"), await readCursor(two, "rail:bank")];
      assert.deepEqual(ours, theirs);
      const [end = "", other = ""] = ends;
      const moved = await Promise.all([moveCursor(one, ours, end), moveCursor(two, theirs, other)]);
      // Who comes second to the same end finds what was wanted.
      assert.deepEqual(moved, [true, end === other]);
      assert.deepEqual(await readCursor(two, "rail:bank"), {
        name: "rail:bank",
        value: end,
        version: version + 1,
      });
    }
  } finally {
    one.close();
    two.close();
  }
});

Deno.test("a reader who is behind does not move the cursor back", async () => {
  using db = await inMemory();
  const before = await readCursor(db, "rail:bank");
  assert.deepEqual(before, { name: "rail:bank", value: null, version: 0 });
  assert.ok(await moveCursor(db, before, "v1:10"));
  const behind = await readCursor(db, "rail:bank");
  assert.ok(await moveCursor(db, behind, "v1:20"));
  assert.equal(await moveCursor(db, behind, "v1:15"), false);
  assert.equal(await moveCursor(db, before, "v1:5"), false);
  assert.equal((await readCursor(db, "rail:bank")).value, "v1:20");
  assert.equal((await readCursor(db, "rail:other")).value, null, "each name stands for itself");
});

Deno.test("a move whose answer was lost has moved, once", async () => {
  const driver = await openLocalDriver({ url: ":memory:", busyTimeoutMs: 100 });
  let isLosing = false;
  const db = createDatabase({
    ...driver,
    tries: 3,
    async batch(statements, mode) {
      const rows = await driver.batch(statements, mode);
      if (!isLosing || mode === "read") return rows;
      isLosing = false;
      throw new TypeError("connection reset");
    },
  });
  try {
    await migrate(db, migrations);
    for (const value of ["v1:1", "v1:2"]) {
      const cursor = await readCursor(db, "rail:bank");
      isLosing = true;
      assert.ok(await moveCursor(db, cursor, value));
      assert.deepEqual(await readCursor(db, "rail:bank"), {
        name: "rail:bank",
        value,
        version: cursor.version + 1,
      });
    }
  } finally {
    db.close();
  }
});
