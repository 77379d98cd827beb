import assert from "node:assert/strict";
import {
  type Act,
  audited,
  CHAINS,
  enter,
  hashOf,
  lastEntries,
  plainOrHash,
  readHeads,
} from "../../../core/records/audit.ts";
import { checkChain } from "../../../core/records/audit-check.ts";
import { type Database, openDatabase, repeatable } from "../../../core/records/database.ts";
import { expect } from "../../../core/records/expect-changed.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { needs } from "../../support/machine.ts";
import { sqld, startSqld } from "../../support/sqld.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { inFile } from "./files.ts";
import { forgetful } from "./forgetful.ts";
import { inMemory } from "./memory.ts";

const close: Act = { actor: "olga", action: "alarm.close", subject: "effect_parked:x:y" };
const change = (db: Database, sql: string) => db.write([{ sql }], repeatable);

/** What the chain of actions comes to. */
const checked = (db: Database, known?: readonly string[]) => checkChain(db, "actions", new Set(known));
const broken = (sequence: number, why: string) => ({ kind: "broken", sequence, why });

/** Ten actions, after which somebody gets around the triggers. */
async function unguarded(db: Database): Promise<void> {
  for (let n = 1; n <= 10; n++) await enter(db, "actions", { ...close, subject: `s${n}` });
  const rows = await db.query({
    sql: "select name from sqlite_schema where type = 'trigger' and name like 'audit%' order by name",
  });
  assert.equal(rows.length, 5);
  for (const { name } of rows) await change(db, `drop trigger ${name}`);
}

async function neverChanges(db: Database): Promise<void> {
  await enter(db, "actions", close);
  const attempts = [
    "update audit_entries set actor = 'nobody'",
    "delete from audit_entries",
    "delete from audit_heads where chain = 'views'",
    "update audit_heads set hash = 'x' where chain = 'actions'",
    "update audit_heads set sequence = sequence + 2 where chain = 'actions'",
    "update audit_heads set chain = 'views', sequence = sequence + 1 where chain = 'actions'",
    `insert into audit_entries (chain, sequence, id, actor, action, subject, detail, at_ms, previous, hash)
      values ('actions', 2, 'i', 'a', 'b', 'c', '{}', 1, 'p', 'h')`,
    `insert or replace into audit_entries (chain, sequence, id, actor, action, subject, detail, at_ms, previous, hash)
      select chain, sequence, id, 'nobody', action, subject, detail, at_ms, previous, hash from audit_entries`,
  ];
  for (const sql of attempts) await assert.rejects(change(db, sql), /audit|head/i, sql);
  assert.equal((await checked(db)).kind, "whole");
  assert.equal((await lastEntries(db, "actions", 9)).length, 1);
}

Deno.test("M-28 what is entered is refused every change and removal, and a head moves by one entry (file)", async () => {
  await using file = await inFile();
  const db = await file.open();
  await migrate(db, migrations);
  await neverChanges(db);
  db.close();
});

Deno.test({
  name: "M-28 what is entered is refused every change and removal, and a head moves by one entry (remote)",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    const db = await openDatabase({ url: server.url, onDeploy: true });
    await migrate(db, migrations);
    await neverChanges(db);
    db.close();
  }),
});

Deno.test("M-28 each chain has entries and a head of its own, and names what was done, by whom and to what", async () => {
  using db = await inMemory();
  assert.deepEqual(await checked(db), { kind: "whole", entries: 0, hash: "0".repeat(64), found: [] });
  await enter(db, "actions", { ...close, detail: { kind: "effect_parked" } });
  await enter(db, "actions", close);
  await enter(db, "views", { actor: "vera", action: "transfer.view", subject: "t1" });
  const [second, first] = await lastEntries(db, "actions", 9);
  assert.ok(first && second);
  assert.deepEqual([first.sequence, first.previous, first.detail], [
    1,
    "0".repeat(64),
    '{"kind":"effect_parked"}',
  ]);
  assert.deepEqual([second.sequence, second.previous, second.detail], [2, first.hash, "{}"]);
  assert.equal(second.hash, hashOf(second));
  const [view] = await lastEntries(db, "views", 9);
  assert.deepEqual([view?.sequence, view?.actor, view?.subject], [1, "vera", "t1"]);
  assert.deepEqual(await readHeads(db), [
    { chain: "actions", sequence: 2, hash: second.hash },
    { chain: "views", sequence: 1, hash: view?.hash },
  ]);
  for (const chain of CHAINS) assert.equal((await checkChain(db, chain)).kind, "whole");
});

