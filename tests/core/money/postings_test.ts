import assert from "node:assert/strict";
import { move, postingStatements } from "../../../core/money/postings.ts";
import { repeatable } from "../../../core/records/database.ts";
import { inMemory } from "../records/memory.ts";

const ASSET = "USDX:G";

Deno.test("M-23 a batch that does not balance is never written", () => {
  const lopsided = [...move(ASSET, 5n, "bank:b", "suspense"), {
    asset: ASSET,
    account: "fees" as const,
    amount: 1n,
  }];
  assert.throws(() => postingStatements("one", lopsided), /USDX:G is out of balance by 1/);
  // Two assets may not balance each other.
  const mixed = [
    { asset: ASSET, account: "fees" as const, amount: 1n },
    { asset: "native", account: "fees" as const, amount: -1n },
  ];
  assert.throws(() => postingStatements("two", mixed), RangeError);
});

Deno.test("M-23 lines are written once and never changed or deleted", async () => {
  using db = await inMemory();
  const batch = postingStatements("one", move(ASSET, 5n, "bank:b", "suspense"));
  assert.equal((await db.write(batch, repeatable)).kind, "written");
  assert.equal((await db.write(batch, repeatable)).kind, "duplicate");
  await assert.rejects(db.write([{ sql: "update postings set amount = 6" }], repeatable), /never changed/);
  await assert.rejects(db.write([{ sql: "delete from postings" }], repeatable), /never deleted/);
});

Deno.test("moves of nothing make no lines", () => {
  assert.deepEqual(postingStatements("one", move(ASSET, 0n, "bank:b", "suspense")), []);
});
