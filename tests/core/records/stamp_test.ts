import assert from "node:assert/strict";
import { openDatabase } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { foreignStamp, proveStamp, readStamp, stampDatabase } from "../../../core/records/stamp.ts";
import { inFile } from "./files.ts";
import { inMemory } from "./memory.ts";

const settings = {
  environment: "testnet",
  passphrase: "Test SDF Network ; September 2015",
  "account.issuer": "GA",
};

Deno.test("a new database takes the stamp, and the same settings find it again", async () => {
  using db = await inMemory();
  await assert.rejects(proveStamp(db, settings), /has no stamp: run the task migrate first/);
  await stampDatabase(db, settings);
  await stampDatabase(db, settings);
  await proveStamp(db, settings);
  assert.deepEqual(await readStamp(db), settings);
});

Deno.test("a process whose settings differ is told each difference and changes nothing", async () => {
  using db = await inMemory();
  await stampDatabase(db, settings);
  const others = { environment: "public", passphrase: settings.passphrase, "account.fee": "GB" };
  const message = "Cannot use this database, it belongs to other settings:\n" +
    'account.fee: the database says nothing, the settings say "GB"; set it back, or use another database\n' +
    'account.issuer: the database says "GA", the settings say nothing; set it back, or use another database\n' +
    'environment: the database says "testnet", the settings say "public"; set it back, or use another database';
  await assert.rejects(proveStamp(db, others), { message });
  await assert.rejects(stampDatabase(db, others), { message });
  assert.deepEqual(await readStamp(db), settings);
  await assert.rejects(stampDatabase(db, {}), /no settings are given/);
});

Deno.test("of two processes that stamp at once one wins whole, the other is refused", async () => {
  await using file = await inFile();
  const [db, another] = [await file.open(), await file.open()];
  await migrate(db, migrations);
  const outcomes = await Promise.allSettled([
    stampDatabase(db, { ...settings, environment: "one" }),
    stampDatabase(another, { ...settings, environment: "two" }),
  ]);
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  db.close();
  another.close();
});

Deno.test("whoever is about to migrate is told of another's stamp, and of nothing else", async () => {
  const empty = await openDatabase({ url: ":memory:", onDeploy: false });
  assert.deepEqual(await foreignStamp(empty, settings), [], "nobody has migrated it");
  empty.close();
  using db = await inMemory();
  assert.deepEqual(await foreignStamp(db, settings), [], "nobody has stamped it");
  await stampDatabase(db, settings);
  assert.deepEqual(await foreignStamp(db, settings), []);
  const [difference = "", ...more] = await foreignStamp(db, { ...settings, environment: "public" });
  assert.match(difference, /^environment: the database says "testnet"/);
  assert.deepEqual(more, []);
});
