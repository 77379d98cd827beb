import assert from "node:assert/strict";
import { BENEFICIARY } from "../../support/customer.ts";
import type { GatewayOptions } from "../../support/gateway.ts";
import { choose, giveData, happened } from "./amount-steps.ts";
import { acted, opened } from "./stage.ts";

Deno.test(
  "P5 R-24-38 the amount comes before the form, with bounds, tiers, fee and time said before anybody meets them",
  acted(async (ada, gateway) => {
    const link = await ada.link("deposit", { lang: "en" });
    const { person, page } = await opened(link);
    assert.match(page.title, /How much do you want to deposit/);
    assert.equal(page.form("/amount").values["amount"], "");
    for (
      const said of [
        /From USD 1\.00 to USD 10,000\.00/,
        /Up to USD 1,000\.00 we need from you: Given name, Family name, and E-mail address/,
        /Above USD 1,000\.00 we also need: /,
        /Fee: USD 0\.50 plus 0\.5\s%/,
        /within 1 minute/,
      ]
    ) assert.match(page.text, said);
    const next = await choose(person, page, { amount: "120.50" });
    assert.equal(next.url, page.url, "the address stays that of the visit");
    const shown = await ada.transaction(link.id);
    assert.deepEqual([shown["status"], shown["amount_in"]], ["incomplete", "120.5"]);
    assert.deepEqual(await happened(gateway, link.id), ["opened", "chosen"]);
  }),
);

Deno.test(
  "R-24-38 what the wallet asked for stands in the field as it is typed in the language, and may be changed",
  acted(async (ada) => {
    const given = { amount: "1234.5" };
    for (const [lang, text] of [["en", "1234.50"], ["pt-BR", "1234,50"], ["ar", "1234.50"]] as const) {
      const { page } = await opened(await ada.link("deposit", { ...given, lang }));
      assert.equal(page.form("/amount").values["amount"], text, lang);
      assert.notEqual(page.all("[data-part=gets]")[0], "");
    }
    const link = await ada.link("deposit", { ...given, lang: "de" });
    const { person, page } = await opened(link);
    await choose(person, page, { amount: "1.500,25" });
    assert.equal((await ada.transaction(link.id))["amount_in"], "1500.25");
  }),
);

Deno.test(
  "R-24-38 amounts are taken as people of five languages type them",
  acted(async (ada) => {
    const typed = [["en", "$1,234.50"], ["es", "1.234,50"], ["fr", "1\u202f234,50"], ["hi", "1,234.50"], [
      "ar",
      "١٬٢٣٤٫٥٠",
    ]] as const;
    for (const [lang, amount] of typed) {
      const link = await ada.link("deposit", { lang });
      const { person, page } = await opened(link);
      await choose(person, page, { amount });
      assert.equal((await ada.transaction(link.id))["amount_in"], "1234.5", lang);
    }
  }),
);

Deno.test(
  "P7 what is wrong is said beside the field with what to do, in money of the person's language, and nothing is lost",
  acted(async (ada, gateway) => {
    const link = await ada.link("deposit", { lang: "en" });
    const { person, page } = await opened(link);
    for (
      const [amount, said] of [
        ["0.5", /too little.*at least USD 1\.00/],
        ["10,001", /too much.*at most USD 10,000\.00/],
        ["5.001", /read in two ways.*5001.*5\.0010/],
        ["5.0001", /multiple of USD 0\.01/],
        ["1.00000001", /at most 7 decimals/],
        ["ten", /Write a number, such as .12\.50/],
        ["<b>", /Write a number/],
        ["-5", /Write a number/],
      ] as const
    ) {
      const again = await choose(person, page, { amount });
      assert.equal(again.status, 422, amount);
      assert.match(again.all("#in-amount-error").join(), said);
      assert.equal(
        again.form("/amount").values["amount"],
        amount,
      );
      assert.equal(again.attribute("#in-amount", "aria-invalid"), "true");
      assert.match(again.attribute("#in-amount", "aria-describedby") ?? "", /in-amount-error/);
      assert.equal(again.attribute(".notice.error a", "href"), "#in-amount");
      assert.doesNotMatch(again.html, /<b>/);
    }
    assert.deepEqual(await happened(gateway, link.id), ["opened"]);
    const { person: german, page: other } = await opened(await ada.link("deposit", { lang: "de" }));
    assert.match((await choose(german, other, { amount: "20000" })).text, /10\.000,00/);
    // A withdrawal needs an amount, a deposit here may stay open.
    const { person: paid, page: withdrawal } = await opened(await ada.link("withdraw", { lang: "en" }));
    assert.match((await choose(paid, withdrawal, { amount: " " })).text, /Write an amount from 1\.00 USDX/);
    assert.equal((await choose(person, page, { amount: "" })).status, 200);
    assert.equal((await ada.transaction(link.id))["amount_in"], null);
  }),
);

