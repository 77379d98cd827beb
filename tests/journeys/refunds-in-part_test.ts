import assert from "node:assert/strict";
import { lastEntries } from "../../core/records/audit.ts";
import { arrive } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";
import { askAs, type OperatorName, operatorVariables } from "../support/operators.ts";
import { refundsOf } from "../support/refunds-of.ts";

test.inEveryLayout("M-18 R-06-147 R-06-149 who pays too much, on either side, gets back what is above, and the rest is paid", ({ withGateway }) =>
  withGateway({
    setting: { is: "services", change: { amountRule: { kind: "excess" }, refundFee: "0.25" } },
  }, async (gateway) => {
    const ada = await arrive(gateway);
    const into = await ada.askDeposit("100");
    await ada.payIn(into, "130");
    const deposit = await ada.until(into, "completed");
    assert.deepEqual([deposit["amount_in"], deposit["amount_fee"], deposit["amount_out"]], [
      "130",
      "1",
      "99",
    ]);
    const sent = refundsOf(deposit);
    assert.deepEqual([sent.amount_refunded, sent.amount_fee], ["29.75", "0.25"]);
    assert.deepEqual(sent.payments.map(({ id_type }) => id_type), ["external"]);
    await ada.holds("99");
    const out = await ada.askWithdrawal("40");
    await ada.send(out, "55");
    const withdrawal = await ada.until(out, "completed");
    assert.deepEqual(
      [withdrawal["amount_in"], withdrawal["amount_fee"], withdrawal["amount_out"]],
      ["55", "0.7", "39.3"],
    );
    const back = refundsOf(withdrawal);
    assert.deepEqual([back.amount_refunded, back.amount_fee], ["14.75", "0.25"]);
    const [payment] = back.payments;
    const paid = await ada.wallet.horizon.transactions().transaction(payment?.id ?? "").call();
    assert.equal(paid.memo, withdrawal["withdraw_memo"]);
    await ada.holds("58.75");
    const statement = await gateway.bank.statement("out");
    assert.deepEqual(statement.map(({ kind, amount }) => `${kind} ${amount}`).toSorted(), [
      "payout 39.30",
      "refund 29.75",
    ]);
    await gateway.booksAgree();
  }));

/** What an operator is shown of a transfer, as an order names it. */
async function seen(gateway: GatewayUnderTest, id: string) {
  const { body } = await askAs(gateway, "vera", `/transfers/${id}`);
  return { version: body["version"], amount: body["amount_out"], payee: body["payee"] };
}

test.inEveryLayout("M-19 M-28 R-06-149 operators send parts back, two at once and one after the other, and pay the rest", ({ withGateway }) =>
  withGateway({
    variables: operatorVariables,
    setting: { is: "services", change: { amountRule: { kind: "exact" } } },
  }, async (gateway) => {
    const ada = await arrive(gateway);
    const into = await ada.askDeposit("100");
    await ada.payIn(into, "130");
    await ada.until(into, "on_hold");
    const part = async (name: OperatorName, id: string, amount: string, then: "hold" | "pay" = "hold") => {
      const { version } = await seen(gateway, id);
      return await askAs(gateway, name, `/transfers/${id}/refund`, { body: { version, amount, then } });
    };
    assert.equal((await part("sam", into, "10")).status, 403);
    assert.equal((await part("anna", into, "131")).body["code"], "operator.more_than_left");
    assert.equal((await part("anna", into, "10.001")).body["code"], "operator.part_step");
    const { version } = await seen(gateway, into);
    const atOnce = await Promise.all(
      (["anna", "bert", "root"] as const).map((name) =>
        askAs(gateway, name, `/transfers/${into}/refund`, { body: { version, amount: "10" } })
      ),
    );
    assert.equal(atOnce.filter(({ status }) => status === 200).length, 1);
    const backed = (id: string, refunded: string) =>
      gateway.until(`${refunded} of ${id} to be back`, async () => {
        const { body } = await askAs(gateway, "vera", `/transfers/${id}`);
        return body["state"] === "on_hold" && body["refunded"] === refunded ? true : null;
      });
    await backed(into, "10");
    const held = await ada.wallet.transaction(into);
    assert.deepEqual([held.status, refundsOf(held).amount_refunded], ["on_hold", "10"]);
    assert.equal((await part("anna", into, "20")).status, 200);
    await backed(into, "30");
    const pay = await askAs(gateway, "bert", `/transfers/${into}/pay`, { body: await seen(gateway, into) });
    assert.equal(pay.status, 200);
    const deposit = await ada.until(into, "completed");
    assert.deepEqual([deposit["amount_in"], deposit["amount_out"]], ["130", "99"]);
    assert.deepEqual(refundsOf(deposit).payments.map(({ amount }) => amount), ["10", "20"]);
    await ada.holds("99");

    const out = await ada.askWithdrawal("40");
    await ada.send(out, "60");
    await ada.until(out, "on_hold");
    assert.equal((await part("anna", out, "20", "pay")).status, 200);
    const withdrawal = await ada.until(out, "completed");
    assert.deepEqual([withdrawal["amount_in"], withdrawal["amount_out"]], ["60", "39.3"]);
    assert.deepEqual(refundsOf(withdrawal).payments.map(({ amount }) => amount), ["20"]);
    await ada.holds("59");
    const statement = await gateway.bank.statement("out");
    assert.deepEqual(statement.map(({ amount }) => amount).toSorted(), ["10.00", "20.00", "39.30"]);
    const entries = await lastEntries(gateway.db, "actions", 9);
    assert.deepEqual(entries.reverse().map(({ action, subject }) => `${action} ${subject}`), [
      `transfer.refund_part ${into}`,
      `transfer.refund_part ${into}`,
      `transfer.pay ${into}`,
      `transfer.refund_part ${out}`,
    ]);
    await gateway.booksAgree();
  }));
