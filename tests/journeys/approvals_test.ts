import assert from "node:assert/strict";
import { addressOf, arrive } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";
import { askAs, type OperatorName, operatorVariables } from "../support/operators.ts";

/** Approves what an operator is shown now. */
async function approve(gateway: GatewayUnderTest, name: OperatorName, id: string) {
  const { body } = await askAs(gateway, "vera", `/transfers/${id}`);
  const seen = { version: Number(body["version"]), amount: body["amount_out"], payee: body["payee"] };
  return await askAs(gateway, name, `/transfers/${id}/approve`, { body: seen });
}

test.inEveryLayout("M-27 P14 a large withdrawal waits for two people, a small one to a known account for nobody", ({ withGateway }) =>
  withGateway({
    variables: operatorVariables,
    setting: {
      is: "services",
      kind: "withdrawal",
      change: { approvals: [{ by: 2, above: "50" }, { by: 1, newAccount: true }] },
    },
  }, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("500");
    const id = await ada.askWithdrawal("100");
    await ada.send(id, "100");
    const held = await ada.until(id, "on_hold");
    assert.match(String(held["message"]), /check this payout by hand/);
    assert.equal((await approve(gateway, "sam", id)).status, 403);
    const noted = await approve(gateway, "anna", id);
    assert.deepEqual([noted.status, noted.body["approvals_missing"]], [200, 1]);
    assert.equal((await approve(gateway, "anna", id)).status, 409, "two people, not one twice");
    for (let round = 0; round < 2; round++) await gateway.advance();
    assert.deepEqual(await gateway.bank.statement("out"), []);
    const both = await Promise.all([approve(gateway, "bert", id), approve(gateway, "root", id)]);
    assert.equal(both.filter(({ status }) => status === 200).length, 1);
    await ada.until(id, "completed");
    const next = await ada.askWithdrawal("20");
    await ada.send(next, "20");
    await ada.until(next, "completed");
    assert.equal((await gateway.bank.statement("out")).length, 2);
    await gateway.booksAgree();
  }));

test.inEveryLayout("M-27 P14 a deposit whose account has no trustline yet waits for it first, and then for one person, once", ({ withGateway }) =>
  withGateway({
    variables: operatorVariables,
    setting: { is: "services", kind: "deposit", change: { approvals: [{ by: 1 }] } },
  }, async (gateway) => {
    const ada = await arrive(gateway, { trusts: false });
    const id = await ada.askDeposit("100");
    await ada.payIn(id, "100");
    await ada.until(id, "pending_trust");
    await ada.wallet.trust(gateway.code, gateway.issuer);
    await ada.until(id, "on_hold");
    await ada.holds("0");
    assert.equal((await approve(gateway, "anna", id)).status, 200);
    await ada.until(id, "completed");
    await ada.holds("99");
    await gateway.booksAgree();
  }));

test.inEveryLayout("M-27 P14 a deposit that somebody else paid, and one of a person with a flag, wait for an operator each; the customer's own does not", ({ withGateway }) =>
  withGateway({
    variables: operatorVariables,
    setting: {
      is: "services",
      kind: "deposit",
      change: { approvals: [{ by: 1, nameMismatch: true }, { by: 2, riskFlag: true }] },
    },
  }, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const id = await ada.askDeposit("100");
    const reference = await addressOf(ada.wallet, id);
    await gateway.bank.payIn({
      reference,
      amount: "100",
      payer: { name: "Charles Babbage", account: "GB33BUKB20201555555556" },
    });
    await ada.until(id, "on_hold");
    await ada.holds("99");
    assert.equal((await approve(gateway, "anna", id)).status, 200);
    await ada.until(id, "completed");
    await ada.holds("198");

    const eve = await arrive(gateway, { lastName: "Risk" });
    const flagged = await eve.askDeposit("100");
    await eve.payIn(flagged, "100");
    await eve.until(flagged, "on_hold");
    const noted = await approve(gateway, "anna", flagged);
    assert.deepEqual([noted.status, noted.body["approvals_missing"]], [200, 1]);
    assert.equal((await approve(gateway, "bert", flagged)).status, 200);
    await eve.until(flagged, "completed");
    await gateway.booksAgree();
  }));
