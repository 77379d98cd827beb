import assert from "node:assert/strict";
import { walk } from "../../../core/jobs/walk.ts";
import { inMemory } from "../records/memory.ts";

const ROWS = ["a", "b", "c", "d", "e"];
const PAGE = 2;

/** A page of {@link ROWS} as a job takes one. */
const page = (after: string | null) => {
  const rows = ROWS.filter((row) => after === null || row > after).slice(0, PAGE);
  return Promise.resolve({ last: rows.length < PAGE ? null : rows.at(-1) ?? null, done: rows });
};

Deno.test("a walk goes on where the last process stood, and begins anew behind the last row", async () => {
  using db = await inMemory();
  const seen: string[][] = [];
  // Each call knows nothing but what is in the records.
  for (let run = 0; run < 4; run++) seen.push(await walk(db, "walk:letters", page));
  assert.deepEqual(seen, [["a", "b"], ["c", "d"], ["e"], ["a", "b"]]);
});

Deno.test("M-30 two that walk at once look at every row, and a page that fails is taken again", async () => {
  using db = await inMemory();
  await Promise.all([walk(db, "walk:letters", page), walk(db, "walk:letters", page)]);
  await assert.rejects(walk(db, "walk:letters", () => Promise.reject(new Error("away"))), /away/);
  assert.deepEqual(await walk(db, "walk:letters", page), ["c", "d"]);
  assert.deepEqual(await walk(db, "walk:others", page), ["a", "b"]);
});
