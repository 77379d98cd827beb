import assert from "node:assert/strict";
import { openAlarms } from "../../../core/records/alarms.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import { createInbox } from "../../../core/records/inbox.ts";
import type { InboxItem, RawRequest } from "../../../core/records/inbox.ts";
import { createVault, VaultError } from "../../../core/records/vault.ts";
import { inMemory, key, testVault } from "./memory.ts";

const request: RawRequest = {
  method: "POST",
  path: "/events/1",
  query: "sign=%2B",
  headers: [["content-type", "application/json"], ["x-sign", "a"], ["x-sign", "b"]],
  body: Uint8Array.of(0x7b, 0x0a, 0x00, 0xff, 0x0a, 0x7d),
};
const arrival = (id: string, more: Partial<RawRequest> = {}) =>
  ({ id, contract: "rail", instance: "pix", request: { ...request, ...more } }) as const;

const finish = (db: Database, item: InboxItem, statements = [{ sql: "select 1" }]) =>
  createInbox({ db, vault: testVault() }).markDone(item).concat(statements);

const states = (db: Database) => db.query({ sql: "select id, state, tries, error from inbox order by id" });

Deno.test("a request is read as the bytes it came in", async () => {
  using db = await inMemory();
  const inbox = createInbox({ db, vault: testVault() });
  await inbox.putRaw(arrival("a"));
  await inbox.putRaw({
    ...arrival("b", { body: new Uint8Array(0), headers: [] }),
    contract: "kyc",
    instance: "bureau",
  });
  const items = await inbox.takeDue(10);
  assert.deepEqual(items.map(({ id, contract, instance, tries }) => [id, contract, instance, tries]), [
    ["a", "rail", "pix", 1],
    ["b", "kyc", "bureau", 1],
  ]);
  assert.deepEqual(items[0]?.request, request);
  assert.deepEqual(items[1]?.request, { ...request, body: new Uint8Array(0), headers: [] });
  assert.ok(Math.abs((items[0]?.receivedMs ?? 0) - Date.now()) < 5_000);
});

Deno.test("nothing of a request lies open in the database", async () => {
  using db = await inMemory();
  const body = new TextEncoder().encode("remittance of a person");
  await createInbox({ db, vault: testVault() }).putRaw(arrival("a", { body, query: "secret=1" }));
  const [row] = await db.query({ sql: "select * from inbox" });
  const bytes = row?.request;
  assert.ok(bytes instanceof Uint8Array);
  const stored = new TextDecoder("latin1").decode(bytes) +
    JSON.stringify({ ...row, request: "" }, (_, value) => typeof value === "bigint" ? String(value) : value);
  assert.doesNotMatch(stored, /remittance|secret|content-type/);
});

Deno.test("R-12-78 what a KYC provider said is gone once it was read, what a bank said stays for a while", async () => {
  using db = await inMemory();
  const inbox = createInbox({ db, vault: testVault() });
  await inbox.putRaw(arrival("a"));
  await inbox.putRaw({ ...arrival("b"), contract: "kyc", instance: "bureau" });
  for (const item of await inbox.takeDue(10)) await db.write(inbox.markDone(item), repeatable);
  const rows = await db.query({ sql: "select id, length(request) > 0 as kept from inbox order by id" });
  assert.deepEqual(rows, [{ id: "a", kept: 1n }, { id: "b", kept: 0n }]);
});

Deno.test("an id is put once, whatever comes under it again", async () => {
  using db = await inMemory();
  const inbox = createInbox({ db, vault: testVault() });
  await inbox.putRaw(arrival("a"));
  await inbox.putRaw(arrival("a", { path: "/other" }));
  const items = await inbox.takeDue(10);
  assert.deepEqual(items.map((item) => item.request.path), ["/events/1"]);
});