Deno.test("M-28 whatever is changed in an entry behind our back is the first break, whichever column it is", async () => {
  const columns = ["id", "actor", "action", "subject", "detail", "previous", "hash"];
  for (const column of columns) {
    using db = await inMemory();
    await unguarded(db);
    await change(db, `update audit_entries set ${column} = ${column} || ' ' where sequence = 4`);
    assert.deepEqual(await checked(db), broken(4, "changed"), column);
  }
  using db = await inMemory();
  await unguarded(db);
  await change(db, "update audit_entries set at_ms = at_ms + 1 where sequence = 10");
  assert.deepEqual(await checked(db), broken(10, "changed"));
});

Deno.test("M-28 an entry that was removed, moved or slipped in is found, wherever it stood", async () => {
  const tampered = async (sql: string) => {
    using db = await inMemory();
    await unguarded(db);
    await change(db, sql);
    return await checked(db);
  };
  for (const n of [1, 5, 10]) {
    assert.deepEqual(await tampered(`delete from audit_entries where sequence = ${n}`), broken(n, "missing"));
  }
  assert.deepEqual(await tampered("delete from audit_entries"), broken(1, "missing"));
  using db = await inMemory();
  await unguarded(db);
  await change(db, "delete from audit_heads where chain = 'views'");
  assert.deepEqual(await checkChain(db, "views"), broken(0, "head_missing"));
  // The head went back with what it named: what stands behind it shows.
  assert.deepEqual(
    await tampered(`update audit_heads set sequence = 9,
      hash = (select hash from audit_entries where sequence = 9) where chain = 'actions'`),
    broken(10, "behind_the_head"),
  );
  assert.deepEqual(
    await tampered("update audit_heads set hash = 'x' where chain = 'actions'"),
    broken(10, "not_the_head"),
  );
  const slip = (sequence: number) =>
    `insert into audit_entries (chain, sequence, id, actor, action, subject, detail, at_ms, previous, hash)
      values ('actions', ${sequence}, 'i', 'a', 'b', 'c', '{}', 1, 'p', 'h')`;
  assert.deepEqual(await tampered(slip(11)), broken(11, "behind_the_head"));
  assert.deepEqual(await tampered(slip(0)), broken(1, "missing"));
  assert.deepEqual(
    await tampered("update audit_entries set sequence = 20 - sequence where sequence = 9"),
    broken(9, "missing"),
  );
});

