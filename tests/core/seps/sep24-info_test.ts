import assert from "node:assert/strict";
import fc from "fast-check";
import type { Service } from "../../../core/config/anchor-runtime.ts";
import { amountsFor, type Fee } from "../../../core/money/fees.ts";
import { sep24Info, servesSep24Fee } from "../../../core/seps/sep24-info.ts";
import { formatUnits, parseUnits } from "../../../plugins/money.ts";
import { sep24InfoShape as shape } from "../../support/sep24-shapes.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";

const features = { accountCreation: true, claimableBalances: false };

async function services(more: Partial<Service> = {}): Promise<Service[]> {
  using work = await moneyAtWork({ service: more });
  return [...work.services];
}

const infoOf = (offered: readonly Service[], more: Partial<typeof features> = {}) =>
  shape.parse(sep24Info(offered, { ...features, ...more }));

Deno.test("R-24-15 R-24-17 R-24-24 each asset once and both ways, with limits and fee as numbers and nothing of SEP-6", async () => {
  const offered = await services({ fee: { fixed: ONE, percent: 5_000_000n } });
  const info = sep24Info(offered, features);
  const asset = { enabled: true, min_amount: 1, max_amount: 1000, fee_fixed: 1, fee_percent: 0.5 };
  assert.deepEqual(info, {
    deposit: { USDX: asset },
    withdraw: { USDX: asset },
    fee: { enabled: false, authentication_required: true },
    features: { account_creation: true, claimable_balances: false },
  });
  assert.deepEqual(JSON.parse(JSON.stringify(info)), info);
  // An asset that goes one way only is not enabled the other way.
  const oneWay = infoOf(offered.filter(({ kind }) => kind === "deposit"));
  assert.deepEqual([oneWay.deposit, oneWay.withdraw], [{ USDX: asset }, { USDX: { enabled: false } }]);
});

Deno.test("R-24-16 lumens are listed as native, whatever the config calls them", async () => {
  const offered = await services();
  const lumens = offered.map((service) => ({
    ...service,
    asset: { ...service.asset, id: "native", code: "XLM" },
  }));
  const { deposit, withdraw } = infoOf([...offered, ...lumens]);
  assert.deepEqual([Object.keys(deposit), Object.keys(withdraw)], [["USDX", "native"], ["USDX", "native"]]);
  assert.equal(withdraw["native"]?.enabled, true);
});

Deno.test("R-24-18 R-24-20 a fee that is nothing, differs by method, or has a most is not said, and the last two by /fee", async () => {
  const feeKeys = (offered: readonly Service[]) =>
    Object.keys(infoOf(offered).deposit["USDX"] ?? {}).filter((key) => key.startsWith("fee"));
  const fees = async (fee: Fee) => await services({ fee });
  const free = await fees({ fixed: 0n, percent: 0n });
  const bounded = await fees({ fixed: ONE, percent: 0n, maximum: 50n * ONE });
  const [first, other] = [await services(), await fees({ fixed: 0n, percent: ONE })];
  const several = [...first, ...other.map((service) => ({ ...service, method: "PIX" }))];
  for (const offered of [free, bounded, several]) assert.deepEqual(feeKeys(offered), []);
  assert.deepEqual([free, bounded, several].map((offered) => infoOf(offered).fee), [
    { enabled: false, authentication_required: true },
    { enabled: true, authentication_required: true },
    { enabled: true, authentication_required: true },
  ]);
  assert.deepEqual([free, bounded, several, first].map(servesSep24Fee), [false, true, true, false]);
  // The limits of several methods are those of all.
  const wider = several.map((service, at) => ({ ...service, max: BigInt(at + 1) * 1_000n * ONE }));
  assert.equal(infoOf(wider).deposit["USDX"]?.max_amount, 3000);
});

Deno.test("R-24-19 what the fee fields say is what is charged, to the last unit", async () => {
  const [service] = await services();
  assert.ok(service);
  // Fields are JSON numbers, so fees of a config are of a size that these hold.
  const units = fc.bigInt({ min: 0n, max: 1_000_000_000n });
  const fees = fc.record({ fixed: units, percent: units, minimum: fc.option(units, { nil: undefined }) });
  const read = (value: number | undefined) =>
    parseUnits((value ?? 0).toFixed(7)) ?? assert.fail(`${value} is no decimal`);
  fc.assert(fc.property(fees, fc.bigInt({ min: ONE, max: 1_000_000n * ONE }), (given, amount) => {
    const { minimum, ...rest } = given;
    const fee: Fee = minimum === undefined ? rest : { ...rest, minimum };
    const said = infoOf([{ ...service, fee }]).deposit["USDX"] ?? assert.fail("not listed");
    const asked = read(said.fee_fixed) + amount * read(said.fee_percent) / (100n * ONE);
    const least = read(said.fee_minimum);
    const charged = amountsFor(amount, fee, 1n);
    if (charged !== null) assert.equal(formatUnits(charged.fee), formatUnits(asked < least ? least : asked));
  }));
  assert.equal(
    infoOf([{ ...service, fee: { fixed: 0n, percent: ONE, minimum: 2n * ONE } }]).deposit["USDX"]
      ?.fee_minimum,
    2,
  );
});

Deno.test("R-24-21 R-24-22 the features are told as they are", async () => {
  const offered = await services();
  for (const [accountCreation, claimableBalances] of [[true, false], [false, true]] as const) {
    assert.deepEqual(infoOf(offered, { accountCreation, claimableBalances }).features, {
      account_creation: accountCreation,
      claimable_balances: claimableBalances,
    });
  }
});

Deno.test("R-24-23 there is no descriptive text that a language would change", async () => {
  const texts: string[] = [];
  JSON.stringify(sep24Info(await services(), features), (_key, value) => {
    if (typeof value === "string") texts.push(value);
    return value;
  });
  assert.deepEqual(texts, []);
});
