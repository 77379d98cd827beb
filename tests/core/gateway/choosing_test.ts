import assert from "node:assert/strict";
import { parseUnits } from "../../../plugins/money.ts";
import { BENEFICIARY } from "../../support/customer.ts";
import { refusalOf } from "../transfers/leaves-nothing.ts";
import { BALANCE_WARNS, chosen, draft, nowOf, withGuest } from "./guest.ts";

const amount = (text: string) => ({ amount: parseUnits(text) });

Deno.test("P17 R-24-36 a withdrawal above the balance of whoever pays is refused on the page, up to it goes through", () =>
  withGuest({}, async (guest) => {
    const { gateway, customer, owner, account, code } = guest;
    await customer.deposit("50");
    const held = await customer.wallet.balance(code, guest.test.issuer) ?? assert.fail("nothing arrived");
    await guest.give("sep24", BENEFICIARY);
    const begun = await draft(guest, "withdrawal");
    const above = { amount: (parseUnits(held) ?? 0n) + 1n };
    const refusal = await refusalOf(() => gateway.choose(begun.id, above));
    assert.deepEqual([refusal.code, refusal.status], ["transfer.balance_too_small", 400]);
    assert.deepEqual(refusal.params, { held: String(Number(held)), asset: code });
    assert.deepEqual(await nowOf(guest, begun), begun);
    assert.deepEqual(await gateway.payingBalance(begun), { kind: "holds", amount: parseUnits(held) });
    const transfer = await chosen(guest, begun, String(Number(held)));
    assert.equal(transfer.state, "waiting");
    await customer.wallet.pay({
      to: gateway.ownAccounts.distribution,
      memo: String(transfer.receiveMemo),
      code,
      issuer: guest.test.issuer,
      amount: String(Number(held)),
    });
    await guest.until(transfer, "completed");
    // It was chosen, so nothing is refused any more: the tokens are gone because they were paid.
    const again = await gateway.choose(begun.id, amount(held));
    assert.equal(again.kind, "chosen");
    // The API never refuses for a balance, and for deposits there is none to ask for.
    const asked = { owner, assetCode: code, language: "en", ...amount("100") };
    assert.ok(await gateway.open({ kind: "withdrawal", protocol: "sep6", ...asked }));
    assert.ok(await gateway.draft({ kind: "withdrawal", protocol: "sep24", ...asked }));
    assert.equal(await gateway.payingBalance(await draft(guest, "deposit")), null);
    const named = await gateway.draft({
      kind: "withdrawal",
      protocol: "sep24",
      ...asked,
      source: "GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H",
    });
    assert.notEqual(named.payingAccount, account);
    const missing = await refusalOf(() => gateway.choose(named.id, amount("10")));
    assert.equal(missing.params.held, "0");
  }));

Deno.test("P17 a balance only warns where many share the account, and where the config says so", async () => {
  await withGuest({}, async (guest) => {
    const { gateway, owner, code } = guest;
    const shared = { ...owner, sub: `${owner.account}:7`, memo: "7" };
    const begun = await gateway.draft({
      kind: "withdrawal",
      protocol: "sep24",
      owner: shared,
      assetCode: code,
      language: "en",
      amount: null,
    });
    assert.deepEqual(await gateway.payingBalance(begun), { kind: "shared" });
    assert.equal((await chosen(guest, begun, "100")).state, "kyc");
  });
  await withGuest(BALANCE_WARNS, async (guest) => {
    const begun = await draft(guest, "withdrawal");
    assert.deepEqual(await guest.gateway.payingBalance(begun), { kind: "holds", amount: 0n });
    assert.equal((await chosen(guest, begun, "100")).state, "kyc");
  });
});

Deno.test("P17 a ledger that does not answer keeps nobody from withdrawing", () =>
  withGuest({}, async (guest) => {
    const { gateway, test, account } = guest;
    const begun = await draft(guest, "withdrawal");
    const asked = await refusalOf(() => gateway.choose(begun.id, amount("100")));
    assert.equal(asked.code, "transfer.balance_too_small");
    await test.ledger.behave({ behaviour: "rate_limit", path: `/accounts/${account}`, count: 2 });
    assert.deepEqual(await gateway.payingBalance(begun), { kind: "unknown" });
    assert.equal((await chosen(guest, begun, "100")).amountIn, parseUnits("100"));
  }));

Deno.test("P5 the choices and estimates of the default config are those of a stranger, and then of whom it knows", () =>
  withGuest({}, async (guest) => {
    const { gateway, code } = guest;
    const begun = await draft(guest, "deposit");
    const told = await gateway.choices(begun);
    assert.deepEqual([told.assetCode, told.currency, told.country, told.countries], [code, "USD", null, []]);
    const [way, ...others] = told.ways;
    assert.ok(way && others.length === 0);
    assert.deepEqual([way.method, way.needsAmount, way.eta], ["bank_account", false, 60]);
    assert.deepEqual(way.steps.map(({ upTo }) => upTo), [parseUnits("1000"), null]);
    assert.equal(way.steps[0]?.owes.length, 3);
    const before = await gateway.estimate(begun, amount("100"));
    assert.deepEqual([before.isReady, before.amounts?.fee], [false, parseUnits("1")]);
    await guest.give("sep24");
    assert.deepEqual((await gateway.choices(begun)).ways[0]?.steps[0]?.owes, []);
    assert.equal((await gateway.estimate(begun, amount("100"))).isReady, true);
    assert.equal((await gateway.estimate(begun, amount("1001"))).isReady, false);
    assert.equal(
      (await refusalOf(() => gateway.estimate(begun, amount("0.5")))).code,
      "transfer.amount_too_small",
    );
  }));
