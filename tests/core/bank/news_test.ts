import assert from "node:assert/strict";
import { instruct } from "../../../core/bank/instructions.ts";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { pollRail } from "../../../core/bank/poll.ts";
import type { RailInstance } from "../../../core/bank/rails.ts";
import { readRailWebhook, webhookRequest } from "../../../core/bank/webhooks.ts";
import type { RailEvent, StatementPage } from "../../../plugins/bank-rail.ts";
import { done, failed } from "../../../plugins/outcome.ts";
import { testVault } from "../records/memory.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { inbound, scriptedRail } from "./scripted-rail.ts";

const HUNDRED = 100n * ONE;
const never = () => false;
const raw = { method: "POST", path: "", query: "", headers: [], body: new Uint8Array() };
const debit = (id: string) => ({ id, amount: { units: 1n, currency: "USD" }, at: 1 });

function page(next: number, more: boolean, lines: Partial<StatementPage>): StatementPage {
  return { inbound: [], payouts: [], otherDebits: [], next: `v1:${next}`, more, ...lines };
}

/** A webhook that says this, trusted or not. */
async function webhook(work: MoneyAtWork, trust: "body" | "wake_up", ...events: RailEvent[]) {
  const rail: RailInstance["rail"] = {
    ...work.bank.instance.rail,
    readWebhook: () => Promise.resolve({ verdict: "accepted", trust, events }),
  };
  return await readRailWebhook(work.receiving, { ...work.bank.instance, rail }, webhookRequest(raw, 1_000));
}

Deno.test("P10 a statement is read page by page, and its cursor moves behind what was taken in", async () => {
  using work = await moneyAtWork();
  const [one, two] = [await work.deposit(), await work.deposit()];
  const money = (id: string, { reference }: typeof one) =>
    inbound(id, HUNDRED, { match: { reference: reference ?? "" } });
  work.bank.pages = [
    page(1, true, { inbound: [money("a", one)], otherDebits: [debit("fee")] }),
    page(2, false, { inbound: [money("a", one), money("b", two)], unreadable: ["odd"] }),
  ];
  const first = await pollRail(work.receiving, work.bank.instance, () => true);
  assert.deepEqual(first, { moved: [one.id], complete: false });
  const second = await pollRail(work.receiving, work.bank.instance, never);
  assert.deepEqual([new Set(second.moved), second.complete], [new Set([one.id, two.id]), true]);
  assert.equal(await work.count("receipts"), 2);
  assert.deepEqual(await work.alarms(), ["statement_debit:USD", "receipt_unmatched:unreadable"]);
  assert.deepEqual(await work.balances(), { "bank:bank": 2n * HUNDRED, in_flight: -2n * HUNDRED });
  assert.deepEqual(await pollRail(work.receiving, work.bank.instance, never), { moved: [], complete: true });
});

Deno.test("M-30 two processes that poll at once book once, and a page that fails is read again", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  const line = inbound("a", HUNDRED, { match: { reference: transfer.reference ?? "" } });
  work.bank.pages = [page(1, false, { inbound: [line] })];
  const { rail } = work.bank.instance;
  const broken = {
    ...work.bank.instance,
    rail: { ...rail, readStatement: () => Promise.resolve(failed("unavailable")) },
  };
  await assert.rejects(pollRail(work.receiving, broken, never), /unavailable/);
  await Promise.all([1, 2, 3].map(() => pollRail(work.receiving, work.bank.instance, never)));
  assert.equal(await work.count("receipts"), 1);
  assert.deepEqual(await work.balances(), { "bank:bank": HUNDRED, in_flight: -HUNDRED });
});

Deno.test("P11 a signed body is believed; an unsigned one makes us ask, and what the bank does not know is nothing", async () => {
  using work = await moneyAtWork();
  const [one, two] = [await work.deposit(), await work.deposit()];
  const told = (id: string, { reference }: typeof one) =>
    inbound(id, HUNDRED, { match: { reference: reference ?? "" } });
  const event: RailEvent = { about: "inbound", id: "a", inbound: told("a", one) };
  assert.deepEqual(await webhook(work, "wake_up", event), { kind: "read", moved: [] });
  assert.equal((await work.now(one)).state, "waiting");
  assert.deepEqual(await webhook(work, "body", event), { kind: "read", moved: [one.id] });
  work.bank.inbounds.set("b", told("b", two));
  assert.deepEqual(await webhook(work, "wake_up", { about: "inbound", id: "b" }), {
    kind: "read",
    moved: [two.id],
  });
  assert.deepEqual(await webhook(work, "body", event), { kind: "read", moved: [one.id] });
  assert.equal(await work.count("receipts"), 2);
});

