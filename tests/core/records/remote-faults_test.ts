import assert from "node:assert/strict";
import { openDatabase, RecordsUnavailable, repeatable } from "../../../core/records/database.ts";
import type { CuttableAnswer, CuttableServer } from "../../support/cuttable-server.ts";
import { serveCuttable } from "../../support/cuttable-server.ts";
import { changesRecords, FAULTS, startFaultProxy } from "../../support/fault-proxy.ts";
import { needs } from "../../support/machine.ts";
import { sqld, startSqld } from "../../support/sqld.ts";

const TABLE = [{ sql: "create table t (id text, n integer) strict" }];
const insert = (id: string) => [{ sql: "insert into t (id, n) values (?, 1) returning n", args: [id] }];
const committed = (id: string) => ({ committed: { sql: "select 1 from t where id = ?", args: [id] } });

for (const fault of FAULTS) {
  Deno.test({
    name: `remote database: every new request meets "${fault}" once, and nothing shows it`,
    ...needs(sqld, async () => {
      await using server = await startSqld();
      // No unique key stands by: only the reading back keeps a second try from counting twice.
      const direct = await openDatabase({ url: server.url, onDeploy: true });
      await direct.write(TABLE, repeatable);
      await using proxy = await startFaultProxy({ target: server.url, plan: () => fault, lateMs: 30_000 });
      // Only who waits for what is late needs to lose patience soon.
      const timeoutMs = fault === "lost for being late" ? 700 : 5_000;
      const db = await openDatabase({ url: proxy.url, onDeploy: true, timeoutMs });
      for (const id of ["a", "b"]) {
        const { kind } = await db.write(insert(id), committed(id));
        assert.equal(kind, "written");
      }
      assert.deepEqual(await db.query({ sql: "select id, n from t order by id" }), [
        { id: "a", n: 1n },
        { id: "b", n: 1n },
      ]);
      const [rows] = await db.read([{ sql: "select count(*) as count from t" }]);
      assert.deepEqual(rows, [{ count: 2n }]);
      assert.ok((proxy.played.get(fault) ?? 0) >= 4);
      db.close();
      direct.close();
    }),
  });
}

/** A server that answers everything alike; `asked` counts. */
async function answering(answer: () => CuttableAnswer): Promise<CuttableServer & { readonly asked: number }> {
  let asked = 0;
  const server = await serveCuttable(() => {
    asked++;
    return Promise.resolve(answer());
  });
  return {
    ...server,
    get asked() {
      return asked;
    },
  };
}

for (
  const [status, setting] of [[401, "LIBSQL_AUTH_TOKEN"], [403, "LIBSQL_AUTH_TOKEN"], [
    404,
    "LIBSQL_URL",
  ]] as const
) {
  Deno.test(`remote database: ${status} is not tried again, and the log says to check ${setting}`, async () => {
    await using server = await answering(() =>
      Response.json({ error: "a secret of the server" }, { status })
    );
    const db = await openDatabase({ url: server.url, onDeploy: true, authToken: "a secret of ours" });
    const isClear = (error: unknown) =>
      error instanceof RecordsUnavailable && error.status === 503 &&
      error.message.includes(`answers ${status}`) && error.message.includes(setting) &&
      !error.message.includes("secret");
    await assert.rejects(db.query({ sql: "select 1" }), isClear);
    assert.equal(server.asked, 1);
    await assert.rejects(db.write(insert("a"), committed("a")), isClear);
    assert.equal(server.asked, 3, "the write and its reading back");
    db.close();
  });
}

Deno.test("remote database: a wait that is asked for is kept, and one beyond all patience is not begun", async () => {
  for (const [seconds, tries] of [["1", 3], ["3600", 1]] as const) {
    await using server = await answering(() =>
      new Response(null, { status: 429, headers: { "retry-after": seconds } })
    );
    const db = await openDatabase({ url: server.url, onDeploy: true, timeoutMs: 5_000 });
    const began = performance.now();
    await assert.rejects(db.query({ sql: "select 1" }), RecordsUnavailable);
    const ms = performance.now() - began;
    assert.equal(server.asked, tries, `Retry-After: ${seconds}`);
    // All patience together is ten seconds.
    assert.ok(tries === 1 ? ms < 5_000 : ms >= 2_000, `${ms} ms`);
    db.close();
  }
});

