import assert from "node:assert/strict";
import { Account, Keypair, MuxedAccount } from "@stellar/stellar-sdk";
import { arrive } from "../../support/customer.ts";
import { type ChangeConfig, type TestGateway, withGateway } from "../../support/gateway.ts";
import { sep6Client } from "../../support/sep6-client.ts";

type Query = Readonly<Record<string, string>>;

/** A wallet that asks by hand. */
async function visit(gateway: TestGateway) {
  const ada = await arrive(gateway, { funded: false });
  const ask = sep6Client(gateway.publicUrl, ada.token);
  const service = { asset_code: gateway.code, account: ada.wallet.account };
  const deposit = (more: Query = {}) => ask("/deposit", { ...service, ...more });
  return { ada, ask, deposit, service };
}

async function countOf({ running }: TestGateway): Promise<unknown> {
  const [row] = await running.gateway.db.query({ sql: "select count(*) as count from transfers" });
  return row?.["count"];
}

/** An anchor that takes in and pays nothing out at the bank. */
const depositsOnly: ChangeConfig = (config) => ({
  ...config,
  services: config.services.filter(({ kind }) => kind === "deposit"),
});

Deno.test("R-06-32 R-06-33 an asset that is not enabled in a direction is refused there, and listed in the other alone", () =>
  withGateway({ config: depositsOnly }, async (gateway) => {
    const { ask, deposit, service } = await visit(gateway);
    const info: Record<string, Record<string, unknown>> = await (await gateway.ask("/sep6/info")).json();
    assert.deepEqual([Object.keys(info["deposit"] ?? {}), info["withdraw"]], [[gateway.code], {}]);
    const { status, body } = await ask("/withdraw", service);
    assert.deepEqual([status, body["code"]], [400, "transfer.unknown_asset"]);
    assert.ok(body.error);
    assert.equal((await deposit()).status, 200);
    assert.equal(await countOf(gateway), 1n);
  }));

Deno.test("R-06-65 R-06-28 with account_creation off, a deposit to an account that is not there is refused", () =>
  withGateway({
    config: (config) => ({
      ...config,
      assets: config.assets.map((asset) => ({ ...asset, destination: { claimableBalances: true } })),
    }),
  }, async (gateway) => {
    const info: { features: unknown } = await (await gateway.ask("/sep6/info")).json();
    assert.deepEqual(info.features, { account_creation: false, claimable_balances: true });
    const { deposit } = await visit(gateway);
    const { status, body } = await deposit();
    assert.deepEqual([status, body["code"]], [400, "transfer.destination_missing"]);
    assert.ok(body.error);
    assert.equal(await countOf(gateway), 0n);
    // A claimable balance needs no account.
    assert.equal((await deposit({ claimable_balance_supported: "true" })).status, 200);
    assert.equal((await deposit({ account: (await arrive(gateway)).wallet.account })).status, 200);
  }));

Deno.test("R-06-82 a muxed destination is refused beside a memo, whichever, and served without", () =>
  withGateway({}, async (gateway) => {
    const { deposit } = await visit(gateway);
    const account = new MuxedAccount(new Account(Keypair.random().publicKey(), "0"), "7").accountId();
    for (const [memo_type, memo] of [["id", "7"], ["text", "seven"]] as const) {
      const { status, body } = await deposit({ account, memo_type, memo });
      assert.deepEqual([status, body["code"]], [400, "transfer.memo_with_muxed"]);
    }
    assert.equal(await countOf(gateway), 0n);
    assert.equal((await deposit({ account })).status, 200);
  }));

Deno.test("R-06-17 an e-mail address is checked, and kept nowhere", () =>
  withGateway({}, async (gateway) => {
    const { deposit } = await visit(gateway);
    const { status, body } = await deposit({ email_address: "nobody at home" });
    assert.deepEqual([status, body["code"]], [400, "request.field.invalid"]);
    assert.doesNotMatch(body.error ?? "", /nobody at home/);
    assert.equal((await deposit({ email_address: "quite.unmistakable@example.com" })).status, 200);
    const { db } = gateway.running.gateway;
    const tables = await db.query({ sql: "select name from sqlite_master where type = 'table'" });
    for (const { name } of tables) {
      const rows = await db.query({ sql: `select * from ${name}` });
      const texts = rows.flatMap((row) => Object.values(row)).map((value) =>
        value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)
      );
      assert.ok(!texts.some((text) => text.includes("unmistakable")), String(name));
    }
    assert.doesNotMatch(gateway.faults.join("\n"), /unmistakable/);
  }));
