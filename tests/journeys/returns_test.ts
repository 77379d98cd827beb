import assert from "node:assert/strict";
import { lastEntries } from "../../core/records/audit.ts";
import { arrive } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { askAs, type OperatorName, operatorVariables, rowsIn } from "../support/operators.ts";

test.inEveryLayout("M-19 M-28 tokens and money that name nobody go back to who paid them, by an operator's order, once", ({ withGateway }) =>
  withGateway({ variables: operatorVariables }, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("500");
    const asked = await ada.wallet.transaction(await ada.askWithdrawal("40"));
    await ada.wallet.pay({
      to: String(asked["withdraw_anchor_account"]),
      code: gateway.code,
      issuer: gateway.issuer,
      amount: "90",
    });
    await gateway.bank.payIn({ reference: "NOBODYS", amount: "30" });
    const money = await gateway.until("unmatched money", async () => {
      const rows = rowsIn(await askAs(gateway, "vera", "/unmatched"), "unmatched");
      return rows.length === 2 ? rows : null;
    });
    for (const { can, cannot, return: none } of money) {
      assert.deepEqual([can, cannot, none], [["assign", "return"], {}, null]);
    }
    const giveBack = (name: OperatorName, id: unknown) =>
      askAs(gateway, name, `/unmatched/${id}/return`, { body: {} });
    for (const { id } of money) {
      assert.equal((await giveBack("sam", id)).status, 403);
      const both = await Promise.all([giveBack("anna", id), giveBack("bert", id)]);
      const statuses = both.map(({ status }) => status).sort();
      // Whoever comes when it is done already finds nothing.
      assert.ok(statuses[0] === 200 && (statuses[1] === 409 || statuses[1] === 404), String(statuses));
    }
    await gateway.until(
      "all of it is back",
      async () => rowsIn(await askAs(gateway, "vera", "/unmatched"), "unmatched").length === 0 || null,
    );
    await ada.holds("497");
    const out = await gateway.bank.statement("out");
    assert.equal(out.length, 1, "one refund left the bank");
    const actions = (await lastEntries(gateway.db, "actions", 99)).map(({ action, subject }) =>
      `${action} ${subject}`
    );
    assert.deepEqual(actions.toSorted(), money.map(({ id }) => `receipt.return ${id}`).toSorted());
    const alarms = rowsIn(await askAs(gateway, "vera", "/alarms"), "alarms");
    assert.deepEqual(alarms.filter(({ kind }) => kind === "receipt_unmatched"), []);
    await gateway.booksAgree();
  }));
