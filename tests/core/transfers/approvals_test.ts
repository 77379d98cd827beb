import assert from "node:assert/strict";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { approvePayout } from "../../../core/operators/approve-payout.ts";
import { payeeOf } from "../../../core/operators/dossier.ts";
import { lastEntries } from "../../../core/records/audit.ts";
import { checkChain } from "../../../core/records/audit-check.ts";
import { repeatable } from "../../../core/records/database.ts";
import type { ApprovalRule } from "../../../core/transfers/approval-rules.ts";
import { approvalOf, type Approving } from "../../../core/transfers/approvals.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { apply } from "../../../core/transfers/record.ts";
import { sealedBeneficiary, type Transfer } from "../../../core/transfers/transfer.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

const HUNDRED = 100n * ONE;
const BOTH: ApprovalRule = { by: 2, above: 50n * ONE, newAccount: false };
const NEW: ApprovalRule = { by: 1, above: null, newAccount: true };

/** Payouts at a bank, with rules and an account that may change. */
async function guarded(rules: readonly ApprovalRule[]) {
  const work = await moneyAtWork({ bank: scriptedRail() });
  const account = { number: "1234567890" };
  /** What was kept with the transfer, else what the customer says now. */
  const beneficiaryOf = ({ id, beneficiary }: Transfer) =>
    Promise.resolve({
      bank_account_number: beneficiary === null
        ? account.number
        : work.vault.openText(sealedBeneficiary.place(id), beneficiary),
    });
  const nobody = () => Promise.resolve(false);
  const approving: Approving = {
    db: work.db,
    vault: work.vault,
    rulesOf: () => rules,
    beneficiaryOf,
    isNameDifferent: nobody,
    hasRiskFlag: nobody,
  };
  const paying = { ...work.paying, beneficiaryOf, approval: (one: Transfer) => approvalOf(approving, one) };
  return {
    work,
    account,
    pay: ({ id }: Pick<Transfer, "id">) => payAtBank(paying, id),
    stands: async (one: Transfer) => {
      const { state, message } = await work.now(one);
      return [state, message];
    },
    async approve(actor: string, one: Transfer, seen: Partial<Parameters<typeof approvePayout>[2]> = {}) {
      const { version, amountOut } = await work.now(one);
      const payee = await payeeOf(await work.now(one), beneficiaryOf) ?? "";
      const { books, vault } = work;
      const approved = await approvePayout({ books, vault, actor, approving }, one.id, {
        version,
        amount: amountOut ?? 0n,
        payee,
        ...seen,
      });
      return approved.kind === "refused" ? approved.reason : approved.kind;
    },
  };
}

const paidOut = (work: MoneyAtWork) => work.bank.left.size;

Deno.test("M-27 P14 nothing is paid before two different people have agreed to this version, amount and account", async () => {
  const { work, pay, stands, approve } = await guarded([BOTH]);
  using _ = work;
  const transfer = await work.fundedWithdrawal(HUNDRED);
  assert.equal(await approve("anna", transfer), "not_held", "it does not wait yet");
  assert.deepEqual(await pay(transfer), { kind: "done" });
  assert.deepEqual(await stands(transfer), ["on_hold", "approval"]);
  const { version, amountOut } = await work.now(transfer);
  assert.equal(await approve("anna", transfer, { version: version - 1 }), "changed");
  assert.equal(await approve("anna", transfer, { amount: (amountOut ?? 0n) + 1n }), "changed");
  assert.equal(await approve("anna", transfer, { payee: "*******999" }), "changed");
  assert.equal(await work.count("approvals"), 0);
  assert.equal(await approve("anna", transfer), "noted");
  assert.equal(await approve("anna", transfer), "approved_already");
  await pay(transfer);
  assert.deepEqual([await stands(transfer), paidOut(work)], [["on_hold", "approval"], 0]);
  assert.equal(await approve("bert", transfer), "approved");
  assert.equal(await approve("carl", transfer), "not_held");
  await Promise.all([pay(transfer), pay(transfer)]);
  await pay(transfer);
  assert.deepEqual([(await work.now(transfer)).state, paidOut(work)], ["completed", 1]);
  const entries = (await lastEntries(work.db, "actions", 9)).reverse();
  assert.deepEqual(entries.map(({ actor, action }) => `${actor} ${action}`), [
    "anna transfer.approve",
    "bert transfer.approve",
  ]);
  assert.equal((await checkChain(work.db, "actions")).kind, "whole");
  await work.balances();
});

Deno.test("M-27 M-30 two people who approve at the same moment are both counted, and it is paid once", async () => {
  for (let round = 0; round < 5; round++) {
    const { work, pay, approve } = await guarded([BOTH]);
    using _ = work;
    const transfer = await work.fundedWithdrawal(HUNDRED);
    await pay(transfer);
    const { version } = await work.now(transfer);
    const said = await Promise.all(["anna", "bert"].map((name) => approve(name, transfer, { version })));
    assert.deepEqual(said.sort(), ["approved", "noted"]);
    await Promise.all([pay(transfer), pay(transfer)]);
    await pay(transfer);
    assert.deepEqual([(await work.now(transfer)).state, paidOut(work)], ["completed", 1]);
    assert.equal((await lastEntries(work.db, "actions", 9)).length, 2);
  }
});

