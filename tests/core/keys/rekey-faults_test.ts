import assert from "node:assert/strict";
import { createFiles } from "../../../core/customers/files.ts";
import { CODE_LIMITS } from "../../../core/customers/mod.ts";
import { heldUp, rekey } from "../../../core/keys/rekey.ts";
import { moveClock, NOW_MS } from "../../../core/records/clock.ts";
import { type Database, RecordsUnavailable, repeatable } from "../../../core/records/database.ts";
import type { Statement } from "../../../core/records/database.ts";
import { inMemory } from "../records/memory.ts";
import { fill, hashesFor, hashesIn, openAll, vaultOf } from "./filled.ts";
import { walkingOver } from "./walking.ts";

const before = vaultOf(1);
const during = vaultOf(2, 1);
const after = vaultOf(2);

const change = (db: Database, sql: string, args: Statement["args"] = []) =>
  db.write([{ sql, args }], repeatable);

Deno.test("a value that does not open is told by its place, once, keeps its hash, and holds up nothing", async () => {
  using db = await inMemory();
  for (const n of [1, 2]) await fill(db, before, n);
  const id = "1".padStart(26, "a");
  await change(
    db,
    "update customer_values set value = unhex(hex(substr(value, 1, 20)) || hex(zeroblob(40))) where customer_id = ? and name = 'first_name'",
    [id],
  );
  const stranger = vaultOf(9).seal({ table: "receipts", column: "payer", row: "receipt 2" }, "{}");
  await change(db, "update receipts set payer = ? where id = 'receipt 2'", [stranger]);
  const run = walkingOver(db, during);
  const end = await rekey(run);
  const { dataKeyIds: [strangers] } = vaultOf(9);
  assert.deepEqual(run.faults, [
    { table: "customer_values", column: "value", row: `${id}/first_name`, why: "tampered" },
    { table: "receipts", column: "payer", row: "receipt 2", why: "unknown_key", keyId: strangers },
    { table: "customer_indexes", column: "hash", row: `${id}/first_name`, why: "tampered" },
  ]);
  assert.ok(end.kind === "counted");
  assert.equal(end.unopened, 3);
  assert.deepEqual(
    heldUp(end.uses).map(({ purpose, position, values }) => [purpose, position, [...values]]),
    [
      ["data", 2, [["customer_values.value", 1]]],
      ["data", null, [["receipts.payer", 1]]],
      ["index", 2, [["customer_indexes.hash", 1]]],
    ],
  );
  // The rest has moved.
  await change(db, "delete from customer_values where customer_id = ? and name = 'first_name'", [id]);
  await change(db, "update receipts set payer = null where id = 'receipt 2'");
  await openAll(db, after);
});

Deno.test("a hash whose value is gone leads to nobody and is dropped", async () => {
  using db = await inMemory();
  for (const n of [1, 2]) await fill(db, before, n);
  await change(db, "delete from customer_values where customer_id = ?", ["1".padStart(26, "a")]);
  assert.equal((await rekey(walkingOver(db, during))).kind, "counted");
  assert.deepEqual(await hashesIn(db), hashesFor(after, 2).sort());
});

Deno.test("counts of codes that were sent are not moved: their key stays until they count nothing", async () => {
  using db = await inMemory();
  await change(db, `insert into code_sendings (counted, at_ms) values (?, ${NOW_MS})`, [
    before.index("phone", "5511999998888"),
  ]);
  const expiring = async () => {
    const end = await rekey(walkingOver(db, during));
    assert.ok(end.kind === "counted");
    return heldUp(end.uses).map(({ purpose, position, expiresMs }) => ({ purpose, position, expiresMs }));
  };
  const [held, ...others] = await expiring();
  assert.deepEqual([held?.purpose, held?.position, others], ["index", 2, []]);
  const [row] = await db.query({ sql: `select ${NOW_MS} as now_ms` });
  const inMs = (held?.expiresMs ?? 0) - Number(row?.now_ms);
  assert.ok(inMs > CODE_LIMITS.sendsPerMs - 60_000 && inMs <= CODE_LIMITS.sendsPerMs, `in ${inMs} ms`);
  await moveClock(db, CODE_LIMITS.sendsPerMs);
  assert.deepEqual(await expiring(), []);
});

Deno.test("an answer that is lost after the commit changes nothing: the next run finds what is done", async () => {
  using memory = await inMemory();
  for (const n of [1, 2]) await fill(memory, before, n);
  const texts = await openAll(memory, before);
  let writes = 0;
  const db: Database = {
    ...memory,
    async write(statements, options) {
      await memory.write(statements, options);
      // The wrapper found out that it was committed, and has no rows; each third time it could not even find out.
      if (++writes % 3 === 0) throw new RecordsUnavailable(true, new Error("cut"));
      return { kind: "written", rows: [] };
    },
  };
  const total = texts.size + (await hashesIn(memory)).length;
  let moved = 0;
  for (let run = 0;; run++) {
    assert.ok(run < 20, "it comes to an end");
    const told = walkingOver(db, during);
    try {
      const end = await rekey(told);
      moved += told.moved();
      assert.deepEqual(end.kind === "counted" && heldUp(end.uses), []);
      break;
    } catch (error) {
      assert.ok(error instanceof RecordsUnavailable);
      moved += told.moved();
    }
  }
  assert.ok(writes > 10);
  assert.ok(moved > total / 2 && moved <= total, `${moved} of ${total} are told as moved`);
  assert.deepEqual(await openAll(memory, after), texts);
});

Deno.test("no read and no write of a run is large, whatever the table: files of many chunks are moved a few at a time", async () => {
  using memory = await inMemory();
  await fill(memory, before, 1);
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const whole = new Uint8Array(6 * 1024 * 1024).map((_, n) => bytes[n % bytes.length] ?? 0);
  const id = await createFiles({ db: memory, vault: before }).store("1".padStart(26, "a"), {
    bytes: whole,
    mediaType: "application/pdf",
    sha256: "00",
  });
  let largest = 0;
  const sizeOf = (values: Iterable<unknown>) =>
    [...values].reduce<number>((sum, value) => sum + (value instanceof Uint8Array ? value.length : 0), 0);
  const db: Database = {
    ...memory,
    async read(statements) {
      const rows = await memory.read(statements);
      largest = Math.max(largest, sizeOf(rows.flat().flatMap((row) => Object.values(row))));
      return rows;
    },
    async write(statements, options) {
      largest = Math.max(largest, sizeOf(statements.flatMap(({ args = [] }) => Object.values(args))));
      return await memory.write(statements, options);
    },
  };
  const end = await rekey(walkingOver(db, during));
  assert.deepEqual(end.kind === "counted" && heldUp(end.uses), []);
  assert.ok(largest > 400_000 && largest <= 600_000, `${largest} bytes at once`);
  assert.deepEqual(await createFiles({ db: memory, vault: after }).read(id), whole);
});
