import assert from "node:assert/strict";
import { sealedValue } from "../../../core/customers/customer.ts";
import { hashesOf } from "../../../core/customers/index-hashes.ts";
import { isUnused, type KeyUse, valuesUnder } from "../../../core/keys/count.ts";
import { checkKeys, heldUp, rekey } from "../../../core/keys/rekey.ts";
import { sealedColumns } from "../../../core/keys/sealed-columns.ts";
import { openDatabase, repeatable } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { needs } from "../../support/machine.ts";
import { sqld, startSqld } from "../../support/sqld.ts";
import { inFile } from "../records/files.ts";
import { inMemory } from "../records/memory.ts";
import { allElse, fill, hashesFor, hashesIn, openAll, vaultOf } from "./filled.ts";
import { walkingOver } from "./walking.ts";

const [OLD, NEW] = [1, 2];
const before = vaultOf(OLD);
const during = vaultOf(NEW, OLD);
const after = vaultOf(NEW);

/** Position and count of each key, as told. */
const told = (uses: readonly KeyUse[]) => uses.map((use) => [use.purpose, use.position, valuesUnder(use)]);

async function movesAll(db: Database): Promise<void> {
  for (const n of [1, 2, 3]) await fill(db, before, n);
  const [texts, rest] = [await openAll(db, before), await allElse(db)];
  const hashes = (await hashesIn(db)).length;
  const checked = await checkKeys(walkingOver(db, during));
  assert.ok(checked.kind === "counted");
  assert.deepEqual(told(checked.uses), [
    ["data", 1, 0],
    ["data", 2, texts.size],
    ["index", 1, 0],
    ["index", 2, hashes],
  ]);
  const run = walkingOver(db, during);
  const end = await rekey(run);
  assert.ok(end.kind === "counted");
  assert.deepEqual(told(end.uses), [
    ["data", 1, texts.size],
    ["data", 2, 0],
    ["index", 1, hashes],
    ["index", 2, 0],
  ]);
  assert.deepEqual([end.unopened, heldUp(end.uses), run.faults], [0, [], []]);
  assert.equal(run.moved(), texts.size + hashes);
  assert.deepEqual(await openAll(db, after), texts, "all of it opens with the new keys alone, as it was");
  assert.deepEqual(await hashesIn(db), [1, 2, 3].flatMap((n) => hashesFor(after, n)).sort());
  assert.deepEqual(await allElse(db), rest, "nothing else of any row has moved");
  const again = walkingOver(db, during);
  await rekey(again);
  assert.equal(again.moved(), 0, "what is done is not done again");
}

Deno.test("rekey moves every sealed value and every hash to the first keys, and nothing else of their rows", async () => {
  using db = await inMemory();
  await movesAll(db);
});

Deno.test({
  name: "rekey does the same over HTTP",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    const db = await openDatabase({ url: server.url, onDeploy: false });
    await migrate(db, migrations);
    await movesAll(db);
    db.close();
  }),
});

Deno.test("a run that is stopped after any batch leaves all readable, and the next one goes on where it was", async () => {
  await using file = await inFile();
  const db = await file.open();
  await migrate(db, migrations);
  for (const n of [1, 2, 3]) await fill(db, before, n);
  const texts = await openAll(db, before);
  const total = texts.size + (await hashesIn(db)).length;
  let stopped = 0;
  let left = total;
  for (let allowed = 0;; allowed++) {
    // Each run is told to stop a little later than the one before.
    let asked = 0;
    const { kind } = await rekey(walkingOver(db, during, () => ++asked > allowed));
    if (kind === "counted") break;
    stopped++;
    assert.deepEqual(await openAll(db, during), texts);
    const now = await leftUnder(db);
    assert.ok(now <= left, "what is done stays done");
    left = now;
  }
  assert.ok(stopped > 10, `stopped ${stopped} times`);
  assert.equal(await leftUnder(db), 0);
  assert.deepEqual(await openAll(db, after), texts);
  db.close();
});

/** Values that still stand under the old keys. */
async function leftUnder(db: Database): Promise<number> {
  const end = await checkKeys(walkingOver(db, during));
  assert.ok(end.kind === "counted");
  return heldUp(end.uses).reduce((sum, use) => sum + valuesUnder(use), 0);
}

