import assert from "node:assert/strict";
import { backoffMs } from "../../../core/records/backoff.ts";

Deno.test("waits double from 2 s to an hour", () => {
  assert.deepEqual([1, 2, 3, 4].map(backoffMs), [2000, 4000, 8000, 16_000]);
  assert.deepEqual([12, 13, 100, 1e9].map(backoffMs), [3_600_000, 3_600_000, 3_600_000, 3_600_000]);
  assert.equal(backoffMs(0), 2000);
});
