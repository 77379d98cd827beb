import assert from "node:assert/strict";
import { lastEntries } from "../../core/records/audit.ts";
import { checkChain } from "../../core/records/audit-check.ts";
import { moveClock } from "../../core/records/clock.ts";
import { addressOf, arrive } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";
import { askAs, operatorVariables, rowsIn } from "../support/operators.ts";

const DAY_MS = 25 * 3_600_000;

/** Actions of the audit log, which is whole. */
async function actions({ db }: GatewayUnderTest): Promise<string[]> {
  assert.equal((await checkChain(db, "actions")).kind, "whole");
  return (await lastEntries(db, "actions", 99)).reverse().map(({ action, subject }) =>
    `${action} ${subject}`
  );
}

/** The one piece of money that belongs to nobody. */
async function unmatched(gateway: GatewayUnderTest) {
  return await gateway.until("unmatched money", async () => {
    const [money] = rowsIn(await askAs(gateway, "vera", "/unmatched"), "unmatched");
    return money ? { id: String(money["id"]), likely: money["likely_transfer"] } : null;
  });
}

test.inEveryLayout("M-17 M-25 M-28 money that came too late is assigned by operators at once, moves once, and is paid out", ({ withGateway }) =>
  withGateway({ variables: operatorVariables }, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.askDeposit("100");
    const other = await ada.askWithdrawal("100");
    const reference = await addressOf(ada.wallet, id);
    await moveClock(gateway.db, DAY_MS);
    await ada.until(id, "expired");
    await gateway.bank.payIn({ reference, amount: "100" });
    const money = await unmatched(gateway);
    assert.equal(money.likely, id);
    const assign = (name: "anna" | "bert" | "root" | "sam", transfer: string) =>
      askAs(gateway, name, `/unmatched/${money.id}/assign`, { body: { transfer } });
    assert.equal((await assign("sam", id)).status, 403);
    assert.equal((await assign("anna", other)).status, 409, "a withdrawal is paid on the ledger");
    const all = await Promise.all([assign("anna", id), assign("bert", id), assign("root", id)]);
    const statuses = all.map(({ status }) => status).sort();
    assert.equal(statuses.filter((status) => status === 200).length, 1, String(statuses));
    assert.ok(
      statuses.every((status) => status === 200 || status === 404 || status === 409),
      String(statuses),
    );
    await ada.until(id, "completed");
    await ada.holds("99");
    assert.deepEqual(await actions(gateway), [`receipt.assign ${money.id}`]);
    const alarms = rowsIn(await askAs(gateway, "vera", "/alarms"), "alarms");
    assert.ok(alarms.every(({ kind }) => kind !== "receipt_unmatched"), "settled is settled");
    await gateway.booksAgree();
  }));

test.inEveryLayout("M-12 M-18 M-28 tokens without their memo are assigned, and what does not fit is sent back by order, once", ({ withGateway }) =>
  withGateway({ variables: operatorVariables }, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("500");
    const id = await ada.askWithdrawal("40");
    const asked = await ada.wallet.transaction(id);
    await ada.wallet.pay({
      to: String(asked["withdraw_anchor_account"]),
      code: gateway.code,
      issuer: gateway.issuer,
      amount: "90",
    });
    const money = await unmatched(gateway);
    const assigned = await askAs(gateway, "anna", `/unmatched/${money.id}/assign`, {
      body: { transfer: id },
    });
    assert.deepEqual([assigned.status, assigned.body["state"]], [200, "on_hold"]);
    const [held] = rowsIn(await askAs(gateway, "vera", "/transfers"), "transfers");
    assert.deepEqual([held?.["id"], held?.["message"], held?.["received"]], [id, "amount_mismatch", "90"]);
    const refund = (name: "anna" | "bert" | "vera") =>
      askAs(gateway, name, `/transfers/${id}/refund`, { body: {} });
    assert.equal((await refund("vera")).status, 403);
    const both = await Promise.all([refund("anna"), refund("bert")]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
    await ada.until(id, "refunded");
    await ada.holds("497");
    assert.deepEqual(await actions(gateway), [`receipt.assign ${money.id}`, `transfer.refund ${id}`]);
    assert.deepEqual(await gateway.bank.statement("out"), []);
    await gateway.booksAgree();
  }));
