import assert from "node:assert/strict";
import { compareKeys, giveUpKey } from "../../../core/keys/keys-in-use.ts";
import { rekey } from "../../../core/keys/rekey.ts";
import type { Database } from "../../../core/records/database.ts";
import type { Vault } from "../../../core/records/vault.ts";
import { inMemory } from "../records/memory.ts";
import { fill, vaultOf } from "./filled.ts";
import { walkingOver } from "./walking.ts";

/** Starts a process with these keys: what it is refused for, without the advice. */
async function start(db: Database, vault: Vault): Promise<string[]> {
  const { problems, note } = await compareKeys({ db, vault });
  if (problems.length === 0) await note();
  return problems.map((problem) => problem.replace(/:.*/, ""));
}

const missing = (vault: Vault) => [
  `records need the key ${vault.dataKeyIds[0]} of DATA_KEY`,
  `records need the key ${vault.indexKeyIds[0]} of INDEX_KEY`,
];

Deno.test("a process starts with the keys that a database needs, wherever they stand, and with no less", async () => {
  using db = await inMemory();
  const [old, fresh] = [vaultOf(1), vaultOf(2)];
  assert.deepEqual(await start(db, old), [], "a new database needs none");
  assert.deepEqual(await start(db, fresh), missing(old), "one alone is not enough");
  assert.deepEqual(await start(db, old), [], "who was refused has left nothing behind");
  for (const keys of [vaultOf(1, 2), vaultOf(2, 1)]) assert.deepEqual(await start(db, keys), []);
  assert.deepEqual(
    await start(db, old),
    missing(fresh),
    "once somebody seals with the new key, it is needed",
  );
  const { problems: [problem] } = await compareKeys({ db, vault: old });
  assert.match(problem ?? "", /: put it back, behind the first one; the task rekey says what needs it/);
});

Deno.test("rekey crosses a key out when nothing stands under it, and not before", async () => {
  using db = await inMemory();
  const [old, fresh, during] = [vaultOf(1), vaultOf(2), vaultOf(2, 1)];
  await start(db, old);
  await fill(db, old, 1);
  await start(db, during);
  assert.equal((await rekey(walkingOver(db, during, () => true))).kind, "stopped");
  assert.deepEqual(await start(db, fresh), missing(old));
  await rekey(walkingOver(db, during));
  assert.deepEqual(await start(db, fresh), []);
  // An instance that was started before the rotation still sealed with its key.
  await fill(db, old, 2);
  await rekey(walkingOver(db, fresh));
  assert.deepEqual(
    await start(db, fresh),
    [],
    "what is not configured is told by the task, and stops nobody",
  );
  await rekey(walkingOver(db, vaultOf(1, 2)));
  assert.deepEqual(
    await start(db, fresh),
    missing(old),
    "back again: the old key is needed, the new one is not",
  );
  assert.deepEqual(await start(db, old), []);
});

Deno.test("a key that nobody sealed anything with, though a process was started with it, is crossed out as well", async () => {
  using db = await inMemory();
  const [old, fresh] = [vaultOf(1), vaultOf(2)];
  await fill(db, old, 1);
  await start(db, vaultOf(2, 1));
  await start(db, vaultOf(1, 2));
  assert.deepEqual(await start(db, old), missing(fresh));
  await rekey(walkingOver(db, old));
  assert.deepEqual(await start(db, old), []);
});

Deno.test("a key that is lost for good is given up, so that the rest can start", async () => {
  using db = await inMemory();
  const [lost, fresh] = [vaultOf(1), vaultOf(2)];
  await start(db, lost);
  await fill(db, lost, 1);
  const [dataKey = "", indexKey = ""] = [...lost.dataKeyIds, ...lost.indexKeyIds];
  assert.equal(await giveUpKey(db, dataKey), true);
  assert.deepEqual(await start(db, fresh), missing(lost).slice(1));
  assert.equal(await giveUpKey(db, indexKey), true);
  assert.equal(await giveUpKey(db, indexKey), false, "nothing asks for it any more");
  assert.deepEqual(await start(db, fresh), []);
});
