import assert from "node:assert/strict";
import { z } from "zod";
import { arrive } from "../../support/customer.ts";
import { withGateway } from "../../support/gateway.ts";
import { sep6Client } from "../../support/sep6-client.ts";

const asset = z.looseObject({
  enabled: z.boolean(),
  authentication_required: z.literal(true),
  min_amount: z.number(),
  max_amount: z.number(),
  fee_fixed: z.number(),
  fee_percent: z.number(),
  funding_methods: z.array(z.string()).min(1),
});

const info = z.looseObject({
  deposit: z.record(z.string(), asset),
  withdraw: z.record(z.string(), asset),
  "deposit-exchange": z.strictObject({}),
  "withdraw-exchange": z.strictObject({}),
  fee: z.looseObject({ enabled: z.literal(false), description: z.string() }),
  transactions: z.looseObject({ enabled: z.literal(true), authentication_required: z.literal(true) }),
  transaction: z.looseObject({ enabled: z.literal(true), authentication_required: z.literal(true) }),
  features: z.strictObject({ account_creation: z.boolean(), claimable_balances: z.boolean() }),
});

Deno.test("R-06-18 R-06-20 R-06-22 /info lists each asset with methods, limits and fees as numbers", () =>
  withGateway({}, async ({ publicUrl, code }) => {
    const answer = await fetch(`${publicUrl}/sep6/info`);
    const said = info.parse(await answer.json());
    for (const side of [said.deposit, said.withdraw]) {
      assert.deepEqual(Object.keys(side), [code]);
      assert.deepEqual(side[code]?.funding_methods, ["bank_account"]);
      assert.deepEqual([side[code]?.min_amount, side[code]?.max_amount], [1, 10000]);
    }
  }));

Deno.test("R-06-24 R-06-26 R-06-29 /info says what is served, and what it says is so", () =>
  withGateway({}, async ({ publicUrl }) => {
    const said = info.parse(await (await fetch(`${publicUrl}/sep6/info`)).json());
    assert.deepEqual(said.features, { account_creation: true, claimable_balances: true });
    const fee = await fetch(`${publicUrl}/sep6/fee`);
    await fee.body?.cancel();
    assert.equal(fee.status, 404);
  }));

Deno.test("R-06-19 R-06-28 an anchor that neither creates accounts nor uses claimable balances says so", () =>
  withGateway({
    config: (config) => ({
      ...config,
      assets: config.assets.map(({ destination: _, ...asset }) => asset),
    }),
  }, async (gateway) => {
    const said = info.parse(await (await fetch(`${gateway.publicUrl}/sep6/info`)).json());
    assert.deepEqual(said.features, { account_creation: false, claimable_balances: false });
    const poor = await arrive(gateway, { funded: false });
    const answer = await sep6Client(gateway.publicUrl, poor.token)("/deposit", {
      asset_code: gateway.code,
      account: poor.wallet.account,
    });
    assert.deepEqual([answer.status, typeof answer.body.error], [400, "string"]);
  }));
