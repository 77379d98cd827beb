import assert from "node:assert/strict";
import { arrive, text } from "../support/customer.ts";
import { test } from "../support/layouts.ts";

test.inEveryLayout("W7 P20 P6 an unmodified wallet deposits, withdraws, and is asked once", ({ withGateway }) =>
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

test.inEveryLayout("W1 W5 W6 a wallet finds everything in stellar.toml, and the issuer's home domain points there", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const { wallet } = await arrive(gateway);
    const toml = await wallet.toml();
    assert.equal(toml.transferServer, `${gateway.publicUrl}/sep6`);
    assert.equal(toml.kycServer, `${gateway.publicUrl}/sep12`);
    assert.equal(toml.webAuthEndpoint, `${gateway.publicUrl}/auth`);
    assert.ok(toml.documentation?.orgName && toml.documentation.orgOfficialEmail);
    const [currency] = toml.currencies ?? [];
    assert.deepEqual([currency?.code, currency?.issuer], [gateway.code, gateway.issuer]);
    const issuer = await wallet.horizon.loadAccount(gateway.issuer);
    assert.equal(issuer.home_domain, new URL(gateway.publicUrl).host);
    const { deposit, withdraw } = await wallet.info();
    assert.ok(deposit[gateway.code]?.enabled && withdraw[gateway.code]?.enabled);
  }));
