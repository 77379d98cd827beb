import assert from "node:assert/strict";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { payeeOf } from "../../../core/operators/dossier.ts";
import { orderPayoutBy } from "../../../core/operators/order-payout.ts";
import { lastEntries } from "../../../core/records/audit.ts";
import { checkChain } from "../../../core/records/audit-check.ts";
import { repeatable } from "../../../core/records/database.ts";
import { approvalOf, type Approving } from "../../../core/transfers/approvals.ts";
import type { Clearance } from "../../../core/transfers/events.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { apply } from "../../../core/transfers/record.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

const HUNDRED = 100n * ONE;

interface Order {
  readonly actor?: string;
  readonly liftsLimits?: boolean;
  readonly version?: number;
  readonly amount?: bigint;
  readonly payee?: string;
  /** How all that is left stands to limits. */
  readonly clearance?: Clearance;
}

/** Orders what an operator is shown now, unless it says otherwise. @returns why not, else the state that it led to */
async function order(work: MoneyAtWork, { id }: Pick<Transfer, "id">, how: Order = {}): Promise<string> {
  const { beneficiaryOf, accepted, isAccepted } = work.paying;
  const now = await work.now({ id });
  const { clearance = { kind: "cleared", tier: now.tier } as const } = how;
  const ordered = await orderPayoutBy(
    {
      books: work.books,
      actor: how.actor ?? "anna",
      liftsLimits: how.liftsLimits ?? false,
      judge: () => Promise.resolve({ clearance, moved: { "day": 0n, "30 days": 0n }, unchanged: [] }),
      accepted,
      isAccepted,
      beneficiaryOf,
    },
    id,
    {
      version: how.version ?? now.version,
      amount: how.amount ?? now.amountOut ?? 0n,
      payee: how.payee ?? await payeeOf(now, beneficiaryOf) ?? "",
    },
  );
  return ordered.kind === "refused" ? ordered.reason : ordered.transfer.state;
}

async function stands(work: MoneyAtWork, transfer: Pick<Transfer, "id">) {
  const { state, message } = await work.now(transfer);
  return [state, message];
}

const set = ({ db }: MoneyAtWork, sql: string, id: string) =>
  db.write([{ sql: `update transfers set ${sql} where id = ?`, args: [id] }], repeatable);

Deno.test("M-18 M-28 an operator lets another amount than was announced be paid, as much as came, once, by what was seen", async () => {
  using work = await moneyAtWork();
  const deposit = await work.deposit();
  await work.pay(deposit, 60n * ONE);
  assert.deepEqual(await stands(work, deposit), ["on_hold", "amount_mismatch"]);
  const { version } = await work.now(deposit);
  assert.equal(await order(work, { id: deposit.id }, { version: version - 1 }), "changed");
  assert.equal(await order(work, deposit, { amount: HUNDRED }), "changed");
  assert.equal(await order(work, deposit, { payee: "somebody" }), "changed");
  const said = await Promise.all(
    ["anna", "bert", "carl"].map((actor) => order(work, deposit, { actor, version })),
  );
  assert.equal(said.filter((one) => one === "funded").length, 1, String(said));
  const funded = await work.now(deposit);
  assert.deepEqual([funded.amountIn, funded.amountFee, funded.amountOut], [60n * ONE, ONE, 59n * ONE]);
  const due = await work.books.outbox.dueOf(deposit.id, 5);
  assert.equal(due.at(-1), `ledger_payout:${deposit.id}:${funded.version}`);
  assert.equal(await order(work, deposit), "not_held");
  const entries = await lastEntries(work.db, "actions", 9);
  assert.deepEqual(entries.map(({ action, subject }) => `${action} ${subject}`), [
    `transfer.pay ${deposit.id}`,
  ]);
  assert.equal((await checkChain(work.db, "actions")).kind, "whole");
  await work.balances();
});

Deno.test("M-15 M-21 a payout that failed or came back is paid again by a next attempt, and never beside one that may arrive", async () => {
  for (const fate of ["failed", "returned"] as const) {
    using work = await moneyAtWork({ bank: scriptedRail({ becomes: "accepted" }) });
    const transfer = await work.fundedWithdrawal(HUNDRED);
    await payAtBank(work.paying, transfer.id);
    const [key = ""] = work.bank.left.keys();
    // As after a mistake of somebody's: held, and its payout still at the bank.
    await set(work, "state = 'on_hold', message = 'payout_failed'", transfer.id);
    assert.equal(await order(work, transfer), "payout_open");
    await set(work, "state = 'paying', message = null", transfer.id);
    await notePayout(work.books, work.bank.instance, work.bank.say(key, { state: fate, final: true }));
    assert.deepEqual(await stands(work, transfer), ["on_hold", `payout_${fate}`]);
    assert.equal(await order(work, transfer), "funded");
    await payAtBank(work.paying, transfer.id);
    const [, second = ""] = work.bank.left.keys();
    assert.ok(second !== "" && second !== key, "a next attempt has a key of its own");
    await notePayout(work.books, work.bank.instance, work.bank.say(second, { state: "completed" }));
    assert.equal((await work.now(transfer)).state, "completed");
    await work.balances();
  }
});

