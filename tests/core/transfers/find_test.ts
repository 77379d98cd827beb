import assert from "node:assert/strict";
import fc from "fast-check";
import { repeatable } from "../../../core/records/database.ts";
import { findOwn, listOwn, type ListQuery } from "../../../core/transfers/find.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { ASSET, moneyAtWork } from "./money-at-work.ts";

const owner = (sub: string) => ({
  owner: { sub, account: sub, memo: null, muxedId: null, clientDomain: null },
});
const all: ListQuery = { asset: ASSET, protocol: "sep6", kinds: [], limit: 100 };

Deno.test("R-06-126 R-06-129 R-06-132 a transfer is found by each identifier, by its owner alone, and all must agree", async () => {
  using work = await moneyAtWork();
  const [mine, theirs] = [await work.open(owner("alice")), await work.open(owner("alice:7"))];
  const ids = { stellarTransactionId: "s1", externalTransactionId: "e1" };
  await work.db.write([{
    sql: "update transfers set stellar_transaction_id = 's1', external_transaction_id = 'e1' where id = ?",
    args: [mine.id],
  }], repeatable);
  for (
    const by of [{ id: mine.id }, ...Object.entries(ids).map(([name, value]) => ({ [name]: value })), {
      id: mine.id,
      ...ids,
    }]
  ) {
    assert.equal((await findOwn(work.db, "alice", by))?.id, mine.id);
    assert.equal(await findOwn(work.db, "alice:7", by), null);
  }
  assert.equal(await findOwn(work.db, "alice", { id: theirs.id }), null);
  assert.equal(await findOwn(work.db, "alice", { id: mine.id, stellarTransactionId: "other" }), null);
  assert.equal(await findOwn(work.db, "alice", {}), null);
});

Deno.test("R-06-117 R-06-121 R-06-122 pages cover all of the owner's rows once, newest first, also of one instant", async () => {
  using work = await moneyAtWork();
  const opened: Transfer[] = [];
  for (let at = 0; at < 12; at++) opened.push(await work.open(at % 3 === 2 ? { kind: "withdrawal" } : {}));
  await work.open(owner("bob"));
  await work.db.write([{ sql: "update transfers set started_ms = 1000 + (rowid / 5)" }], repeatable);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 13 }), async (limit) => {
      const seen: Transfer[] = [];
      for (;;) {
        const before = seen.at(-1);
        const page = await listOwn(work.db, "alice", { ...all, limit, ...(before ? { before } : {}) });
        assert.ok(page.length <= limit);
        seen.push(...page);
        if (page.length < limit) break;
      }
      assert.deepEqual(seen.map(({ id }) => id).sort(), opened.map(({ id }) => id).sort());
      for (const [at, row] of seen.entries()) {
        assert.ok(row.startedMs <= (seen[at - 1]?.startedMs ?? Infinity));
      }
    }),
    { numRuns: 8 },
  );
});

Deno.test("R-06-118 R-06-119 R-06-120 rows are narrowed by kind and time, this instant included", async () => {
  using work = await moneyAtWork();
  const [deposit, withdrawal] = [await work.open(), await work.open({ kind: "withdrawal" })];
  await work.db.write([
    { sql: "update transfers set started_ms = 1000 where id = ?", args: [deposit.id] },
    { sql: "update transfers set started_ms = 2000 where id = ?", args: [withdrawal.id] },
  ], repeatable);
  const ids = async (query: Partial<ListQuery>) =>
    (await listOwn(work.db, "alice", { ...all, ...query })).map(({ id }) => id);
  assert.deepEqual(await ids({}), [withdrawal.id, deposit.id]);
  assert.deepEqual(await ids({ kinds: ["deposit"] }), [deposit.id]);
  assert.deepEqual(await ids({ kinds: ["deposit", "withdrawal"] }), [withdrawal.id, deposit.id]);
  assert.deepEqual(await ids({ noOlderThanMs: 2000 }), [withdrawal.id]);
  assert.deepEqual(await ids({ noOlderThanMs: 2001 }), []);
  assert.deepEqual(await ids({ asset: "OTHER:G" }), []);
  assert.deepEqual(await ids({ protocol: "sep24" }), []);
  assert.deepEqual(await ids({ limit: 1 }), [withdrawal.id]);
});
