import assert from "node:assert/strict";
import { approvingRoom } from "../../../core/gateway/approving.ts";
import type { ApprovalRule } from "../../../core/transfers/approval-rules.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";

const ruled = (by: 1 | 2): ApprovalRule => ({ by, above: null, newAccount: false });

Deno.test("M-27 P14 the rules of a transfer's own services hold, and of all of its kind when it is offered no more", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(100n * ONE);
  const [deposit, withdrawal] = work.services;
  assert.ok(deposit?.kind === "deposit" && withdrawal?.kind === "withdrawal");
  const rulesOf = (services: typeof work.services) =>
    approvingRoom({
      anchor: { services },
      db: work.db,
      vault: work.vault,
      railOf: () => work.bank.instance,
      desk: { beneficiaryOf: work.paying.beneficiaryOf },
    }).rulesOf(transfer).map(({ by }) => by);
  const other = { ...withdrawal, method: "cash", approvals: [ruled(2)] };
  assert.deepEqual(rulesOf([{ ...deposit, approvals: [ruled(2)] }, withdrawal, other]), []);
  assert.deepEqual(rulesOf([{ ...withdrawal, approvals: [ruled(1)] }, withdrawal, other]), [1]);
  assert.deepEqual(rulesOf([{ ...deposit, approvals: [ruled(1)] }, other]), [2], "its service has gone");
});
