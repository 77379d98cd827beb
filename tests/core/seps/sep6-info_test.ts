import assert from "node:assert/strict";
import type { Service } from "../../../core/config/anchor-runtime.ts";
import { sep6Info } from "../../../core/seps/sep6-info.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";

const features = { accountCreation: true, claimableBalances: false };

async function services(more: Partial<Service> = {}): Promise<Service[]> {
  using work = await moneyAtWork({ service: more });
  return [...work.services];
}

Deno.test("R-06-18 R-06-20 R-06-22 each asset once, with its methods, limits and fee as numbers", async () => {
  const info = sep6Info(await services({ fee: { fixed: ONE, percent: 5_000_000n } }), features, "words");
  const asset = {
    enabled: true,
    authentication_required: true,
    min_amount: 1,
    max_amount: 1000,
    fee_fixed: 1,
    fee_percent: 0.5,
    funding_methods: ["bank_account"],
  };
  assert.deepEqual(info, {
    deposit: { USDX: asset },
    "deposit-exchange": {},
    withdraw: { USDX: { ...asset, types: { bank_account: {} } } },
    "withdraw-exchange": {},
    fee: { enabled: false, authentication_required: true, description: "words" },
    transactions: { enabled: true, authentication_required: true },
    transaction: { enabled: true, authentication_required: true },
    features: { account_creation: true, claimable_balances: false },
  });
  assert.deepEqual(JSON.parse(JSON.stringify(info)), info);
});

Deno.test("R-06-23 with several services the limits are those of all, and a fee that differs is not said", async () => {
  const [first] = await services();
  assert.ok(first);
  const other: Service = {
    ...first,
    method: "PIX",
    min: 5n,
    max: 2_000n * ONE,
    fee: { fixed: 0n, percent: ONE },
  };
  const { deposit } = sep6Info([first, other, { ...first, countries: ["BRA"] }], features, "");
  assert.deepEqual(deposit, {
    USDX: {
      enabled: true,
      authentication_required: true,
      min_amount: 0.0000005,
      max_amount: 2000,
      funding_methods: ["bank_account", "PIX"],
    },
  });
});

Deno.test("R-06-23 without a fee none is said", async () => {
  const { deposit } = sep6Info(await services({ fee: { fixed: 0n, percent: 0n } }), features, "");
  assert.doesNotMatch(JSON.stringify(deposit), /fee/);
});
