import assert from "node:assert/strict";
import { z } from "zod";
import { BENEFICIARY } from "../../support/customer.ts";
import type { GatewayOptions } from "../../support/gateway.ts";
import { type PageVisitor, pageVisitor, type Visited } from "../../support/page-visitor.ts";
import { choose, giveData, happened } from "./amount-steps.ts";
import { acted, opened } from "./stage.ts";

/** Deposits by bank in two countries, by cash in one of them; withdrawals by bank everywhere. */
const TWO_WAYS: GatewayOptions = {
  bank: { methods: ["bank_account", "cash"] },
  config: (config) => ({
    ...config,
    pages: { balanceCheck: "warn" },
    services: config.services.flatMap((service) => {
      if (service.kind === "withdrawal") return [service];
      const cash = {
        ...service,
        method: "cash",
        min: "5",
        max: "500",
        fee: { fixed: "2" },
        countries: ["BRA"],
      };
      return [{ ...service, countries: ["BRA", "MEX"] }, cash];
    }),
  }),
};

const estimate = z.strictObject({ fault: z.string(), fee: z.string(), gets: z.string(), asks: z.string() });

/** What the script would be answered. */
async function estimated(person: PageVisitor, page: Visited, query: Readonly<Record<string, string>>) {
  const answer = await person.get(`${page.url}/estimate?${new URLSearchParams(query)}`);
  assert.match(answer.headers.get("content-type") ?? "", /json/);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  return estimate.parse(JSON.parse(answer.html.replaceAll("\u00a0", " ")));
}

Deno.test(
  "P5 where countries differ the country comes first, then the ways of that country, and both may be changed",
  acted(async (ada, gateway) => {
    const link = await ada.link("deposit", { lang: "es", amount: "600" });
    const { person, page } = await opened(link);
    assert.deepEqual(page.all("option[value]").slice(1, 3), ["Brasil", "México"], "and no other country");
    assert.equal((await person.send(page, { country: "" }, { button: ["action", "country"] })).status, 422);
    assert.equal(
      (await person.send(page, { country: "ARG" }, { button: ["action", "country"] })).status,
      422,
    );
    const mexico = await person.send(page, { country: "MEX" }, { button: ["action", "country"] });
    assert.equal(mexico.status, 200);
    assert.deepEqual(mexico.all(".choice"), [], "one way is no choice");
    assert.equal(mexico.form("/amount").values["amount"], "600", "what the wallet asked for rides along");
    const back = await person.send(mexico, {}, { button: ["action", "ask_country"] });
    assert.equal(back.form("/amount").values["country"], "MEX");
    const brazil = await person.send(back, { country: "BRA" }, { button: ["action", "country"] });
    assert.equal(brazil.all(".choice label").length, 2);
    assert.match(brazil.all(".choice .hint")[1] ?? "", /5,00.*500,00.*2,00/);
    const unchosen = await choose(person, brazil, { amount: "600", method: "" });
    assert.deepEqual([unchosen.status, unchosen.all("#in-method-error").length], [422, 1]);
    const tooMuch = await choose(person, unchosen, { method: "cash" });
    assert.match(tooMuch.all("#in-amount-error").join(), /500,00/);
    assert.equal(tooMuch.attribute("input[value=cash]", "checked"), "");
    assert.deepEqual(await happened(gateway, link.id), ["opened"]);
    assert.equal((await choose(person, tooMuch, { amount: "100" })).status, 200);
    const shown = await ada.transaction(link.id);
    assert.deepEqual([shown["amount_in"], shown["amount_out"]], ["100", "98"]);
  }, TWO_WAYS),
);

Deno.test(
  "P8 the country that the wallet told of its user is taken, and stands in no address",
  acted(async (ada) => {
    const { page } = await opened(await ada.link("deposit", { lang: "en", address_country_code: "MEX" }));
    assert.match(page.text, /You live in: Mexico/);
    assert.equal(page.form("/amount").values["country"], "MEX");
    assert.ok(!page.url.includes("MEX") && page.passed.every((url) => !url.includes("MEX")));
    const odd = await opened(await ada.link("deposit", { lang: "en", address_country_code: "ARG" }));
    assert.match(odd.page.title, /Where do you live/);
  }, TWO_WAYS),
);

