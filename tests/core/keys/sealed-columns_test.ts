import assert from "node:assert/strict";
import { sealedColumns, sendingHashes, valueHashes } from "../../../core/keys/sealed-columns.ts";
import { inMemory } from "../records/memory.ts";
import { fill, vaultOf } from "./filled.ts";
import { columnsOf, hashColumnsIn } from "./real-columns.ts";

Deno.test("every BLOB of the schema is a sealed column of the list, with the table's own primary key", async () => {
  using db = await inMemory();
  const columns = await columnsOf(db);
  const blobs = columns.filter(({ type }) => type === "BLOB").map(({ table, column }) =>
    `${table}.${column}`
  );
  assert.deepEqual(
    sealedColumns.map(({ table, column }) => `${table}.${column}`).sort(),
    blobs.sort(),
    "a BLOB is sealed, and a key that moves has to move it: declare it in core/keys/sealed-columns.ts",
  );
  for (const { table, key } of sealedColumns) {
    const own = columns.filter((column) => column.table === table && column.isKey);
    assert.deepEqual(key, own.map(({ column }) => column), table);
  }
});

Deno.test("keyed hashes stand in the listed columns, and in no others", async () => {
  using db = await inMemory();
  const vault = vaultOf(1);
  await fill(db, vault, 1);
  const insert = "insert into code_sendings (counted, at_ms) values (?, 1)";
  await db.write([{ sql: insert, args: [vault.index("phone", "1")] }], {
    committed: { sql: "select 1 from code_sendings" },
  });
  const found = await hashColumnsIn(db);
  const listed = [valueHashes, sendingHashes].map(({ table, column }) => `${table}.${column}`);
  assert.deepEqual(found.sort(), listed.sort());
});