Deno.test("remote database: a server that only hangs is given up within a bound", async () => {
  const never = Promise.withResolvers<CuttableAnswer>();
  await using server = await serveCuttable(() => never.promise);
  const db = await openDatabase({ url: server.url, onDeploy: true, timeoutMs: 100 });
  const began = performance.now();
  await assert.rejects(db.write(insert("a"), committed("a")), RecordsUnavailable);
  assert.ok(performance.now() - began < 10_000);
  never.resolve("cut");
  db.close();
});

Deno.test("remote database: words of the server about its stream or its lock are no refusal of the statement", async () => {
  const words: [number, unknown][] = [
    [400, { message: "The stream has expired due to inactivity", code: "STREAM_EXPIRED" }],
    [200, {
      baton: null,
      base_url: null,
      results: [{ type: "error", error: { message: "busy", code: "SQLITE_BUSY" } }],
    }],
    [200, { baton: null, base_url: null, results: [] }],
    [200, {
      baton: null,
      base_url: null,
      results: [{ type: "error", error: { message: "full", code: "SQLITE_FULL" } }],
    }],
  ];
  for (const [status, body] of words) {
    await using server = await answering(() => Response.json(body, { status }));
    const db = await openDatabase({ url: server.url, onDeploy: true });
    await assert.rejects(db.query({ sql: "select 1" }), RecordsUnavailable, JSON.stringify(body));
    assert.equal(server.asked, 3);
    await assert.rejects(
      db.write(insert("a"), committed("a")),
      (error) => error instanceof RecordsUnavailable && error.mayBeWritten,
    );
    db.close();
  }
});

Deno.test("a batch that reads back changes nothing, for the proxy that loses the answers of writes", () => {
  const batch = (sql: string) => ({
    method: "POST",
    path: "/",
    text: JSON.stringify({ steps: [{ stmt: { sql: "BEGIN IMMEDIATE" } }, { stmt: { sql } }] }),
  });
  assert.ok(changesRecords(batch("insert into t values (1)")));
  assert.ok(changesRecords(batch("\n  update t set n = 1")));
  assert.equal(changesRecords(batch("select 1 from t")), false);
});

Deno.test("remote database: one write is under way at a time, and reads beside it", async () => {
  let open = 0;
  let most = 0;
  await using server = await serveCuttable(async () => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 10));
    open--;
    return new Response(null, { status: 401 });
  });
  const db = await openDatabase({ url: server.url, onDeploy: true });
  const crowd = async (work: (n: number) => Promise<unknown>) => {
    most = 0;
    await Promise.all(Array.from({ length: 8 }, (_, n) => assert.rejects(work(n), RecordsUnavailable)));
    return most;
  };
  assert.equal(await crowd((n) => db.write(insert(`${n}`), committed(`${n}`))), 1);
  assert.equal(await crowd(() => db.query({ sql: "select 1" })), 8);
  db.close();
});

Deno.test("remote database: a write whose turn does not come is refused unsent, and the log says why", async () => {
  const held = Promise.withResolvers<CuttableAnswer>();
  let asked = 0;
  await using server = await serveCuttable(() => {
    asked++;
    return held.promise;
  });
  const db = await openDatabase({ url: server.url, onDeploy: true, timeoutMs: 200 });
  const first = assert.rejects(db.write(insert("a"), committed("a")), RecordsUnavailable);
  const crowd = Array.from(
    { length: 20 },
    (_, n) => assert.rejects(db.write(insert(`b${n}`), committed(`b${n}`)), RecordsUnavailable),
  );
  await assert.rejects(db.write(insert("c"), committed("c")), /too many wait for it to answer/);
  await Promise.all([first, ...crowd]);
  assert.ok(asked < 10, `${asked} requests`);
  held.resolve("cut");
  db.close();
});