Deno.test("P11 a payout's webhook by the bank's id alone finds the attempt, and an unsigned one stops nothing", async () => {
  const bank = scriptedRail({ becomes: "accepted" });
  using work = await moneyAtWork({ bank });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await payAtBank(work.paying, transfer.id);
  const [key] = bank.left.keys();
  assert.ok(key);
  bank.say(key, { state: "completed", final: true });
  bank.lookUpFaults.push("unavailable");
  const event: RailEvent = { about: "payout", id: `id-${key}` };
  assert.deepEqual(await webhook(work, "wake_up", event), { kind: "retry", error: "unavailable" });
  assert.deepEqual(await webhook(work, "wake_up", event), { kind: "read", moved: [] });
  assert.equal((await work.now(transfer)).state, "completed");
  await webhook(work, "wake_up", { about: "payout", id: "nobody's" });
  assert.deepEqual(await work.alarms(), ["statement_debit:unknown"]);
});

Deno.test("M-14 a debit that nobody stored is undone by a failure for good alone, and not by one that may still be paid", async () => {
  using work = await moneyAtWork();
  const usd = (units: bigint) => ({ units, currency: "USD" });
  const unknown = { key: "f".repeat(32), final: false, amount: usd(5n), fee: usd(0n) } as const;
  const tell = (state: "sent" | "failed", final: boolean, revision: number) =>
    notePayout(work.books, work.bank.instance, { ...unknown, state, final, revision });
  const states = async () =>
    (await work.db.query({ sql: "select state from debits" })).map(({ state }) => state);
  await tell("sent", false, 1);
  await tell("failed", false, 2);
  assert.deepEqual(await states(), ["open"]);
  await tell("failed", true, 3);
  assert.deepEqual(await states(), ["undone"]);
});

Deno.test("R-06-61 instructions are asked once, kept sealed, and a refusal ends the deposit", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  assert.equal(transfer.state, "waiting");
  assert.ok(transfer.instructions);
  const on = {
    books: work.books,
    vault: testVault(),
    railOf: () => work.bank.instance,
    payerOf: () => Promise.resolve({}),
  };
  assert.deepEqual(await instruct(on, transfer.id), { kind: "done" });
  assert.equal(work.bank.calls.length, 1);
  const answers = [failed("unavailable", { retryAfterMs: 7 }), failed("limit_exceeded")];
  const rail = {
    ...work.bank.instance.rail,
    depositInstructions: () => Promise.resolve(answers.shift() ?? failed("auth")),
  };
  const refusing = { ...on, railOf: () => ({ ...work.bank.instance, rail }) };
  const other = await work.open();
  assert.deepEqual(await instruct(refusing, other.id), { kind: "retry", error: "unavailable", afterMs: 7 });
  assert.equal((await work.now(other)).state, "instructing");
  assert.deepEqual(await instruct(refusing, other.id), { kind: "done" });
  const ended = await work.now(other);
  assert.deepEqual([ended.state, ended.message], ["failed", "rail_refused"]);
});

Deno.test("M-17 a reference that the rail gives in place of ours is the one that is looked for", async () => {
  using work = await moneyAtWork();
  await work.setKyc("alice", "accepted");
  const rail = {
    ...work.bank.instance.rail,
    depositInstructions: () => Promise.resolve(done({ id: "account", lines: [], reference: "BANKSGAVE2" })),
  };
  const on = {
    books: work.books,
    vault: testVault(),
    railOf: () => ({ ...work.bank.instance, rail }),
    payerOf: () => Promise.resolve({}),
  };
  const transfer = await work.open();
  assert.deepEqual(await instruct(on, transfer.id), { kind: "done" });
  const told = await work.pay(transfer, HUNDRED, "a", { match: { remittance: "for banks gave 2" } });
  assert.deepEqual(told, { kind: "booked", transferId: transfer.id });
  // The same reference for another deposit would make two of one: nothing is given out, and it is tried again.
  const other = await work.open();
  assert.deepEqual(await instruct(on, other.id), { kind: "retry", error: "reference_taken" });
  assert.equal((await work.now(other)).state, "instructing");
});
