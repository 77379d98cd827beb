import assert from "node:assert/strict";
import { LANGUAGES } from "../../core/i18n/languages.ts";
import { arrive } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { sep6Client } from "../support/sep6-client.ts";

test.inEveryLayout("P7 P19 P15 errors, instructions and messages come in the language that was asked for", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const ask = sep6Client(gateway.publicUrl, ada.token);
    const service = { asset_code: gateway.code, type: "bank_account" };
    const account = ada.wallet.account;
    const requests: [string, Record<string, string>, number][] = [
      ["/deposit", { ...service, account, amount: "100000" }, 400],
      ["/deposit", { ...service, account, amount: "none" }, 400],
      ["/deposit", { ...service, account: "nobody" }, 400],
      ["/deposit", { ...service, account, asset_code: "NONE" }, 400],
      ["/withdraw", { ...service, amount: "0.1" }, 400],
      ["/transaction", {}, 400],
      ["/transaction", { id: "unknown" }, 404],
      ["/transactions", { asset_code: gateway.code, limit: "no" }, 400],
    ];
    for (const [path, query, expected] of requests) {
      const said = new Set<string>();
      for (const language of LANGUAGES) {
        const byHeader = await ask(path, query, { "accept-language": `${language};q=0.9, fr;q=0.1` });
        const byParameter = await ask(path, { ...query, lang: language });
        assert.deepEqual([byHeader.status, byParameter.status], [expected, expected], path);
        assert.equal(byHeader.body.error, byParameter.body.error);
        assert.equal(byHeader.headers.get("content-language"), language);
        assert.match(byHeader.headers.get("vary") ?? "", /accept-language/i);
        said.add(byHeader.body.error ?? "");
      }
      assert.equal(said.size, LANGUAGES.length, `${path} ${JSON.stringify(query)}: ${[...said].join(" | ")}`);
    }

    const id = await ada.askDeposit("100");
    const instructions = await Promise.all(
      LANGUAGES.map(async (lang) =>
        JSON.stringify((await ask("/transaction", { id, lang })).body.transaction)
      ),
    );
    assert.equal(new Set(instructions).size, LANGUAGES.length);
  }));

test.inEveryLayout("P19 a wallet set to Spanish meets Spanish", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { language: "es" });
    const id = await ada.askDeposit("100");
    const english = await sep6Client(gateway.publicUrl, ada.token)("/transaction", { id, lang: "en" });
    const seen = await ada.wallet.transaction(id);
    assert.notDeepEqual(seen["instructions"], english.body.transaction?.["instructions"]);
  }));

test.inEveryLayout("P16 P7 P15 malformed customer data is refused in the language asked for, naming the field", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { funded: false });
    const put = async (values: Readonly<Record<string, string>>, language: string) => {
      const answer = await gateway.ask("/sep12/customer", {
        method: "PUT",
        headers: {
          authorization: `Bearer ${ada.token}`,
          "content-type": "application/json",
          "accept-language": language,
        },
        body: JSON.stringify({ ...ada.person, ...values }),
      });
      const { error } = await answer.json();
      return { status: answer.status, error: String(error) };
    };
    const malformed = {
      email_address: "nowhere",
      birth_date: "31.12.1990",
      address_country_code: "US",
      mobile_number: "0171 123456",
      language_code: "english",
      sex: "unknown",
      clabe_number: "032180000118359710",
      photo_id_front: "no picture",
    };
    for (const [field, value] of Object.entries(malformed)) {
      const said = await Promise.all(LANGUAGES.map((language) => put({ [field]: value }, language)));
      for (const { status, error } of said) {
        assert.equal(status, 400, field);
        assert.ok(error.includes(field), error);
        assert.ok(!error.includes(value), "what was given is not repeated");
      }
      assert.equal(new Set(said.map(({ error }) => error)).size, LANGUAGES.length, field);
    }
    await assert.rejects(ada.wallet.customer(), /not found/, "nothing of it was kept");
  }));