Deno.test("M-22 M-18 no order pays who is not accepted, what was taken back, or what is above the limits unless it lifts them", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await work.setKyc("alice", "rejected");
  await payAtBank(work.paying, transfer.id);
  assert.deepEqual(await stands(work, transfer), ["on_hold", "customer_withdrawn"]);
  assert.equal(await order(work, transfer), "not_accepted");
  await work.setKyc("alice", "accepted");
  const above = { clearance: { kind: "above" } } as const;
  assert.equal(await order(work, transfer, above), "above_limits");
  await set(work, "message = 'money_taken_back'", transfer.id);
  assert.equal(await order(work, transfer), "not_payable");
  await set(work, "message = 'refund_failed'", transfer.id);
  const receipt = (state: string) =>
    work.db.write([{ sql: "update receipts set state = ?", args: [state] }], repeatable);
  await receipt("reversed");
  assert.equal(await order(work, transfer), "not_payable", "whatever it is held for, its money is gone");
  await receipt("matched");
  await set(work, "message = 'approval'", transfer.id);
  assert.equal(await order(work, transfer), "not_held", "the agreement of others is not an order");
  await set(work, "message = 'amount_mismatch'", transfer.id);
  const asks = { clearance: { kind: "asks", tier: "heavy" } } as const;
  assert.equal(await order(work, transfer, { ...above, liftsLimits: true }), "funded");
  const [entry] = await lastEntries(work.db, "actions", 1);
  assert.match(entry?.detail ?? "", /"limits":"lifted"/);
  await set(work, "state = 'on_hold', message = 'amount_mismatch'", transfer.id);
  assert.equal(await order(work, transfer, asks), "asking");
  assert.deepEqual([(await work.now(transfer)).tier, (await work.now(transfer)).message], [
    "heavy",
    "more_data",
  ]);
  assert.equal(work.bank.left.size, 0);
});

Deno.test("M-22 M-30 a customer who is rejected between look and batch is not paid by an order", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await apply(work.books, transfer.id, { type: "customer_withdrawn" });
  const looked = work.paying.isAccepted;
  const paying = {
    ...work.paying,
    async isAccepted(one: Transfer) {
      const is = await looked(one);
      await work.setKyc("alice", "rejected");
      return is;
    },
  };
  assert.equal(await order({ ...work, paying }, transfer), "not_accepted");
  assert.deepEqual(await stands(work, transfer), ["on_hold", "customer_withdrawn"]);
});

Deno.test("M-27 what an order lets go waits for the operators whom the config asks, like any payout", async () => {
  using work = await moneyAtWork();
  const { beneficiaryOf } = work.paying;
  const approving: Approving = {
    db: work.db,
    vault: work.vault,
    rulesOf: () => [{ by: 2, above: 50n * ONE, newAccount: false }],
    beneficiaryOf,
    isNameDifferent: () => Promise.resolve(false),
    hasRiskFlag: () => Promise.resolve(false),
  };
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await apply(work.books, transfer.id, { type: "customer_withdrawn" });
  assert.equal(await order(work, transfer), "funded");
  const paying = { ...work.paying, approval: (one: Transfer) => approvalOf(approving, one) };
  await payAtBank(paying, transfer.id);
  assert.deepEqual(await stands(work, transfer), ["on_hold", "approval"]);
  assert.equal(await order(work, transfer), "not_held");
  assert.equal(work.bank.left.size, 0);
});

Deno.test("M-19 M-22 whoever orders a payment after a refund has taken that order back", async () => {
  using work = await moneyAtWork();
  const deposit = await work.deposit();
  await work.pay(deposit, 60n * ONE);
  assert.equal((await orderRefund(work.books, deposit.id)).kind, "ordered");
  await apply(work.books, deposit.id, { type: "refund_failed", again: false });
  assert.equal(await order(work, deposit), "funded");
  await apply(work.books, deposit.id, { type: "payout_stored" });
  await apply(work.books, deposit.id, { type: "payout_failed", again: false });
  // Were it to go back by itself now, an acceptance that ended would stop it as if nobody had ever ordered it.
  await set(work, "state = 'refunding'", deposit.id);
  await work.setKyc("alice", "rejected");
  await refundAtBank(work.refunding, deposit.id);
  assert.deepEqual(await stands(work, deposit), ["on_hold", "customer_withdrawn"]);
  assert.equal(work.bank.left.size, 0);
});

Deno.test("M-19 M-30 of an order to pay and one to send back at the same moment one holds", async () => {
  for (let round = 0; round < 6; round++) {
    using work = await moneyAtWork();
    const transfer = await work.fundedWithdrawal(HUNDRED);
    await apply(work.books, transfer.id, { type: "customer_withdrawn" });
    const both = round % 2 === 0
      ? [order(work, transfer), orderRefund(work.books, transfer.id)]
      : [orderRefund(work.books, transfer.id), order(work, transfer)];
    await Promise.all(both);
    const { state } = await work.now(transfer);
    assert.ok(state === "funded" || state === "refunding", state);
    const rows = await work.db.query({
      sql: "select event from transfer_history where event in ('pay_ordered', 'refund_ordered')",
    });
    assert.equal(rows.length, 1);
    await payAtBank(work.paying, transfer.id);
    await work.balances();
  }
});
