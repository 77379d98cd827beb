import assert from "node:assert/strict";
import { arrive, BENEFICIARY, text } from "../support/customer.ts";
import { type GatewayOptions, type TestGateway, withGateway } from "../support/gateway.ts";
import { arriveHosted } from "../support/hosted-customer.ts";
import { askAs, type OperatorName, operatorVariables } from "../support/operators.ts";
import { opened } from "../support/page-actor.ts";
import { changeOf } from "../support/settings.ts";

/** Account numbers that the bank has closed, and that send back what was paid; and one that nothing is wrong with. */
const [CLOSED, SENT_BACK, GOOD] = ["0000015555", "0000035555", "5544332299"].map((bank_account_number) => ({
  ...BENEFICIARY,
  bank_account_number,
}));

/** A gateway whose withdrawals ask for another account. */
function asking(
  journey: (gateway: TestGateway) => Promise<void>,
  options: GatewayOptions = {},
): Promise<void> {
  const change = { onPayoutFailure: "ask", approvals: [{ by: 1, newAccount: true }] } as const;
  const config = changeOf({ is: "services", kind: "withdrawal", change });
  return withGateway({ config, variables: operatorVariables, ...options }, journey);
}

/** Approves what an operator is shown now. */
async function approve(gateway: TestGateway, name: OperatorName, id: string): Promise<unknown> {
  const { body } = await askAs(gateway, "vera", `/transfers/${id}`);
  const seen = { version: Number(body["version"]), amount: body["amount_out"], payee: body["payee"] };
  const { status } = await askAs(gateway, name, `/transfers/${id}/approve`, { body: seen });
  assert.equal(status, 200);
  return body["payee"];
}

Deno.test("M-21 M-27 R-12-36 an account that the bank cannot pay is asked for by SEP-12, each new one is approved anew, and one is paid", () =>
  asking(async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("500");
    const id = await ada.askWithdrawal("40", {}, { ...CLOSED, bank_name: "Bank of old" });
    await ada.send(id, "40");
    const payees: unknown[] = [];
    for (const next of [SENT_BACK, GOOD]) {
      await ada.until(id, "on_hold");
      payees.push(await approve(gateway, "anna", id));
      const asked = await ada.until(id, "pending_customer_info_update");
      assert.match(text(asked, "message"), /Give another one/);
      const customer = await ada.wallet.customer(id);
      assert.equal(customer.status, "NEEDS_INFO");
      const asks = Object.entries(customer.fields ?? {}).filter(([, { optional }]) => optional !== true);
      assert.deepEqual(asks.map(([name]) => name), ["bank_account_number"]);
      const { bank_account_number = "" } = next ?? {};
      await ada.wallet.give({ bank_account_number }, id);
    }
    await ada.until(id, "on_hold");
    payees.push(await approve(gateway, "bert", id));
    const done = await ada.until(id, "completed");
    assert.equal(done["amount_out"], "39.3");
    assert.equal(new Set(payees).size, 2, "masked, the first two are alike");
    await ada.holds("457");
    const out = await gateway.bank.statement("out");
    const paid = out.filter(({ state }) => state === "completed");
    const to = paid.map((
      { beneficiary },
    ) => [beneficiary?.["bank_account_number"], beneficiary?.["bank_name"]]);
    assert.deepEqual(to, [["5544332299", undefined]], "nothing is left of the account that did not work");
    await gateway.booksAgree();
  }));

Deno.test("M-21 R-06-154 on a page of SEP-24 the account is asked for, and nothing else, and the new one is paid", () =>
  asking(async (gateway) => {
    const ada = await arriveHosted(gateway);
    await ada.deposit("500");
    await ada.wallet.give({ bank_account_number: CLOSED?.bank_account_number ?? "" });
    const link = await ada.link("withdraw", { lang: "en" });
    const { person, page } = await opened(link);
    await ada.choose(link.id, "40");
    await ada.send(link.id, "40");
    await ada.until(link.id, "on_hold");
    await approve(gateway, "anna", link.id);
    const waiting = await ada.until(link.id, "pending_user");
    assert.match(String(waiting.message), /Give another one/);
    const form = await person.get(page.url);
    assert.equal(form.title, "Your account could not be paid");
    const { form_token = "", ...fields } = form.form().values;
    assert.ok(form_token);
    assert.deepEqual(fields, { bank_account_number: "", bank_name: "", bank_number: "" });
    const status = await person.get(String(waiting.more_info_url));
    assert.equal(status.title, "We need another account of yours");
    assert.doesNotMatch(status.text, /0000015555/);
    const path = `/interactive/${link.id}`;
    assert.equal(status.attribute(`a[href="${path}"]`, "href"), path, "the form, for this browser");
    const stranger = await fetch(`${gateway.publicUrl}${path}`);
    assert.doesNotMatch(await stranger.text(), /bank_account_number/);
    await person.send(form, { bank_account_number: "55 44 33 22 99" });
    await ada.until(link.id, "on_hold");
    await approve(gateway, "anna", link.id);
    await ada.until(link.id, "completed");
    await gateway.booksAgree();
  }));
