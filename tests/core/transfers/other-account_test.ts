import assert from "node:assert/strict";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { receive } from "../../../core/bank/receive.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { accountAskedMs, afterUnpaid, triedAtDoor } from "../../../core/transfers/account-asked.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { apply } from "../../../core/transfers/record.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import type { PayoutState } from "../../../plugins/bank-rail.ts";
import { inbound, scriptedRail } from "../bank/scripted-rail.ts";
import { type AtWork, working } from "../customers/at-work.ts";
import { BASIC, holder } from "../customers/people.ts";
import { atDesk } from "./at-desk.ts";
import { type MoneyAtWork, ONE, OURS } from "./money-at-work.ts";

const HUNDRED = 100n * ONE;
const FIRST = { bank_account_number: "11111111" };
const SECOND = { bank_account_number: "22222222" };

/** A withdrawal of a known customer whose tokens are here, at a service that asks for another account. */
async function asking(at: AtWork) {
  const { desk, work, open } = await atDesk(at, {
    service: { onPayoutFailure: "ask" },
    bank: scriptedRail({ becomes: "sent" }),
  });
  let hours = 0;
  await at.put(holder(), { ...BASIC, ...FIRST });
  const opened = await open({ kind: "withdrawal", amount: HUNDRED });
  assert.equal(opened.state, "waiting");
  await apply(
    work.books,
    opened.id,
    { type: "money_received", amount: HUNDRED, kept: 0n, place: OURS },
    () => [{
      sql: `insert into receipts (id, side, place, external_id, state, asset, gross, fee, net, transfer_id,
      revision, version, at_ms) values ('r', 'ledger', ?, 'r', 'matched', ?, ?, 0, ?, ?, 1, 1, 0)`,
      args: [OURS, opened.asset, HUNDRED, HUNDRED, opened.id],
    }],
  );
  const paying = { ...work.paying, beneficiaryOf: desk.beneficiaryOf };
  const now = () => work.now(opened);
  return {
    work,
    now,
    pay: () => payAtBank(paying, opened.id),
    keys: () => [...work.bank.left.keys()],
    stands: async () => {
      const { state, message } = await now();
      return [state, message];
    },
    /** The bank's word on a payout. */
    say: (key: string, state: Partial<PayoutState>) =>
      notePayout(work.books, work.bank.instance, work.bank.say(key, { final: true, ...state })),
    /** Gives values in answer to this very transfer, some time later, and settles what follows. */
    async give(fields: Record<string, string>) {
      await moveClock(at.db, ++hours * 3_600_000);
      const transfer = await now();
      wait(at, transfer);
      await at.put(holder(), fields, { type: "sep6", transactionId: transfer.id });
      return await desk.settle(transfer.customerId, "sep6");
    },
    async asked() {
      const transfer = await now();
      wait(at, transfer);
      const request = { type: "sep6", transactionId: transfer.id };
      const { standing } = await at.customers.read(holder(), request);
      return [standing.status, ...standing.missing];
    },
  };
}

/** Tells the customers' room of a transfer, as the gateway's does. */
function wait(at: AtWork, transfer: Transfer): void {
  const { id, kind, country, tier, rail, kyc, owner, customerId } = transfer;
  const need = { type: "sep6", kind, country, tier, rail, kyc, accountAskedMs: accountAskedMs(transfer) };
  at.transfers.set(id, { ...need, owner, customerId });
}

const accounts = ({ bank }: MoneyAtWork) => bank.beneficiaries.map((to) => to["bank_account_number"]);

for (const state of ["failed", "returned"] as const) {
  Deno.test(`M-21 R-12-36 an account whose payout ${state} is asked for anew, and the new one is paid`, () =>
    working(async (at) => {
      const { work, now, pay, keys, stands, say, give, asked } = await asking(at);
      await pay();
      const [first = ""] = keys();
      if (state === "returned") await say(first, { state: "completed", final: false, revision: 8 });
      await say(first, { state, revision: 9 });
      assert.deepEqual(await stands(), ["asking", "other_account"]);
      assert.equal((await now()).completedMs, null);
      assert.deepEqual(
        await asked(),
        ["NEEDS_INFO", "bank_account_number"],
        "and nothing that is known besides",
      );
      assert.deepEqual(await pay(), { kind: "done" }, "nothing is paid meanwhile");
      assert.deepEqual(await give(SECOND), [(await now()).id]);
      await pay();
      await say(keys().at(-1) ?? "", { state: "completed", revision: 9 });
      assert.deepEqual(await stands(), ["completed", null]);
      assert.deepEqual(accounts(work), ["11111111", "22222222"]);
      assert.equal(keys().length, 2, "a key of its own");
      assert.deepEqual(await work.balances(), { "bank:bank": -99n * ONE, outstanding: HUNDRED, fees: -ONE });
    }));
}

Deno.test("M-21 M-15 an account that the bank refuses at the door is asked for anew too, and nobody is alarmed", () =>
  working(async (at) => {
    const { work, pay, stands } = await asking(at);
    work.bank.faults.push("invalid_input");
    await pay();
    assert.deepEqual(await stands(), ["asking", "other_account"]);
    assert.deepEqual(await work.alarms(), []);
  }));

Deno.test("M-21 what is not the account's fault asks for no other one, and a person decides", () =>
  working(async (at) => {
    const { now, pay, keys, stands, say } = await asking(at);
    await pay();
    const reason = { code: "fraud", fields: [] } as const;
    await say(keys().at(-1) ?? "", { state: "failed", revision: 2, reason });
    assert.deepEqual(await stands(), ["on_hold", "payout_failed"]);
    for (const [kind, to] of [["limit_exceeded", "hold"], ["rejected_by_bank", "ask"]] as const) {
      assert.equal(afterUnpaid((await now()).terms, triedAtDoor({ number: 1 }, kind)), to);
    }
  }));

