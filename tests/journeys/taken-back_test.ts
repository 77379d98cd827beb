import assert from "node:assert/strict";
import { arrive, BENEFICIARY } from "../support/customer.ts";
import { withGateway } from "../support/gateway.ts";
import { askAs, operatorVariables, rowsIn } from "../support/operators.ts";

Deno.test("M-21 M-28 a deposit that the bank takes back after its tokens were paid freezes its customer until operators have settled and lifted it", () =>
  withGateway({ variables: operatorVariables }, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.askDeposit("100");
    const paidIn = await ada.payIn(id, "100");
    await ada.until(id, "completed");
    const withdrawal = await ada.askWithdrawal("40", {}, BENEFICIARY);
    await gateway.bank.change(paidIn.id, "reversed", "fraud");
    const debt = await gateway.until("what is owed", async () => {
      const [row] = rowsIn(await askAs(gateway, "vera", "/receivables"), "receivables");
      return row ?? null;
    });
    assert.deepEqual(
      [debt["transfer"], debt["amount"], debt["settled"], debt["reason"], debt["frozen"]],
      [id, "100", "0", "fraud", true],
    );
    // What was open already takes its tokens, and rests.
    await ada.send(withdrawal, "40");
    const held = await ada.until(withdrawal, "on_hold");
    assert.match(String(held["message"]), /took back an earlier payment/);
    const refused = async () => {
      const answer = await gateway.ask(
        `/sep6/deposit?asset_code=${gateway.code}&account=${ada.wallet.account}&amount=10&lang=de`,
        { headers: { authorization: `Bearer ${ada.token}` } },
      );
      return [answer.status, await answer.json()];
    };
    const [status, body] = await refused();
    assert.deepEqual([status, body.code], [400, "transfer.customer_frozen"]);
    assert.match(body.error, /Support/);
    const bob = await arrive(gateway, { lastName: "Byron" });
    await bob.deposit("10");
    // The money comes after all, by another payment that nobody can place.
    await gateway.bank.payIn({ reference: "what I owe", amount: "100" });
    const money = await gateway.until("unmatched money", async () => {
      const [row] = rowsIn(await askAs(gateway, "vera", "/unmatched"), "unmatched");
      return row ?? null;
    });
    const act = (name: "vera" | "sam" | "anna", action: string, said: object = {}) =>
      askAs(gateway, name, `/receivables/${String(debt["id"])}/${action}`, { body: said });
    for (const name of ["vera", "sam"] as const) {
      assert.equal((await act(name, "settle", { how: "written_off" })).status, 403);
      assert.equal((await act(name, "lift")).status, 403);
    }
    assert.equal((await act("anna", "settle", { how: "forgiven" })).status, 400);
    assert.equal((await act("anna", "settle", { how: "not_paid" })).status, 409);
    const settled = await act("anna", "settle", { how: "receipt", receipt: money["id"] });
    assert.deepEqual([settled.status, settled.body["state"], settled.body["frozen"]], [200, "settled", true]);
    assert.equal((await refused())[0], 400, "until it is lifted");
    assert.equal((await act("anna", "lift")).status, 200);
    assert.equal((await act("anna", "lift")).status, 404);
    await ada.until(withdrawal, "completed");
    assert.deepEqual(rowsIn(await askAs(gateway, "vera", "/receivables"), "receivables"), []);
    const alarms = rowsIn(await askAs(gateway, "vera", "/alarms"), "alarms");
    assert.deepEqual(alarms, [], "settled is settled");
    await ada.deposit("10");
    await gateway.booksAgree();
  }));