Deno.test(
  "R-24-86 a form sent twice, an old tab and the back button choose once and lead to where the transfer stands",
  acted(async (ada, gateway) => {
    await giveData(ada, gateway);
    const link = await ada.link("deposit", { lang: "en" });
    const { person, page } = await opened(link);
    const otherTab = await person.get(page.url);
    const [one, two] = await Promise.all([
      choose(person, page, { amount: "100" }),
      choose(person, page, { amount: "100" }),
    ]);
    const late = await choose(person, otherTab, { amount: "250" });
    for (const answer of [one, two, late]) assert.deepEqual([answer.status, answer.url], [200, page.url]);
    assert.equal((await ada.transaction(link.id))["amount_in"], "100");
    const events = await happened(gateway, link.id);
    assert.equal(events.filter((event) => event === "chosen").length, 1);
    assert.ok(!late.html.includes('/amount"'), "it shows where the transfer stands");
    // A reload of a page with faults asks for its address.
    assert.equal((await person.get(`${page.url}/amount`)).url, page.url);
  }),
);

Deno.test(
  "P17 a withdrawal above what the account holds is refused beside the field, and the balance is said before",
  acted(async (ada, gateway) => {
    await ada.customer.deposit("50");
    const held = Number(await ada.customer.wallet.balance(gateway.code, gateway.issuer));
    const link = await ada.link("withdraw", { lang: "en" });
    const { person, page } = await opened(link);
    assert.match(page.text, new RegExp(`Your account holds ${held.toFixed(2)}`));
    const above = await choose(person, page, { amount: String(held + 1) });
    assert.equal(above.status, 422);
    assert.match(above.all("#in-amount-error").join(), /holds 49\.25 USDX.*at most that/);
    assert.deepEqual(await happened(gateway, link.id), ["opened"]);
    assert.equal((await choose(person, above, { amount: String(held) })).status, 200);
    assert.equal((await ada.transaction(link.id))["amount_in"], String(held));
  }),
);

const warns: GatewayOptions = { config: (config) => ({ ...config, pages: { balanceCheck: "warn" } }) };

Deno.test(
  "P17 where the config only warns, the balance is a hint, and so it is for an account that many share",
  acted(async (ada) => {
    const link = await ada.link("withdraw", { lang: "en" });
    const { person, page } = await opened(link);
    assert.match(page.text, /Your account holds 0\.00 USDX/);
    assert.equal((await choose(person, page, { amount: "100" })).status, 200);
    assert.equal((await ada.transaction(link.id))["amount_in"], "100");
    const muxed = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ";
    const shared = await opened(await ada.link("withdraw", { lang: "en", account: muxed }));
    assert.match(shared.page.text, /Make sure that your wallet holds this amount/);
  }, warns),
);

Deno.test(
  "R-24-115 a withdrawal says to which account it is paid, masked",
  acted(async (ada, gateway) => {
    await giveData(ada, gateway, BENEFICIARY);
    const { page } = await opened(await ada.link("withdraw", { lang: "en" }));
    assert.match(page.text, /\*{6,}\d{3}/);
    for (const account of Object.values(BENEFICIARY)) assert.ok(!page.html.includes(account));
    // Nothing is owed below the first bound, so nothing is asked there.
    assert.doesNotMatch(page.text, /Given name/);
    assert.match(page.text, /Above 1,000\.00 USDX we also need/);
  }),
);
