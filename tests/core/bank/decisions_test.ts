import assert from "node:assert/strict";
import { answerDecision } from "../../../core/bank/decisions.ts";
import type { RailInstance } from "../../../core/bank/rails.ts";
import { webhookRequest } from "../../../core/bank/webhooks.ts";
import type { InboundTransfer } from "../../../plugins/bank-rail.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { inbound } from "./scripted-rail.ts";

const request = webhookRequest(
  { method: "POST", path: "", query: "", headers: [], body: new Uint8Array() },
  0,
);

/** What the bank is answered about this money. */
async function decide(work: MoneyAtWork, money: InboundTransfer, rule: { deadlineMs?: number } = {}) {
  const { rail } = work.bank.instance;
  const instance: RailInstance = {
    ...work.bank.instance,
    rail: {
      ...rail,
      declares: { ...rail.declares, syncDecision: { deadlineMs: 2_000, otherwise: "keep", ...rule } },
      answerDecision: async (_request, judge) => ({ status: 200, body: await judge(money) }),
    },
  };
  return (await answerDecision(work.receiving.matching, instance, request))?.body;
}

Deno.test("M-17 a bank that waits is told to keep what fits, and to return what does not; nothing is booked", async () => {
  using work = await moneyAtWork();
  const { reference } = await work.deposit();
  const match = { reference: reference ?? "" };
  assert.equal(await decide(work, inbound("a", 100n * ONE, { match })), "keep");
  assert.equal(await decide(work, inbound("b", 99n * ONE, { match })), "return");
  assert.equal(await decide(work, inbound("c", 100n * ONE)), "return");
  assert.deepEqual([await work.count("receipts"), await work.count("alarms")], [0, 0]);
  assert.deepEqual(await work.balances(), {});
});

Deno.test("a judgement that fails or comes too late is the default that was agreed", async () => {
  using work = await moneyAtWork();
  const payer = { identity: "1", nameTrusted: true, account: { kind: "none", trusted: false } } as const;
  const broken: MoneyAtWork = {
    ...work,
    receiving: {
      ...work.receiving,
      matching: { ...work.receiving.matching, customersByIdentity: () => Promise.reject(new Error("down")) },
    },
  };
  assert.equal(await decide(broken, inbound("a", ONE, { payer })), "keep");
  const hang = Promise.withResolvers<readonly string[]>();
  const slow: MoneyAtWork = {
    ...work,
    receiving: {
      ...work.receiving,
      matching: { ...work.receiving.matching, customersByIdentity: () => hang.promise },
    },
  };
  assert.equal(await decide(slow, inbound("a", ONE, { payer }), { deadlineMs: 260 }), "keep");
  hang.resolve([]);
});

Deno.test("a rail without such a question is answered nothing", async () => {
  using work = await moneyAtWork();
  assert.equal(await answerDecision(work.receiving.matching, work.bank.instance, request), null);
});
