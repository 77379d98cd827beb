import assert from "node:assert/strict";
import { createWaitingValues, MOST_CHARACTERS } from "../../../core/interactive/waiting-values.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { type Database, openDatabase } from "../../../core/records/database.ts";
import { createVault, VaultError } from "../../../core/records/vault.ts";
import { Refusal } from "../../../core/refusal.ts";
import { embeddedSessions } from "../../../core/sessions/embedded.ts";
import { newId } from "../../../core/transfers/id.ts";
import { sealedCallback } from "../../../core/transfers/transfer.ts";
import { inMemory, key, testVault } from "../records/memory.ts";

const GIVEN = { first_name: "Zacharias", last_name: "Ümläut 😀", id_number: "12345678901" };
/** The day of a session, after the quarter of an hour of a link. */
const WAITING_MS = (86_400 + 900) * 1000;

async function open(vault = testVault()) {
  const db = await inMemory();
  const sessions = embeddedSessions(db);
  return {
    db,
    sessions,
    vault,
    values: createWaitingValues({ sessions, vault }),
    [Symbol.dispose]: () => db.close(),
  };
}

/** Where values of a transfer stand in the store. */
async function storedKeys(db: Database): Promise<string[]> {
  const rows = await db.query({ sql: "select key from sessions where key not like 'taken:%' order by key" });
  return rows.map((row) => String(row["key"]));
}

const tampered = (error: unknown) => error instanceof VaultError && error.why === "tampered";

Deno.test("what a wallet sent waits for the pages as it was sent, and the last request counts", async () => {
  using place = await open();
  const id = newId();
  const odd = { city: "\u0000 \ud800 \u202e", address: "x".repeat(10_000), "": "", constructor: "1" };
  assert.deepEqual(await place.values.waiting(id), {});
  for (const given of [GIVEN, odd]) {
    await place.values.keep(id, given);
    assert.deepEqual(await place.values.waiting(id), given);
  }
  assert.deepEqual(await place.values.waiting(newId()), {});
});

Deno.test("what waits is sealed before it reaches the store", async () => {
  using place = await open();
  await place.values.keep(newId(), GIVEN);
  const [row] = await place.db.query({ sql: "select key, value from sessions" });
  const stored = Uint8Array.fromBase64(String(row?.["value"]));
  const text = `${row?.["key"]} ${row?.["value"]} ${new TextDecoder("latin1").decode(stored)}`;
  assert.doesNotMatch(text, /Zacharias|12345678901|first_name/);
  assert.equal(place.vault.isCurrent(stored), true);
});

Deno.test("values wait for as long as the pages can be open, and no longer", async () => {
  using place = await open();
  const id = newId();
  await place.values.keep(id, GIVEN);
  await moveClock(place.db, WAITING_MS - 10_000);
  assert.deepEqual(await place.values.waiting(id), GIVEN);
  await moveClock(place.db, 10_000);
  assert.deepEqual(await place.values.waiting(id), {});
});

Deno.test("values that were moved, to another transfer or from a column of the records, do not open", async () => {
  using place = await open();
  const [id, other] = [newId(), newId()];
  await place.values.keep(id, GIVEN);
  const [stored = ""] = await storedKeys(place.db);
  const sealed = await place.sessions.get(stored) ?? "";
  assert.ok(stored.endsWith(id));
  await place.sessions.put(stored.replace(id, other), sealed, 60);
  await assert.rejects(place.values.waiting(other), tampered);
  assert.deepEqual(await place.values.waiting(id), GIVEN);
  const ofColumn = place.vault.sealJson(sealedCallback.place(id), GIVEN);
  await place.sessions.put(stored, ofColumn.toBase64(), 60);
  await assert.rejects(place.values.waiting(id), tampered);
  assert.throws(
    () => place.vault.open(sealedCallback.place(id), Uint8Array.fromBase64(sealed)),
    tampered,
  );
});

Deno.test("values wait while keys rotate, and are lost when their key is dropped", async () => {
  using place = await open();
  const id = newId();
  await place.values.keep(id, GIVEN);
  const withKeys = (...dataKeys: Uint8Array[]) =>
    createWaitingValues({
      sessions: place.sessions,
      vault: createVault({ dataKeys, indexKeys: [key(2)] }),
    });
  assert.deepEqual(await withKeys(key(9), key(1)).waiting(id), GIVEN);
  assert.deepEqual(await withKeys(key(9)).waiting(id), {});
});

Deno.test("nothing, and more than any form asks for, is not kept", async () => {
  using place = await open();
  const id = newId();
  const most = "x".repeat(MOST_CHARACTERS - JSON.stringify({ city: "" }).length);
  await place.values.keep(id, {});
  await place.values.keep(id, { city: `${most}x` });
  assert.deepEqual(await storedKeys(place.db), []);
  await place.values.keep(id, { city: most });
  assert.deepEqual(await place.values.waiting(id), { city: most });
});

Deno.test("values that are given up are gone, and only those", async () => {
  using place = await open();
  const [id, other] = [newId(), newId()];
  for (const one of [id, other]) await place.values.keep(one, GIVEN);
  await place.values.forget(id);
  await place.values.forget(id);
  assert.deepEqual(await place.values.waiting(id), {});
  assert.deepEqual(await place.values.waiting(other), GIVEN);
  assert.equal((await storedKeys(place.db)).length, 1);
});

Deno.test("while sessions cannot be reached, values are neither kept nor taken for missing", async () => {
  const db = await openDatabase({ url: "http://127.0.0.1:1", onDeploy: true });
  const values = createWaitingValues({ sessions: embeddedSessions(db), vault: testVault() });
  const unreachable = (error: unknown) => error instanceof Refusal && error.code === "sessions.unreachable";
  await assert.rejects(values.keep(newId(), GIVEN), unreachable);
  await assert.rejects(values.waiting(newId()), unreachable);
  await assert.rejects(values.forget(newId()), unreachable);
  db.close();
});