Deno.test(
  "P5 a customer whose country is known is not asked for it, and one whom nothing serves is told so",
  acted(async (ada, gateway) => {
    await giveData(ada, gateway, { address_country_code: "BRA" });
    const link = await ada.link("deposit", { lang: "en" });
    const { person, page } = await opened(link);
    assert.equal(page.all(".choice label").length, 2);
    assert.equal((await choose(person, page, { amount: "20", method: "cash", country: "MEX" })).status, 200);
    const [row] = await gateway.db.query({
      sql: "select country, method from transfers where id = ?",
      args: [link.id],
    });
    assert.deepEqual({ ...row }, { country: "BRA", method: "cash" });
    const open = await opened(await ada.link("deposit", { lang: "en" }));
    await giveData(ada, gateway, { address_country_code: "ARG" });
    const closed = await open.person.get(open.page.url);
    assert.match(closed.text, /nothing in this country/);
    assert.equal(closed.all("main form").length, 0);
  }, TWO_WAYS),
);

Deno.test(
  "fee and what arrives are told while somebody types, by the same rules and in the same words",
  acted(async (ada) => {
    const { person, page } = await opened(await ada.link("deposit", { lang: "en" }));
    assert.equal(page.attribute("form", "data-estimate"), new URL(`${page.url}/estimate`).pathname);
    assert.equal(page.attribute("[aria-live=polite] [data-part=fee]", "data-part"), "fee");
    assert.deepEqual(await estimated(person, page, { amount: "100" }), {
      fault: "",
      fee: "Fee: USD 1.00",
      gets: "You get 99.00 USDX in your wallet.",
      asks: "",
    });
    assert.match((await estimated(person, page, { amount: "1,001" })).asks, /all of it/);
    assert.match((await estimated(person, page, { amount: "1.001" })).fault, /two ways/);
    assert.match((await estimated(person, page, { amount: "0.5" })).fault, /too little/);
    assert.deepEqual(Object.values(await estimated(person, page, { amount: " " })), ["", "", "", ""]);
    // The button does the same without the script.
    const again = await person.send(page, { amount: "100" }, {
      action: "/amount",
      button: ["action", "estimate"],
    });
    assert.deepEqual([again.status, again.all("[data-part=fee]")], [200, ["Fee: USD 1.00"]]);
    assert.equal(again.form("/amount").values["amount"], "100");
    await choose(person, page, { amount: "100" });
    assert.deepEqual(Object.values(await estimated(person, page, { amount: "50" })), ["", "", "", ""]);
  }),
);

Deno.test(
  "R-24-73 without the session nothing is estimated or chosen, nor by a form of another site or without its token",
  acted(async (ada, gateway) => {
    const link = await ada.link("deposit", { lang: "en" });
    const { person, page } = await opened(link);
    const stranger = pageVisitor();
    assert.equal((await stranger.get(`${page.url}/estimate?amount=5`)).status, 403);
    assert.equal((await choose(stranger, page, { amount: "5" })).status, 403);
    assert.equal((await choose(person, page, { amount: "5", form_token: "x".repeat(43) })).status, 403);
    const foreign = { action: "/amount", headers: { "sec-fetch-site": "cross-site" } };
    assert.equal((await person.send(page, { amount: "5" }, foreign)).status, 403);
    const [cookie] = [...person.cookies.values()];
    const json = await fetch(`${page.url}/amount`, {
      method: "POST",
      headers: { cookie: cookie?.value ?? "", "content-type": "application/json" },
      body: JSON.stringify(page.form("/amount").values),
    });
    assert.equal(json.status, 415);
    await json.body?.cancel();
    assert.deepEqual(await happened(gateway, link.id), ["opened"]);
  }),
);

Deno.test(
  "R-24-47 another account to be paid to is taken with the amount, checked beside its field, and never shown or logged",
  acted(async (ada, gateway) => {
    await giveData(ada, gateway, BENEFICIARY);
    const link = await ada.link("withdraw", { lang: "en" });
    const { person, page } = await opened(link);
    assert.equal(page.attribute("details", "open"), null);
    assert.deepEqual(page.form("/amount").values["bank_account_number"], "", "what is known is not shown");
    assert.equal(
      page.attribute("form", "data-estimated"),
      "amount method country",
      "no account in an address",
    );
    const other = { bank_account_number: "99 8877 6655", bank_number: "021000021" };
    const wrong = await choose(person, page, { ...other, amount: "ten" });
    assert.deepEqual([wrong.status, wrong.attribute("details", "open")], [422, ""]);
    assert.equal(
      wrong.form("/amount").values["bank_account_number"],
      other.bank_account_number,
      "nothing lost",
    );
    const next = await choose(person, wrong, { amount: "10" });
    assert.equal(next.status, 200, next.text);
    assert.match(String((await ada.transaction(link.id))["to"]), /^\*+6655$|^\*+655$/);
    const logged = gateway.lines.join("\n");
    for (const secret of ["998877", "6655", "99 88"]) assert.ok(!logged.includes(secret), secret);
  }, { config: (config) => ({ ...config, pages: { balanceCheck: "warn" } }) }),
);
