/**
 * What a database keeps, wherever it is and whatever answers get lost on the way.
 * @module
 */
import assert from "node:assert/strict";
import type { Database, Statement, WriteOptions } from "../../../core/records/database.ts";
import { compareAndSet, expect } from "../../../core/records/expect-changed.ts";
import type { Tool } from "../../support/machine.ts";
import { needs } from "../../support/machine.ts";

/** A database under test: empty, reached twice. */
export interface Place extends AsyncDisposable {
  readonly db: Database;
  readonly another: Database;
  /** True where the first answer of each write gets lost: its rows are gone then. */
  readonly losesRows: boolean;
}

/** A table with a history, as all of ours: the history's id is the write id. */
const SCHEMA = [
  `create table coin (id text primary key, owner text not null, worth integer not null check (worth > 0),
    version integer not null, data blob, label text unique, a text, b text, unique (a, b)) strict`,
  "create unique index coin_by_folded_owner on coin (lower(owner)) where owner like 'only%'",
  "create table history (id text primary key, coin text not null references coin (id)) strict",
];

const insertCoin = (id: string, more: Record<string, string | null> = {}): Statement => ({
  sql: `insert into coin (id, owner, worth, version, label, a, b) values (:id, :owner, 1, 1, :label, :a, :b)`,
  args: { id, owner: "nobody", label: null, a: null, b: null, ...more },
});

const historyOf = (writeId: string, coin: string): Statement => ({
  sql: "insert into history (id, coin) values (?, ?)",
  args: [writeId, coin],
});

const committedBy = (writeId: string): WriteOptions => ({
  committed: { sql: "select 1 from history where id = ?", args: [writeId] },
});

const moveCoin = (id: string, version: number): Statement[] =>
  compareAndSet({
    sql: "update coin set worth = worth + 1, version = version + 1 where id = ? and version = ?",
    args: [id, version],
  });