Deno.test("M-29 a taken request is hidden, and comes back when its reader died", async () => {
  using db = await inMemory();
  const inbox = createInbox({ db, vault: testVault() });
  for (const id of ["a", "b", "c"]) await inbox.putRaw(arrival(id));
  const first = await inbox.takeDue(2, 30_000);
  assert.equal(first.length, 2);
  assert.equal((await inbox.takeDue(10, 30_000)).length, 1);
  assert.deepEqual(await inbox.takeDue(10), []);
  await moveClock(db, 31_000);
  const again = await inbox.takeDue(10);
  assert.deepEqual(again.map(({ id, tries }) => [id, tries]).sort(), [["a", 2], ["b", 2], ["c", 2]]);
});

Deno.test("a request is done in the batch of its consequences, by one of two readers", async () => {
  using db = await inMemory();
  const inbox = createInbox({ db, vault: testVault() });
  await inbox.putRaw(arrival("a"));
  const [slow] = await inbox.takeDue(1, 1_000);
  await moveClock(db, 2_000);
  const [fast] = await inbox.takeDue(1, 1_000);
  assert.ok(slow !== undefined && fast !== undefined);
  assert.equal((await db.write(finish(db, slow), repeatable)).kind, "stale");
  const failing = finish(db, fast, [{ sql: "insert into alarms (id) values ('x')" }]);
  await assert.rejects(db.write(failing, repeatable), /NOT NULL constraint failed/);
  assert.equal((await db.write(finish(db, fast), repeatable)).kind, "written");
  assert.equal((await db.write(finish(db, fast), repeatable)).kind, "stale");
  await inbox.markFailed(fast, 1_000, "late");
  await inbox.markParked(slow, "late");
  assert.deepEqual(await states(db), [{ id: "a", state: "done", tries: 2n, error: null }]);
});

Deno.test("a request that failed is due again after its wait; a parked one waits for an operator", async () => {
  using db = await inMemory();
  const inbox = createInbox({ db, vault: testVault() });
  await inbox.putRaw(arrival("a"));
  const [item] = await inbox.takeDue(1);
  assert.ok(item !== undefined);
  await inbox.markFailed(item, 10_000, "key_unreachable");
  assert.deepEqual(await inbox.takeDue(1), []);
  await moveClock(db, 11_000);
  const [again] = await inbox.takeDue(1);
  assert.equal(again?.tries, 2);
  await inbox.markFailed(item, 0, "older_reader");
  assert.deepEqual(await inbox.takeDue(1), [], "an older reader changes nothing");
  assert.ok(again !== undefined);
  await inbox.markParked(again, "unreadable");
  await moveClock(db, 1e9);
  assert.deepEqual(await inbox.takeDue(1), []);
  assert.deepEqual(await states(db), [{ id: "a", state: "parked", tries: 2n, error: "unreadable" }]);
});

Deno.test("a request whose key is missing waits for it, holds up nothing, and is parked in the end", async () => {
  using db = await inMemory();
  const other = createInbox({ db, vault: createVault({ dataKeys: [key(8)], indexKeys: [key(2)] }) });
  await other.putRaw(arrival("a"));
  const reported: string[] = [];
  const inbox = createInbox({
    db,
    vault: testVault(),
    report: (id, error) => void reported.push(`${id} ${error instanceof VaultError && error.why}`),
  });
  await inbox.putRaw(arrival("b"));
  const [second] = await inbox.takeDue(10);
  assert.ok(second);
  assert.equal(second.id, "b");
  await db.write(inbox.markDone(second), repeatable);
  const stateOfFirst = async () => (await states(db))[0];
  assert.deepEqual(await stateOfFirst(), { id: "a", state: "due", tries: 1n, error: "unknown_key" });
  assert.deepEqual(reported, ["a unknown_key"]);
  await moveClock(db, 3_000);
  assert.deepEqual((await other.takeDue(10)).map(({ id }) => id), ["a"], "whoever has the key reads it");
  for (let tries = 3; tries <= 20; tries++) {
    await moveClock(db, 3_700_000 * tries);
    assert.deepEqual(await inbox.takeDue(10), []);
  }
  assert.deepEqual(await stateOfFirst(), { id: "a", state: "parked", tries: 20n, error: "unknown_key" });
  assert.deepEqual((await openAlarms(db, 10)).map(({ id }) => id), ["inbox_parked:a:unknown_key"]);
});
