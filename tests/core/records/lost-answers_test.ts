import assert from "node:assert/strict";
import fc from "fast-check";
import { createDatabase, RecordsUnavailable } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import { compareAndSet } from "../../../core/records/expect-changed.ts";
import { openLocalDriver } from "../../../core/records/local-driver.ts";

/** What becomes of one batch: it runs and answers, it never arrives, or it commits and its answer is lost. */
type Fate = "runs" | "never arrives" | "loses its answer";

const fate = fc.constantFrom<Fate>("runs", "never arrives", "loses its answer");

/** A real database whose connection fails as planned; when the plan is over it is sound. */
async function failingAsPlanned(plan: Fate[]): Promise<Database> {
  const driver = await openLocalDriver({ url: ":memory:", busyTimeoutMs: 100 });
  return createDatabase({
    ...driver,
    tries: 3,
    async batch(statements, mode) {
      const next = plan.shift() ?? "runs";
      if (next === "never arrives") throw new TypeError("connection refused");
      const rows = await driver.batch(statements, mode);
      if (next === "loses its answer") throw new TypeError("connection reset");
      return rows;
    },
  });
}

Deno.test("whatever answers get lost, a batch is written once, and said to be not written only when it is not", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 12 }), fc.nat({ max: 2 }), async (fates, version) => {
      const plan: Fate[] = [];
      const db = await failingAsPlanned(plan);
      for (
        const sql of ["create table t (n integer, version integer) strict", "create table h (id text) strict"]
      ) {
        await db.write([{ sql }], { committed: { sql: "select 1 where false" } });
      }
      await db.write([{ sql: "insert into t (n, version) values (0, 1)" }], {
        committed: { sql: "select 1 where false" },
      });
      plan.push(...fates);
      // No unique key and no harmless repetition: a second commit would show.
      const statements = [
        ...compareAndSet({ sql: "update t set n = n + 1 where version = ?", args: [version] }),
        { sql: "insert into h (id) values ('w')" },
      ];
      const committed = { committed: { sql: "select 1 from h where id = 'w'" } };
      let outcome: string;
      try {
        outcome = (await db.write(statements, committed)).kind;
      } catch (error) {
        assert.ok(error instanceof RecordsUnavailable && error.mayBeWritten);
        outcome = "unknown";
      }
      plan.length = 0;
      const [[count] = [], history = []] = await db.read([{ sql: "select n from t" }, {
        sql: "select id from h",
      }]);
      const times = count?.n;
      assert.equal(BigInt(history.length), times, "both or nothing");
      if (outcome === "written") assert.equal(times, 1n);
      else if (outcome === "stale") assert.equal(times, 0n);
      else assert.ok(times === 0n || times === 1n);
      assert.equal(outcome === "stale" && version === 1, false);
      db.close();
    }),
  );
});