Deno.test("M-27 a change of version, amount or account after people have agreed voids it", async () => {
  const set = (work: MoneyAtWork, sql: string, id: string) =>
    work.db.write([{ sql: `update transfers set ${sql} where id = ?`, args: [id] }], repeatable);
  const changes: readonly ((on: Awaited<ReturnType<typeof guarded>>, id: string) => Promise<unknown>)[] = [
    ({ work }, id) => set(work, "version = version + 1", id),
    ({ work }, id) => set(work, "amount_out = amount_out - 10000000", id),
    ({ account }) => Promise.resolve(account.number = "1234567899"),
    // A payout that failed is built anew, upon another version.
    async ({ work }, id) => {
      await apply(work.books, id, { type: "payout_stored" });
      await apply(work.books, id, { type: "payout_failed", again: true });
    },
  ];
  for (const [at, change] of changes.entries()) {
    const on = await guarded([BOTH]);
    using _ = on.work;
    const transfer = await on.work.fundedWithdrawal(HUNDRED);
    await on.pay(transfer);
    assert.equal(await on.approve("anna", transfer), "noted");
    assert.equal(await on.approve("bert", transfer), "approved");
    await change(on, transfer.id);
    await on.pay(transfer);
    assert.deepEqual(
      [await on.stands(transfer), paidOut(on.work)],
      [["on_hold", "approval"], 0],
      `change ${at}`,
    );
  }
});

Deno.test("M-27 an account that changes between two approvals leaves the first one void", async () => {
  const on = await guarded([BOTH]);
  using _ = on.work;
  const transfer = await on.work.fundedWithdrawal(HUNDRED);
  await on.pay(transfer);
  assert.equal(await on.approve("anna", transfer), "noted");
  on.account.number = "1234567899";
  assert.equal(await on.approve("bert", transfer), "noted", "one person has agreed to this account");
  assert.equal(await on.approve("carl", transfer), "approved");
  await on.pay(transfer);
  assert.equal(paidOut(on.work), 1);
});

Deno.test("M-27 whoever approved another account may approve the one that it is now, and counts once", async () => {
  const on = await guarded([BOTH]);
  using _ = on.work;
  const transfer = await on.work.fundedWithdrawal(HUNDRED);
  await on.pay(transfer);
  assert.equal(await on.approve("anna", transfer), "noted");
  on.account.number = "1234567899";
  assert.equal(await on.approve("anna", transfer), "noted", "a firm may have two people, not three");
  assert.equal(await on.approve("anna", transfer), "approved_already");
  await on.pay(transfer);
  assert.equal(paidOut(on.work), 0);
  assert.equal(await on.approve("bert", transfer), "approved");
  // Back to the account that anna approved first, and bert never did.
  on.account.number = "1234567890";
  await on.pay(transfer);
  assert.deepEqual([await on.stands(transfer), paidOut(on.work)], [["on_hold", "approval"], 0]);
});

Deno.test("P14 the first payout to an account waits, the next one there does not; what waits may go back instead", async () => {
  const { work, account, pay, stands, approve } = await guarded([NEW]);
  using _ = work;
  const payOut = async () => {
    const transfer = await work.fundedWithdrawal(20n * ONE);
    const sealed = work.vault.seal(sealedBeneficiary.place(transfer.id), account.number);
    const sql = "update transfers set beneficiary = ? where id = ?";
    await work.db.write([{ sql, args: [sealed, transfer.id] }], repeatable);
    await pay(transfer);
    return transfer;
  };
  const first = await payOut();
  assert.deepEqual(await stands(first), ["on_hold", "approval"]);
  assert.equal(await approve("anna", first), "approved");
  await pay(first);
  assert.equal((await work.now(first)).state, "completed");
  assert.equal((await work.now(await payOut())).state, "completed", "it is known by now");
  account.number = "9999999999";
  const other = await payOut();
  assert.deepEqual(await stands(other), ["on_hold", "approval"]);
  assert.equal((await orderRefund(work.books, other.id)).kind, "ordered");
  assert.equal(await approve("anna", other), "not_held", "it goes back now");
  assert.equal(paidOut(work), 2);
});

Deno.test("M-27 a transfer that is held for another reason is never paid by an approval", async () => {
  const { work, stands, approve } = await guarded([BOTH]);
  using _ = work;
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await apply(work.books, transfer.id, { type: "customer_withdrawn" });
  assert.equal(await approve("anna", transfer), "not_held");
  await apply(work.books, transfer.id, { type: "approved" });
  assert.deepEqual(await stands(transfer), ["on_hold", "customer_withdrawn"]);
});
