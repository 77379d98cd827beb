import assert from "node:assert/strict";
import type { FeeRule } from "../../../core/config/anchor.ts";
import { arrive } from "../../support/customer.ts";
import { type ChangeConfig, type TestGateway, withGateway } from "../../support/gateway.ts";
import { sep6Client } from "../../support/sep6-client.ts";

const withFee = (fee: FeeRule): ChangeConfig => (config) => ({
  ...config,
  services: config.services.map((service) => ({ ...service, fee })),
});

const infoOf = async (
  { ask }: TestGateway,
  language = "en",
): Promise<Record<string, Record<string, unknown>>> =>
  await (await ask(`/sep6/info?lang=${language}`)).json();

Deno.test("R-06-171 R-06-173 R-06-26 /fee tells a fee that has a least, as the transfer is charged it", () =>
  withGateway({ config: withFee({ percent: "1", minimum: "0.9", maximum: "30" }) }, async (gateway) => {
    const ada = await arrive(gateway);
    const ask = sep6Client(gateway.publicUrl, ada.token);
    const fee = async (operation: string, amount: string) => {
      const { status, body } = await ask("/fee", {
        operation,
        type: "bank_account",
        asset_code: gateway.code,
        amount,
      });
      assert.deepEqual([status, Object.keys(body)], [200, ["fee"]]);
      return body["fee"];
    };
    assert.deepEqual([await fee("deposit", "10"), await fee("withdraw", "450")], [0.9, 4.5]);
    assert.equal(await fee("deposit", "9000"), 30);
    const id = await ada.openDeposit("10");
    assert.equal((await ada.wallet.transaction(id))["amount_fee"], "0.9");
    const opened = await ask("/deposit", { asset_code: gateway.code, account: ada.wallet.account });
    assert.doesNotMatch(Object.keys(opened.body).join(), /fee/);

    const info = await infoOf(gateway, "es");
    assert.deepEqual([info["fee"]?.["enabled"], info["fee"]?.["authentication_required"]], [true, true]);
    assert.match(String(info["fee"]?.["description"]), /como mínimo 0,90/);
    assert.doesNotMatch(JSON.stringify([info["deposit"], info["withdraw"]]), /fee/);
  }));

Deno.test("R-06-174 R-06-10 /fee refuses what is not served with an error, and who has no token", () =>
  withGateway({ config: withFee({ percent: "1", minimum: "0.5" }) }, async (gateway) => {
    const ada = await arrive(gateway);
    const ask = sep6Client(gateway.publicUrl, ada.token);
    const good = { operation: "deposit", asset_code: gateway.code, amount: "10" };
    const refused = [
      { ...good, asset_code: "NONE" },
      { ...good, operation: "lend" },
      { ...good, operation: "" },
      { ...good, type: "carrier_pigeon" },
      { ...good, amount: "" },
      { ...good, amount: "1e3" },
      { ...good, amount: "0.4" },
      { ...good, amount: "20000" },
    ];
    for (const query of refused) {
      const { status, body } = await ask("/fee", query);
      assert.deepEqual([status, typeof body.error], [400, "string"], JSON.stringify(query));
    }
    const { status, body } = await sep6Client(gateway.publicUrl, null)("/fee", good);
    assert.deepEqual([status, body], [403, { type: "authentication_required" }]);
  }));

Deno.test("R-06-172 R-06-26 where numbers say the fee, /fee is an address like any unknown one", () =>
  withGateway({}, async (gateway) => {
    const info = await infoOf(gateway);
    assert.equal(info["fee"]?.["enabled"], false);
    const ada = await arrive(gateway);
    const query = { operation: "deposit", asset_code: gateway.code, amount: "10" };
    for (const token of [ada.token, null]) {
      const { status, body } = await sep6Client(gateway.publicUrl, token)("/fee", query);
      assert.deepEqual([status, body["code"]], [404, "not_found"]);
    }
  }));

Deno.test("R-06-171 R-06-172 fees that differ by country are told by country", () =>
  withGateway({
    config: (config) => ({
      ...config,
      services: config.services.flatMap((service) => [
        { ...service, countries: ["BRA"], fee: {} },
        { ...service, fee: { fixed: "2" }, min: "5" },
      ]),
    }),
  }, async (gateway) => {
    const ada = await arrive(gateway);
    const query = { operation: "deposit", asset_code: gateway.code, amount: "10" };
    const fee = async (more: Readonly<Record<string, string>>) =>
      (await sep6Client(gateway.publicUrl, ada.token)("/fee", { ...query, ...more })).body["fee"];
    assert.deepEqual([await fee({ country_code: "BRA" }), await fee({ country_code: "ARG" })], [0, 2]);
    assert.equal(await fee({ country_code: "Brazil" }), undefined);
    assert.match(String((await infoOf(gateway))["fee"]?.["description"]), /bank_account \(BRA\): no fee/);
  }));