Deno.test("M-28 a chain that was written anew holds no head that was told before", async () => {
  using db = await inMemory();
  await unguarded(db);
  const [told] = await readHeads(db);
  assert.ok(told);
  assert.deepEqual(await checked(db, [told.hash]), {
    kind: "whole",
    entries: 10,
    hash: told.hash,
    found: [told.hash],
  });
  // Somebody who knows how it is made leaves an entry out, and links all that follow anew.
  const kept = (await lastEntries(db, "actions", 99)).reverse().filter(({ sequence }) => sequence !== 6);
  await change(db, "delete from audit_entries");
  let last = { sequence: 0, hash: "0".repeat(64) };
  for (const entry of kept) {
    const unsigned = { ...entry, sequence: last.sequence + 1, previous: last.hash };
    last = { ...unsigned, hash: hashOf(unsigned) };
    await db.write([{
      sql:
        `insert into audit_entries (chain, sequence, id, actor, action, subject, detail, at_ms, previous, hash)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      args: [
        entry.chain,
        last.sequence,
        entry.id,
        entry.actor,
        entry.action,
        entry.subject,
        entry.detail,
        entry.atMs,
        unsigned.previous,
        last.hash,
      ],
    }, {
      sql: "update audit_heads set sequence = ?, hash = ? where chain = 'actions'",
      args: [last.sequence, last.hash],
    }], repeatable);
  }
  const forged = await checked(db, [told.hash]);
  assert.deepEqual(forged, { kind: "whole", entries: 9, hash: last.hash, found: [] });
});

Deno.test("M-28 an action that is not done leaves no entry, and an entry that is not written undoes its action", async () => {
  using db = await inMemory();
  const acting = (...more: Parameters<Database["write"]>[0]) =>
    audited(db, "actions", close, ({ statements, committed }) =>
      db.write([
        { sql: "insert into cursors (name, value, version, moved_ms) values ('done', '', 1, 1)" },
        ...statements,
        ...more,
      ], { committed }));
  const count = async (table: string) =>
    (await db.query({ sql: `select count(*) as n from ${table}` }))[0]?.["n"];
  assert.deepEqual(await acting(expect("false")), { kind: "stale" });
  assert.deepEqual([await count("cursors"), await count("audit_entries")], [0n, 0n]);
  await assert.rejects(acting({ sql: "insert into audit_heads values ('others', 0, '')" }), /CHECK/);
  assert.deepEqual([await count("cursors"), await count("audit_entries")], [0n, 0n]);
  assert.equal((await readHeads(db))[0]?.sequence, 0);
  assert.equal((await acting()).kind, "written");
  assert.deepEqual(await acting(), { kind: "duplicate", key: "cursors.name" });
  assert.deepEqual([await count("cursors"), await count("audit_entries")], [1n, 1n]);
  assert.equal((await checked(db)).kind, "whole");
});

Deno.test("M-28 an action that another entry overtook is done with the next one, once", async () => {
  using db = await inMemory();
  let tries = 0;
  const result = await audited(db, "actions", close, async ({ statements, committed }) => {
    if (++tries < 4) await enter(db, "actions", { ...close, actor: "otto" });
    return await db.write(statements, { committed });
  });
  assert.deepEqual([result.kind, tries], ["written", 4]);
  const entries = await lastEntries(db, "actions", 9);
  assert.deepEqual(entries.map(({ actor }) => actor), ["olga", "otto", "otto", "otto"]);
  assert.equal((await checked(db)).kind, "whole");
});

Deno.test("M-28 M-30 whoever enters at once in one process, and answers that get lost, leave each entry once", async () => {
  using store = await forgetful();
  await Promise.all(
    Array.from({ length: 12 }, (_, n) => enter(store.db, "actions", { ...close, subject: `s${n}` })),
  );
  assert.ok(store.lost() >= 12);
  const subjects = (await lastEntries(store.sound, "actions", 99)).map(({ subject }) => subject);
  assert.deepEqual(subjects.toSorted(), Array.from({ length: 12 }, (_, n) => `s${n}`).toSorted());
  assert.equal((await checked(store.sound)).kind, "whole");
});

/** Two processes that enter so many acts each at once. */
async function append(urls: readonly string[], times: number): Promise<void> {
  const children = urls.map((url, n) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-check",
        "-A",
        new URL("./appending-child.ts", import.meta.url).pathname,
        url,
        `process-${n}`,
        String(times),
      ],
      stdout: "null",
      stderr: "inherit",
    }).spawn()
  );
  for (const child of children) assert.equal((await child.status).code, 0);
}

async function assertBothEntered(db: Database, times: number): Promise<void> {
  const entries = await lastEntries(db, "actions", 999);
  const of = (actor: string) =>
    entries.filter((entry) => entry.actor === actor).map(({ subject }) => subject);
  for (const actor of ["process-0", "process-1"]) {
    // Each in its own order, nothing twice.
    assert.deepEqual(of(actor).reverse(), Array.from({ length: times }, (_, n) => `subject:${n + 1}`));
  }
  const whole = await checked(db);
  assert.deepEqual([whole.kind, whole.kind === "whole" && whole.entries], ["whole", 2 * times]);
}

Deno.test("M-28 M-30 two processes that enter at once leave one whole chain (file)", async () => {
  await using file = await inFile();
  const db = await file.open();
  await migrate(db, migrations);
  await append([file.url, file.url], 60);
  await assertBothEntered(db, 60);
  db.close();
});

Deno.test({
  name:
    "M-28 M-30 two processes that enter at once leave one whole chain, also where answers get lost (remote)",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    const db = await openDatabase({ url: server.url, onDeploy: true });
    await migrate(db, migrations);
    await using proxy = await startCuttingProxy(server.url, "cut");
    await append([server.url, proxy.url], 25);
    assert.ok(proxy.cuts >= 25);
    await assertBothEntered(db, 25);
    db.close();
  }),
});

Deno.test("M-28 what is no id, code or hash is never entered", async () => {
  using db = await inMemory();
  const acts: Act[] = [
    { ...close, actor: "Olga Petrova" },
    { ...close, action: "" },
    { ...close, subject: "she said so" },
    { ...close, subject: "ada@example.com" },
    { ...close, detail: { note: "call 555 0100" } },
    { ...close, detail: { "a key": "x" } },
    { ...close, detail: { account: "a".repeat(201) } },
  ];
  for (const act of acts) {
    await assert.rejects(enter(db, "actions", act), (error: Error) => {
      assert.match(error.message, /ids and hashes alone/);
      assert.ok(!error.message.includes("Petrova") && !error.message.includes("555"));
      return true;
    });
  }
  assert.deepEqual(await lastEntries(db, "actions", 9), []);
  assert.equal(plainOrHash("USDX:GABC"), "USDX:GABC");
  assert.match(plainOrHash("Olga Petrova"), /^sha256:[0-9a-f]{64}$/);
});
