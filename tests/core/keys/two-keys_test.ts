import assert from "node:assert/strict";
import { CODE_LIMITS } from "../../../core/customers/mod.ts";
import { sendCode, waitForCode } from "../../../core/customers/send-codes.ts";
import { rekey } from "../../../core/keys/rekey.ts";
import { createModuleStore } from "../../../core/outgoing/module-store.ts";
import { type Database, repeatable } from "../../../core/records/database.ts";
import { createOutbox } from "../../../core/records/outbox.ts";
import type { Vault } from "../../../core/records/vault.ts";
import { customersByIndex } from "../../../core/transfers/customer-desk.ts";
import { inMemory } from "../records/memory.ts";
import { fill, vaultOf } from "./filled.ts";
import { walkingOver } from "./walking.ts";

// The steps of a rotation: each runs beside the one before it.
const STEPS = [vaultOf(1), vaultOf(1, 2), vaultOf(2, 1), vaultOf(2)] as const;

Deno.test("P12 a customer is found by an identity at each step of a rotation, whichever step stored it", async () => {
  using db = await inMemory();
  const [old, appended, moved, fresh] = STEPS;
  await fill(db, old, 1);
  await fill(db, appended, 2);
  const found = async (vault: Vault) =>
    (await customersByIndex({ db, vault }, "phone", "5511999998888")).map((id) => Number(id.slice(-1)))
      .sort();
  assert.deepEqual(
    await found(old),
    [1, 2],
    "an instance with the old key alone finds what its neighbour stored",
  );
  await fill(db, moved, 3);
  for (const vault of [appended, moved]) assert.deepEqual(await found(vault), [1, 2, 3]);
  await rekey(walkingOver(db, moved));
  for (const vault of [appended, moved, fresh]) assert.deepEqual(await found(vault), [1, 2, 3]);
});

Deno.test("R-12-73 codes that were counted under the key before this one still count", async () => {
  using db = await inMemory();
  await fill(db, STEPS[0], 1);
  const code = {
    customerId: "1".padStart(26, "a"),
    name: "mobile_number",
    value: "+5511999998888",
    givenVersion: 1,
    instance: "bureau",
  };
  let replaces = "send 1";
  const send = async (on: Database, vault: Vault) => {
    const sending = sendCode({ vault, outbox: createOutbox({ db: on, vault }) }, { ...code, replaces }, "w");
    const { kind } = await on.write(sending.statements, repeatable);
    const [row] = await on.query({ sql: "select send_id from customer_verifications" });
    replaces = String(row?.send_id);
    return kind;
  };
  const [, appended, moved, fresh] = STEPS;
  for (let n = 0; n < CODE_LIMITS.sends; n++) {
    assert.equal(await waitForCode({ db, vault: moved }, code), 0);
    assert.equal(await send(db, n % 2 === 0 ? appended : moved), "written");
  }
  for (const vault of [appended, moved]) {
    assert.ok(await waitForCode({ db, vault }, code) > 0);
    assert.equal(await send(db, vault), "stale", "the batch itself counts under both keys");
  }
  // What is promised of the key's last hour: dropped before it, the counts are lost.
  assert.equal(await waitForCode({ db, vault: fresh }, code), 0);
});

Deno.test("M-30 a swap whose answer was lost is known as done, though its value was sealed anew before the look back", async () => {
  using memory = await inMemory();
  const [old, , moved] = STEPS;
  const db: Database = {
    ...memory,
    // As the wrapper does after a lost answer: it looks back, here after a rekey has gone over the row.
    async write(statements, { committed }) {
      const result = await memory.write(statements, { committed });
      await rekey(walkingOver(memory, moved));
      const found = await memory.query(committed);
      return found.length > 0 ? { kind: "written", rows: [] } : { ...result, kind: "stale" };
    },
  };
  const store = (on: Database, vault: Vault) =>
    createModuleStore({ db: on, vault, instance: "bank", holder: "p" });
  assert.equal(await store(db, old).swap("nonce", null, "1"), true);
  assert.equal(await store(db, moved).swap("nonce", 1, "2"), true);
  assert.deepEqual(await store(memory, vaultOf(2)).get("nonce"), { value: "2", version: 2 });
});