/** Registers the suite for one kind of database. */
export function databaseSuite(name: string, tool: Tool, open: () => Promise<Place>): void {
  const clause = (promise: string, body: (place: Place) => Promise<void>) =>
    Deno.test({
      name: `${name} database: ${promise}`,
      ...needs(tool, async () => {
        await using place = await open();
        const tables = { committed: { sql: "select 1 from sqlite_schema where name = 'history'" } };
        const made = await place.db.write(SCHEMA.map((sql) => ({ sql })), tables);
        assert.equal(made.kind, "written");
        await body(place);
      }),
    });

  const coins = (db: Database) => db.query({ sql: "select id, worth, version from coin order by id" });

  clause("values come back as they went in", async ({ db, losesRows }) => {
    const data = Uint8Array.from({ length: 256 }, (_, i) => i);
    const result = await db.write([{
      sql:
        "insert into coin (id, owner, worth, version, data) values (:id, :owner, :worth, :version, :data) returning id, owner, worth, version, data, label, a, b",
      args: { id: "a", owner: "ünï 😀 'x' ?", worth: 2n ** 62n, version: 7, data: data.subarray(1) },
    }], { committed: { sql: "select 1 from coin where id = 'a'" } });
    const row = {
      id: "a",
      owner: "ünï 😀 'x' ?",
      worth: 2n ** 62n,
      version: 7n,
      data: data.slice(1),
      label: null,
      a: null,
      b: null,
    };
    assert.deepEqual(result, { kind: "written", rows: losesRows ? [] : [[row]] });
    assert.deepEqual(
      await db.query({ sql: "select * from coin where id = ? and version = ?", args: ["a", 7] }),
      [row],
    );
    assert.deepEqual(await db.read([{ sql: "select id from coin" }, { sql: "select version from coin" }]), [
      [{ id: "a" }],
      [{ version: 7n }],
    ]);
    assert.deepEqual(await db.query({ sql: "select typeof(?) as one, typeof(?) as two", args: [1, 1n] }), [
      { one: "integer", two: "integer" },
    ]);
  });

  clause("a stale batch changes nothing, and the next one works", async ({ db }) => {
    await db.write([insertCoin("a"), historyOf("w1", "a")], committedBy("w1"));
    const result = await db.write(
      [insertCoin("b"), ...moveCoin("a", 9), historyOf("w2", "a")],
      committedBy("w2"),
    );
    assert.deepEqual(result, { kind: "stale" });
    assert.deepEqual(await coins(db), [{ id: "a", worth: 1n, version: 1n }]);
    assert.equal(
      (await db.write([...moveCoin("a", 1), historyOf("w3", "a")], committedBy("w3"))).kind,
      "written",
    );
    assert.deepEqual(await coins(db), [{ id: "a", worth: 2n, version: 2n }]);
    assert.deepEqual(await db.query({ sql: "select id from history order by id" }), [{ id: "w1" }, {
      id: "w3",
    }]);
  });

  clause("an expectation holds when its condition is true, not when it is null", async ({ db }) => {
    await db.write([insertCoin("a"), historyOf("w1", "a")], committedBy("w1"));
    const try_ = (id: string, condition: string, args: Statement["args"]) =>
      db.write([expect(condition, args ?? []), historyOf(id, "a")], committedBy(id));
    const worth = "(select worth from coin where id = ?) = ?";
    assert.equal((await try_("w2", worth, ["a", 1])).kind, "written");
    assert.equal((await try_("w3", worth, ["a", 2])).kind, "stale");
    assert.equal((await try_("w4", worth, ["nobody", 1])).kind, "stale");
    assert.equal((await try_("w5", "null", [])).kind, "stale");
  });

  clause("a unique key that was there is named, and nothing is written", async ({ db }) => {
    const first = insertCoin("a", { label: "l", a: "1", b: "2", owner: "only Me" });
    await db.write([first, historyOf("w1", "a")], committedBy("w1"));
    const cases: [Record<string, string>, string][] = [
      [{ id: "a" }, "coin.id"],
      [{ id: "b", label: "l" }, "coin.label"],
      [{ id: "b", a: "1", b: "2" }, "coin.a, coin.b"],
      [{ id: "b", owner: "ONLY ME" }, "coin_by_folded_owner"],
    ];
    for (const [values, key] of cases) {
      const statements = [insertCoin("x"), insertCoin("b", values), historyOf("w2", "x")];
      assert.deepEqual(await db.write(statements, committedBy("w2")), { kind: "duplicate", key });
    }
    assert.deepEqual(await coins(db), [{ id: "a", worth: 1n, version: 1n }]);
  });

  clause("a batch whose write id is there was written before", async ({ db }) => {
    const statements = [insertCoin("a"), historyOf("w1", "a")];
    assert.equal((await db.write(statements, committedBy("w1"))).kind, "written");
    assert.deepEqual(await db.write(statements, committedBy("w1")), { kind: "written", rows: [] });
    const move = [...moveCoin("a", 1), historyOf("w2", "a")];
    assert.equal((await db.write(move, committedBy("w2"))).kind, "written");
    assert.deepEqual(
      await db.write(move, committedBy("w2")),
      { kind: "written", rows: [] },
      "stale by its own doing",
    );
    assert.deepEqual(await coins(db), [{ id: "a", worth: 2n, version: 2n }]);
  });

  clause("of twenty racers for one version one wins, the others are stale", async ({ db, another }) => {
    await db.write([insertCoin("a"), historyOf("w0", "a")], committedBy("w0"));
    const race = Array.from({ length: 20 }, (_, i) => {
      const id = `race${i}`;
      return (i % 2 ? db : another).write([...moveCoin("a", 1), historyOf(id, "a")], committedBy(id));
    });
    const kinds = (await Promise.all(race)).map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === "written").length, 1);
    assert.equal(kinds.filter((kind) => kind === "stale").length, 19);
    assert.deepEqual(await coins(db), [{ id: "a", worth: 2n, version: 2n }]);
    assert.equal((await db.query({ sql: "select id from history where id like 'race%'" })).length, 1);
  });

  clause("what the schema forbids is a developer's error and writes nothing", async ({ db }) => {
    await db.write([insertCoin("a"), historyOf("w1", "a")], committedBy("w1"));
    const forbidden: [Statement, RegExp][] = [
      [
        { sql: "insert into coin (id, owner, worth, version) values ('z', 'o', 0, 1)" },
        /CHECK constraint failed/,
      ],
      [
        { sql: "insert into coin (id, worth, version) values ('z', 1, 1)" },
        /NOT NULL constraint failed: coin.owner/,
      ],
      [
        { sql: "insert into coin (id, owner, worth, version) values ('z', 'o', 'much', 1)" },
        /cannot store TEXT/,
      ],
      [historyOf("w9", "nothing"), /FOREIGN KEY constraint failed/],
      [{ sql: "insert into nowhere values (1)" }, /no such table: nowhere/],
      [{ sql: "select json('stale')" }, /malformed JSON/],
    ];
    for (const [statement, message] of forbidden) {
      const batch = [insertCoin("y"), statement, historyOf("w2", "y")];
      await assert.rejects(db.write(batch, committedBy("w2")), message);
    }
    assert.deepEqual(await coins(db), [{ id: "a", worth: 1n, version: 1n }]);
    await assert.rejects(db.query({ sql: "select price from coin" }), /no such column: price/);
    await assert.rejects(db.read([{ sql: "select price from coin" }]), /no such column: price/);
  });

  clause("a read that would write is refused", async ({ db }) => {
    const writes = [
      insertCoin("a").sql,
      "with x as (select 1) insert into coin (id, owner, worth, version) select 'a', 'o', 1, 1",
      "with x as (select 1) delete from coin",
      "pragma synchronous = off",
      "delete from coin",
    ];
    for (const sql of writes) {
      await assert.rejects(db.query({ sql }), /Cannot read with/);
      await assert.rejects(db.read([{ sql: "select 1" }, { sql }]), /Cannot read with/);
    }
    assert.deepEqual(await coins(db), []);
  });

  clause("a number that is no safe integer is never bound", async ({ db }) => {
    for (const worth of [0.5, 2 ** 53, NaN, Infinity]) {
      const insert = {
        sql: "insert into coin (id, owner, worth, version) values ('a', 'o', ?, 1)",
        args: [worth],
      };
      await assert.rejects(db.write([insert], committedBy("w1")), RangeError);
      await assert.rejects(db.query({ sql: "select ? as x", args: [worth] }), RangeError);
    }
    assert.deepEqual(await coins(db), []);
  });

  clause("a text that would not come back as it went in is refused with 400", async ({ db }) => {
    for (const text of ["a\0b", "a\ud800b"]) {
      await assert.rejects(db.write([insertCoin(text)], committedBy("w1")), { status: 400 });
      await assert.rejects(db.query({ sql: "select ? as x", args: [text] }), { status: 400 });
    }
    assert.deepEqual(await coins(db), []);
  });
}
