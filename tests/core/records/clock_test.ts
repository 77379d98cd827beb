import assert from "node:assert/strict";
import { databaseNow, moveClock } from "../../../core/records/clock.ts";
import { inMemory } from "./memory.ts";

Deno.test("M-29 the database's clock runs by itself and moves by one offset", async () => {
  using db = await inMemory();
  const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 5_000, `${a} and ${b}`);
  close(await databaseNow(db), Date.now());
  await moveClock(db, 3_600_000);
  close(await databaseNow(db), Date.now() + 3_600_000);
  await moveClock(db, 60_000);
  close(await databaseNow(db), Date.now() + 3_660_000);
  const rows = await db.query({ sql: "select offset_ms from test_clock" });
  assert.deepEqual(rows, [{ offset_ms: 3_660_000n }]);
});