Deno.test("M-30 three runs at once lose nothing, and each value is moved once", async () => {
  await using file = await inFile();
  const dbs = [await file.open(), await file.open(), await file.open()] as const;
  await migrate(dbs[0], migrations);
  for (let n = 1; n <= 8; n++) await fill(dbs[0], before, n);
  const texts = await openAll(dbs[0], before);
  const runs = dbs.map((db) => walkingOver(db, during));
  const ends = await Promise.all(runs.map((run) => rekey(run)));
  for (const end of ends) assert.deepEqual(end.kind === "counted" && heldUp(end.uses), []);
  // Of hashes two runs may each say that they moved them: which one did, nobody can tell.
  const sealed = runs.flatMap(({ ends }) => ends).filter(({ table }) => table !== "customer_indexes");
  assert.equal(sealed.reduce((sum, { moved }) => sum + moved, 0), texts.size);
  assert.deepEqual(await openAll(dbs[0], after), texts);
  dbs.forEach((db) => db.close());
});

Deno.test("what somebody writes between look and write stays as they wrote it, and is moved as well", async () => {
  using memory = await inMemory();
  for (const n of [1, 2]) await fill(memory, before, n);
  const texts = await openAll(memory, before);
  for (const column of sealedColumns) {
    const { table, key } = column;
    const [row] = await memory.query({
      sql: `select * from ${table} where ${column.column} is not null
      and length(${column.column}) > 0 limit 1`,
    });
    assert.ok(row);
    const [first, ...others] = key.map((name) => String(row[name]));
    const place = column.place(first ?? "", ...others);
    const where = key.map((name) => `cast(${name} as text) = ?`).join(" and ");
    let overtaken = false;
    const db: Database = {
      ...memory,
      async write(statements, options) {
        if (!overtaken && statements[0]?.sql.startsWith(`update ${table} set ${column.column} `)) {
          overtaken = true;
          await memory.write([{
            sql: `update ${table} set ${column.column} = ? where ${where}`,
            // A gateway that has not been started again seals with the old key.
            args: [before.seal(place, `written by somebody else`), first ?? "", ...others],
          }], repeatable);
          texts.set(`${table}.${column.column}:${place.row}`, "written by somebody else");
        }
        return await memory.write(statements, options);
      },
    };
    await rekey(walkingOver(db, during));
    assert.ok(overtaken, `${table}.${column.column} is written`);
    // Move all of it back, for the next column.
    assert.deepEqual(await openAll(memory, after), texts, `${table}.${column.column}`);
    await rekey(walkingOver(memory, vaultOf(OLD, NEW)));
  }
});

Deno.test("hashes of a value that is replaced between look and write are those of the new value", async () => {
  using memory = await inMemory();
  for (const n of [1, 2]) await fill(memory, before, n);
  const id = "1".padStart(26, "a");
  let replaced = false;
  const db: Database = {
    ...memory,
    async write(statements, options) {
      if (!replaced && statements.some(({ sql }) => sql.includes("customer_indexes"))) {
        replaced = true;
        const name = "first_name";
        await memory.write([
          {
            sql: "update customer_values set value = ? where customer_id = ? and name = ?",
            args: [before.seal(sealedValue.place(id, name), "Inês"), id, name],
          },
          { sql: "delete from customer_indexes where customer_id = ? and name = ?", args: [id, name] },
          ...hashesOf(before, name, "Inês").map(({ kind, hash }) => ({
            sql: "insert into customer_indexes (customer_id, name, kind, hash) values (?, ?, ?, ?)",
            args: [id, name, kind, hash],
          })),
        ], repeatable);
      }
      return await memory.write(statements, options);
    },
  };
  await rekey(walkingOver(db, during));
  assert.ok(replaced);
  const [ines] = hashesOf(after, "first_name", "Inês");
  const own = (await hashesIn(memory)).filter((hash) => hash.startsWith(`${id} first_name`));
  assert.deepEqual(own, [`${id} first_name name ${ines?.hash}`]);
});

Deno.test("a key that was in use before the last one is told while something needs it, and moved like any other", async () => {
  using db = await inMemory();
  await fill(db, vaultOf(3), 1);
  await fill(db, before, 2);
  const lacking = await checkKeys(walkingOver(db, during));
  assert.ok(lacking.kind === "counted");
  const unknown = lacking.uses.filter(({ position }) => position === null);
  assert.deepEqual(unknown.map(({ purpose, keyId }) => [purpose, keyId]), [
    ["data", vaultOf(3).dataKeyIds[0]],
    ["index", vaultOf(3).indexKeyIds[0]],
  ]);
  const end = await rekey(walkingOver(db, vaultOf(NEW, OLD, 3)));
  assert.ok(end.kind === "counted");
  assert.deepEqual(end.uses.filter((use) => use.position !== 1).map(isUnused), [true, true, true, true]);
  await openAll(db, after);
});
