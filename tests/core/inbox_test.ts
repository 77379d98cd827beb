import assert from "node:assert/strict";
import { createInboxReader } from "../../core/inbox.ts";
import { moveClock } from "../../core/records/clock.ts";
import { createInbox } from "../../core/records/inbox.ts";
import type { RailInstance } from "../../core/bank/rails.ts";
import type { WebhookReading } from "../../plugins/webhook.ts";
import type { RailEvent } from "../../plugins/bank-rail.ts";
import { inbound } from "./bank/scripted-rail.ts";
import { testVault } from "./records/memory.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./transfers/money-at-work.ts";

const never = () => false;
const body = new TextEncoder().encode("raw bytes");

/** An inbox whose rail reads what `reading` says. */
function inboxOver(work: MoneyAtWork, reading: () => Promise<WebhookReading<RailEvent>>) {
  const { db, bank } = work;
  const inbox = createInbox({ db, vault: testVault() });
  const moved: string[] = [];
  /** Who moved, and what had become of the webhooks by then. */
  const told: { readonly moved: readonly string[]; readonly states: readonly string[] }[] = [];
  const reported: string[] = [];
  const instance: RailInstance = { ...bank.instance, rail: { ...bank.instance.rail, readWebhook: reading } };
  const reader = createInboxReader({
    inbox,
    receiving: work.receiving,
    railOf: (name) => {
      if (name !== bank.instance.name) throw new Error(`no rail ${name}`);
      return instance;
    },
    readKyc: (_instance, request) => Promise.resolve(request.body.length > 0 ? null : { error: "empty" }),
    async onMoved(ids) {
      moved.push(...ids);
      told.push({ moved: ids, states: await states() });
    },
    report: (id) => void reported.push(id),
  });
  const put = (
    id: string,
    more: { contract?: "rail" | "kyc"; instance?: string; body?: Uint8Array } = {},
  ) => {
    const { body: bytes = body, contract = "rail", instance = "bank" } = more;
    const request = { method: "POST", path: "", query: "", headers: [], body: bytes };
    return inbox.putRaw({ id, contract, instance, request });
  };
  const states = async () => {
    const rows = await db.query({ sql: "select id, state, error from inbox order by rowid" });
    return rows.map(({ id, state, error }) => [id, state, error].filter((part) => part !== null).join(" "));
  };
  return { reader, put, states, moved, told, reported };
}

Deno.test("P11 a webhook is read once, and who moved is told", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  const money = inbound("a", 100n * ONE, { match: { reference: transfer.reference ?? "" } });
  const { reader, put, states, moved } = inboxOver(
    work,
    () =>
      Promise.resolve({
        verdict: "accepted",
        trust: "body",
        events: [{ about: "inbound", id: "a", inbound: money }],
      }),
  );
  await put("one");
  await put("one");
  await put("two");
  assert.equal(await reader.due(10, never), 2);
  assert.deepEqual(await states(), ["one done", "two done"]);
  assert.equal(moved[0], transfer.id);
  assert.equal(await work.count("receipts"), 1);
  assert.equal(await reader.due(10, never), 0);
  await work.balances();
});

Deno.test("P11 what cannot be believed is forgotten, and moves nothing", async () => {
  using work = await moneyAtWork();
  for (const verdict of ["bad_signature", "stale", "malformed", "ignored"] as const) {
    const { reader, put, moved } = inboxOver(work, () => Promise.resolve({ verdict }));
    await put(verdict);
    await reader.due(10, never);
    assert.deepEqual(moved, []);
  }
  const rows = await work.db.query({ sql: "select distinct state from inbox" });
  assert.deepEqual(rows.map(({ state }) => state), ["done"]);
});

Deno.test("P11 a module that throws, an unknown instance and a KYC failure are read again, and parked in the end", async () => {
  using work = await moneyAtWork();
  const { reader, put, states, reported } = inboxOver(
    work,
    () => Promise.reject(new Error("nobody expected this")),
  );
  await put("throws");
  await put("lost", { instance: "gone" });
  await put("kyc", { contract: "kyc", body: new Uint8Array() });
  await put("fine", { contract: "kyc" });
  await reader.due(10, never);
  assert.deepEqual(await states(), [
    "throws due unexpected",
    "lost due unexpected",
    "kyc due empty",
    "fine done",
  ]);
  assert.deepEqual(reported, ["throws", "lost"]);
  for (let round = 0; round < 20; round++) {
    await moveClock(work.db, 3_601_000);
    await reader.due(10, never);
  }
  assert.deepEqual(await states(), [
    "throws parked unexpected",
    "lost parked unexpected",
    "kyc parked empty",
    "fine done",
  ]);
  assert.deepEqual(await work.alarms(), [
    "inbox_parked:unexpected",
    "inbox_parked:unexpected",
    "inbox_parked:empty",
  ]);
});

Deno.test("P11 webhooks that a reader took and had no time for are due for the next one at once, and were not tried", async () => {
  using work = await moneyAtWork();
  const { reader, put, states } = inboxOver(work, () => Promise.resolve({ verdict: "ignored" }));
  assert.equal(await reader.isDue(), false);
  for (const id of ["one", "two", "three"]) await put(id);
  let looks = 0;
  assert.equal(await reader.due(10, () => ++looks > 1), 1);
  assert.deepEqual(await states(), ["one done", "two due", "three due"]);
  const tries = await work.db.query({ sql: "select tries from inbox order by rowid" });
  assert.deepEqual(tries.map((row) => row["tries"]), [1n, 0n, 0n]);
  assert.equal(await reader.isDue(), true);
  assert.equal(await reader.due(10, never), 2);
  assert.equal(await reader.isDue(), false);
  assert.deepEqual(await states(), ["one done", "two done", "three done"]);
});

Deno.test("P11 no webhook waits for what follows from another: who moved is told once all are read", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  const money = inbound("a", 100n * ONE, { match: { reference: transfer.reference ?? "" } });
  const events: RailEvent[] = [{ about: "inbound", id: "a", inbound: money }];
  const { reader, put, states, told } = inboxOver(
    work,
    () => Promise.resolve({ verdict: "accepted", trust: "body", events }),
  );
  await put("one");
  await put("two");
  assert.equal(await reader.due(10, never), 2);
  assert.deepEqual(told, [{ moved: [transfer.id], states: ["one done", "two done"] }]);
  assert.deepEqual(await states(), ["one done", "two done"]);
});
