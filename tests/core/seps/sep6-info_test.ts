import assert from "node:assert/strict";
import type { Service } from "../../../core/config/anchor-runtime.ts";
import { createTexts } from "../../../core/i18n/mod.ts";
import { feeWords, servesFee } from "../../../core/seps/sep6-fees.ts";
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
    withdraw: { USDX: { ...asset, types: { bank_account: { fields: {} } } } },
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

Deno.test("R-06-23 R-06-27 R-06-172 a fee with a bound is said in words and by /fee, and no other is", async () => {
  const bounded = await services({
    fee: { fixed: ONE, percent: 5_000_000n, minimum: 2n * ONE, maximum: 50n * ONE },
  });
  const info = sep6Info(bounded, features, "");
  assert.doesNotMatch(JSON.stringify([info["deposit"], info["withdraw"]]), /fee/);
  assert.deepEqual([servesFee(bounded), servesFee(await services())], [true, false]);
  const texts = createTexts();
  assert.match(
    feeWords(bounded, texts.translator("en")),
    /Withdrawals of USDX by bank_account: 1\.00\sUSDX plus 0\.5\s%, at least 2\.00\sUSDX, at most 50\.00\sUSDX\./,
  );
  assert.match(feeWords(bounded, texts.translator("es")), /1,00\sUSDX más 0,5\s%, como mínimo 2,00\sUSDX/);
  assert.doesNotMatch(feeWords(await services(), texts.translator("en")), /USDX/);
});

Deno.test("R-06-172 R-06-27 methods of one asset whose fees differ are each said in words", async () => {
  const [first] = await services();
  assert.ok(first);
  const other: Service = { ...first, method: "PIX", fee: { fixed: 0n, percent: 0n } };
  assert.deepEqual([servesFee([first, other]), servesFee([first, { ...other, fee: first.fee }])], [
    true,
    false,
  ]);
  const words = feeWords([first, other], createTexts().translator("en"));
  assert.match(words, /by bank_account: 1\.00\sUSDX\. Deposits of USDX by PIX: no fee\./);
  const abroad: Service = { ...first, countries: ["BRA", "ARG"], fee: other.fee };
  assert.match(
    feeWords([abroad, first], createTexts().translator("en")),
    /by bank_account \(BRA, ARG\): no fee\. Deposits of USDX by bank_account: 1\.00/,
  );
});
