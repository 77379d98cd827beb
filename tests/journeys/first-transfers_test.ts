import assert from "node:assert/strict";
import { arrive, text } from "../support/customer.ts";
import { withGateway } from "../support/gateway.ts";

Deno.test("W7 P20 P6 an unmodified wallet deposits, withdraws, and is asked once", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const deposited = await ada.deposit("100");
    assert.equal(text(deposited, "amount_out"), "99");
    await ada.holds("99");
    const withdrawn = await ada.withdraw("40");
    await ada.holds("59");
    const [paid] = await gateway.bank.statement("out");
    assert.equal(paid?.amount, "39.30");
    assert.equal(text(withdrawn, "amount_out"), "39.3");
    // Nothing is asked again.
    const second = await ada.wallet.deposit({ asset_code: gateway.code, type: "bank_account", amount: "50" });
    assert.ok("how" in second && "instructions" in second);
    await gateway.booksAgree();
  }));
