import assert from "node:assert/strict";
import { arrive } from "../../support/customer.ts";
import { withGateway } from "../../support/gateway.ts";
import { askAs, operatorVariables } from "../../support/operators.ts";

Deno.test("M-19 a part that is misspelt is refused: it sends nothing back, least of all everything", () =>
  withGateway({ variables: operatorVariables }, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("200");
    const id = await ada.askWithdrawal("40");
    await ada.send(id, "90");
    await ada.until(id, "on_hold");
    const { version } = (await askAs(gateway, "vera", `/transfers/${id}`)).body;
    for (
      const said of [
        { version, amuont: "10" },
        { version },
        { version, amount: "10", than: "pay" },
        { lift_limits: false },
      ]
    ) {
      const { status } = await askAs(gateway, "anna", `/transfers/${id}/refund`, { body: said });
      assert.equal(status, 400, Object.keys(said).join());
    }
    const { body } = await askAs(gateway, "vera", `/transfers/${id}`);
    assert.deepEqual([body["state"], body["version"], body["refunded"]], ["on_hold", version, "0"]);
    const whole = await askAs(gateway, "anna", `/transfers/${id}/refund`, { body: {} });
    assert.equal(whole.status, 200);
    await ada.until(id, "refunded");
    await gateway.booksAgree();
  }));
