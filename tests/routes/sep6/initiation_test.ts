import assert from "node:assert/strict";
import { createTokens, SEP10_TOKEN } from "../../../core/auth/tokens.ts";
import { arrive } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";
import { transactionShape } from "../../support/sep6-shapes.ts";
import { sep6Client } from "../../support/sep6-client.ts";

type Query = Readonly<Record<string, string>>;

/** Known to the test, so that it can sign. */
const JWT_SECRET = crypto.getRandomValues(new Uint8Array(32)).toBase64();

/** A wallet that asks by hand. */
async function visit(gateway: TestGateway, lastName = "Lovelace") {
  const ada = await arrive(gateway, { funded: false, lastName });
  const ask = sep6Client(gateway.publicUrl, ada.token);
  const service = { asset_code: gateway.code, account: ada.wallet.account };
  return {
    ada,
    ask,
    deposit: (more: Query = {}) => ask("/deposit", { ...service, ...more }),
    withdraw: (more: Query = {}) => ask("/withdraw", { ...service, ...more }),
  };
}

Deno.test("R-06-37 R-06-41 R-06-43 two names of a method agree, decimals end at seven, countries are of ISO 3166-1", () =>
  withGateway({}, async (gateway) => {
    const { deposit, withdraw } = await visit(gateway);
    const cases: [Query, number][] = [
      [{ type: "bank_account" }, 200],
      [{ type: "bank_account", funding_method: "bank_account" }, 200],
      [{ type: "SWIFT", funding_method: "bank_account" }, 400],
      [{ amount: "10.1200000" }, 200],
      [{ amount: "10.12345678" }, 400],
      [{ amount: "10.00000000" }, 400],
      [{ country_code: "BRA" }, 200],
      [{ country_code: "BR" }, 400],
      [{ country_code: "bra" }, 400],
      [{ country_code: "ZZZ" }, 400],
    ];
    for (const [more, status] of cases) {
      for (const open of [deposit, withdraw]) {
        const answer = await open(more);
        assert.equal(answer.status, status, JSON.stringify(more));
        assert.equal(answer.body.error === undefined, status === 200);
      }
    }
  }));

Deno.test("R-06-46 R-06-59 a deposit names an account, and none that is a contract, whatever its memo", () =>
  withGateway({}, async (gateway) => {
    const { ask, deposit } = await visit(gateway);
    const contract = { account: "CA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUWDA" };
    for (
      const more of [contract, { ...contract, memo_type: "text", memo: "hi" }, {
        ...contract,
        memo_type: "id",
        memo: "1",
      }]
    ) {
      const { status, body } = await deposit(more);
      assert.deepEqual([status, body["code"]], [400, "transfer.contract_account"]);
    }
    const { status, body } = await ask("/deposit", { asset_code: gateway.code });
    assert.equal(status, 400);
    assert.match(body.error ?? "", /account/);
  }));

Deno.test("R-06-48 R-06-96 what older wallets say of themselves and of bank accounts changes nothing", () =>
  withGateway({ variables: { JWT_SECRET } }, async (gateway) => {
    const { ada, withdraw } = await visit(gateway);
    const { db } = gateway.running.gateway;
    const rows = async () => await db.query({ sql: "select * from transfers order by started_ms, id" });
    const differing = [
      "id",
      "receive_memo",
      "started_ms",
      "status_ms",
      "expires_ms",
      "write_id",
    ];
    await withdraw();
    await withdraw({
      wallet_name: "Quoted",
      wallet_url: "https://quoted.example",
      dest: "quoted",
      dest_extra: "quoted",
    });
    const [plain, older] = (await rows()).map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !differing.includes(name)))
    );
    assert.ok(plain);
    assert.deepEqual([plain["owner"], plain["client_domain"]], [ada.wallet.account, null]);
    assert.deepEqual(older, plain);
    assert.doesNotMatch(await (await gateway.ask("/sep6/info")).text(), /"dest/);

    // The wallet is known by the domain that its token proves.
    const now = () => Math.floor(Date.now() / 1000);
    const tokens = createTokens({ secrets: [JWT_SECRET], issuer: gateway.publicUrl, now });
    const claims = {
      sub: ada.wallet.account,
      jti: crypto.randomUUID(),
      home_domain: new URL(gateway.publicUrl).host,
      client_domain: "wallet.example",
    };
    const proven = sep6Client(gateway.publicUrl, await tokens.sign(SEP10_TOKEN, claims));
    assert.equal(
      (await proven("/withdraw", { asset_code: gateway.code, wallet_name: "Quoted" })).status,
      200,
    );
    assert.equal((await rows()).at(-1)?.["client_domain"], "wallet.example");
  }));

Deno.test("R-06-50 R-06-62 a customer who is unknown, under review or refused never meets the 403 of old", () =>
  withGateway({}, async (gateway) => {
    for (const [lastName, expected] of [["Review", 200], ["Reject", 400]] as const) {
      const { ada, ask, deposit, withdraw } = await visit(gateway, lastName);
      for (const open of [deposit, withdraw]) assert.equal((await open()).status, 200);
      const { body } = await deposit();
      await ada.wallet.give(ada.person, body.id ?? "");
      await ada.until(body.id ?? "", lastName === "Review" ? "pending_customer_info_update" : "error");
      for (const open of [deposit, withdraw]) assert.equal((await open()).status, expected);
      const { body: shown } = await ask("/transaction", { id: body.id ?? "" });
      assert.equal("instructions" in (shown.transaction ?? {}), false);
      assert.equal("instructions" in body, false);
    }
  }));

Deno.test("R-06-31 R-06-56 lang takes tags of any form, and one that nobody speaks means English", () =>
  withGateway({}, async (gateway) => {
    const { ada } = await visit(gateway);
    const headers = { authorization: `Bearer ${ada.token}` };
    const said = async (path: string, lang: string) => {
      const answer = await gateway.ask(`/sep6${path}?lang=${encodeURIComponent(lang)}`, { headers });
      const { error, fee } = await answer.json();
      return [answer.status, answer.headers.get("content-language"), error ?? fee.description] as const;
    };
    for (const [path, status] of [["/info", 200], ["/deposit", 400], ["/transaction", 400]] as const) {
      const english = await said(path, "en");
      assert.equal(english[0], status);
      for (const lang of ["en-US", "tlh", "no language at all", "x"]) {
        assert.deepEqual(await said(path, lang), english, lang);
      }
      const portuguese = await said(path, "pt-BR");
      assert.deepEqual(portuguese.slice(0, 2), [status, "pt-BR"]);
      assert.deepEqual(await said(path, "pt"), portuguese);
      assert.notEqual(portuguese[2], english[2]);
    }
  }));

Deno.test("R-06-94 R-06-139 the sum to pay and the start are told before anything is paid", () =>
  withGateway({}, async (gateway) => {
    const { ada, ask, deposit, withdraw } = await visit(gateway);
    const read = async (id: string) =>
      transactionShape.parse((await ask("/transaction", { id })).body.transaction);
    for (const open of [deposit, withdraw]) {
      const id = (await open({ amount: "100" })).body.id ?? "";
      const { amount_in, started_at } = await read(id);
      assert.equal(amount_in, "100");
      await ada.wallet.give({ ...ada.person, bank_account_number: "5544332211" }, id);
      await ada.until(id, "pending_user_transfer_start");
      const payable = await read(id);
      assert.deepEqual([payable.amount_in, payable.amount_fee, payable.amount_out], ["100", "1", "99"]);
      assert.equal(payable.started_at, started_at);
    }
  }));