Deno.test("M-21 the same account given again is paid again, so often as the terms say, and then a person decides", () =>
  working(async (at) => {
    const { work, now, pay, keys, stands, say, give } = await asking(at);
    const { maxAttempts } = (await now()).terms;
    const whole = { ...FIRST, bank_name: "First Bank" };
    const { email_address: _address, ...holderOf } = BASIC;
    for (let tries = 1; tries < maxAttempts; tries++) {
      await pay();
      await say(keys().at(-1) ?? "", { state: "failed", revision: 9 });
      assert.deepEqual(await stands(), ["asking", "other_account"]);
      assert.deepEqual(await give(whole), [(await now()).id]);
    }
    await pay();
    await say(keys().at(-1) ?? "", { state: "returned", revision: 9 });
    assert.deepEqual(await stands(), ["on_hold", "payout_returned"]);
    assert.deepEqual(accounts(work), Array(maxAttempts).fill("11111111"));
    // Equal or not, what was given in answer is of the account that is paid.
    assert.deepEqual(
      work.bank.beneficiaries.slice(1),
      Array(maxAttempts - 1).fill({ ...holderOf, ...whole }),
    );
    assert.equal((await orderRefund(work.books, (await now()).id)).kind, "ordered");
  }));

Deno.test("M-15 M-21 news of an attempt that failed move nothing once another attempt has paid", () =>
  working(async (at) => {
    const { work, pay, keys, stands, say, give } = await asking(at);
    await pay();
    const [first = ""] = keys();
    await say(first, { state: "failed", revision: 2 });
    await give(SECOND);
    await pay();
    await say(keys().at(-1) ?? "", { state: "completed", revision: 2 });
    assert.deepEqual(await stands(), ["completed", null]);
    // A credit that names it belongs to nobody, and somebody looks.
    const credit = inbound("back", 99n * ONE, { original: { payoutKey: first } });
    assert.deepEqual(await receive(work.receiving, work.bank.instance, credit), { kind: "unmatched" });
    await say(first, { state: "returned", revision: 3 });
    assert.deepEqual(await stands(), ["completed", null]);
    assert.deepEqual(await work.balances(), { outstanding: HUNDRED, fees: -ONE, suspense: -99n * ONE });
  }));

Deno.test("M-21 each of two payouts that came back is explained by one credit, whichever way the return was told first", () =>
  working(async (at) => {
    const { work, pay, keys, stands, say, give } = await asking(at);
    const back = (id: string, payoutKey: string) =>
      receive(work.receiving, work.bank.instance, inbound(id, 99n * ONE, { original: { payoutKey } }));
    await pay();
    const [first = ""] = keys();
    await say(first, { state: "completed", final: false, revision: 8 });
    assert.equal((await back("one", first)).kind, "known");
    await give(SECOND);
    await pay();
    const second = keys().at(-1) ?? "";
    await say(second, { state: "completed", final: false, revision: 8 });
    await say(second, { state: "returned", revision: 9 });
    assert.deepEqual(await stands(), ["asking", "other_account"]);
    assert.equal((await back("two", second)).kind, "known");
    assert.deepEqual(await work.balances(), { outstanding: HUNDRED, in_flight: -HUNDRED });
    assert.equal((await back("three", second)).kind, "unmatched", "no payout is left that it would explain");
    await work.balances();
  }));

for (const answered of [false, true]) {
  Deno.test(`M-15 M-21 a payout that arrives although it had failed is the only one, ${answered ? "after" : "before"} an account was given`, () =>
    working(async (at) => {
      const { work, pay, keys, stands, say, give } = await asking(at);
      await pay();
      const [first = ""] = keys();
      await say(first, { state: "failed", revision: 2 });
      if (answered) await give(SECOND);
      await say(first, { state: "completed", revision: 3 });
      assert.deepEqual(await stands(), ["completed", null]);
      assert.deepEqual(await give(SECOND), []);
      await pay();
      assert.equal(keys().length, 1);
      await work.balances();
    }));
}

Deno.test("M-15 M-21 while a payout that had failed is under way again no other one is made", () =>
  working(async (at) => {
    const { pay, keys, stands, say, give } = await asking(at);
    await pay();
    const [first = ""] = keys();
    await say(first, { state: "failed", revision: 2 });
    await give(SECOND);
    await say(first, { state: "sent", final: false, revision: 3 });
    assert.equal((await pay()).kind, "again");
    assert.equal(keys().length, 1);
    await say(first, { state: "completed", revision: 4 });
    assert.deepEqual(await stands(), ["completed", null]);
  }));

Deno.test("M-30 M-21 an answer to what was asked before does not answer what is asked since", () =>
  working(async (at) => {
    const { work, now, pay, keys, stands, say, give } = await asking(at);
    await pay();
    await say(keys().at(-1) ?? "", { state: "failed", revision: 2 });
    const { valuesOf } = at.customers;
    let isFirst = true;
    // Between the look at the customer and the batch, another process goes the whole way round.
    Object.assign(at.customers, {
      valuesOf: async (...asked: Parameters<typeof valuesOf>) => {
        const values = await valuesOf(...asked);
        if (!isFirst) return values;
        isFirst = false;
        await give(SECOND);
        await pay();
        await say(keys().at(-1) ?? "", { state: "failed", revision: 2 });
        return values;
      },
    });
    assert.deepEqual(await give(FIRST), []);
    assert.deepEqual(await stands(), ["asking", "other_account"]);
    await pay();
    assert.equal(keys().length, 2);
    assert.equal((await now()).state, "asking");
    await work.balances();
  }));
