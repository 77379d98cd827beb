import assert from "node:assert/strict";
import { buildPacks, feeOf } from "../../../core/config/build.ts";
import type { AnchorConfig, CountryPack, FeeRule } from "../../../core/config/anchor.ts";
import { loadAnchor } from "../../../core/config/load.ts";
import { EXAMPLE_INPUTS, exampleConfig, exampleService } from "./example-anchor.ts";

/** What is wrong with a fee of a service from 1 to 10,000. */
const wrong = (fee: FeeRule) => wrongIn(exampleConfig({ services: [exampleService({ fee })] }));

async function wrongIn(config: AnchorConfig): Promise<string[]> {
  const result = await loadAnchor(() => Promise.resolve(config), { ...EXAMPLE_INPUTS, variables: {} });
  return result.ok ? [] : result.mistakes.map(({ where }) => where);
}

Deno.test("a fee has bounds in exact integers, or none", () => {
  assert.deepEqual(feeOf({ percent: "1", minimum: "0.5", maximum: "20" }), {
    fixed: 0n,
    percent: 10_000_000n,
    minimum: 5_000_000n,
    maximum: 200_000_000n,
  });
  assert.deepEqual(feeOf(undefined), { fixed: 0n, percent: 0n });
});

Deno.test("bounds of a fee that make no sense stop the start", async () => {
  assert.deepEqual(await wrong({ percent: "1", minimum: "0.5", maximum: "0.5" }), []);
  assert.deepEqual(await wrong({ percent: "1", minimum: "0.5", maximum: "0.4" }), ["services[0].fee"]);
  // Nothing would be left of the smallest amount.
  assert.deepEqual(await wrong({ percent: "1", minimum: "1" }), ["services[0].fee"]);
  assert.deepEqual(await wrong({ minimum: "-1" }), ["services[0].fee.minimum"]);
  // The bound makes a fee bearable that would eat the smallest amount up.
  assert.deepEqual(await wrong({ fixed: "2", maximum: "0.5" }), []);
});

const packWith = (more: Partial<CountryPack>) => {
  const tiers = exampleConfig().countries["*"]?.tiers ?? [];
  return exampleConfig({ countries: { "*": { tiers, ...more } } });
};

Deno.test("P5 a pack counts over 30 days unless it says otherwise, and has no limits unless it says so", () => {
  const pack = (more: Partial<CountryPack> = {}) => buildPacks(packWith(more).countries).pack();
  assert.deepEqual([pack().period, pack().limits], ["30 days", {}]);
  const limited = pack({ period: "day", limits: { "day": "5", "30 days": "7.5" } });
  assert.deepEqual([limited.period, limited.limits], ["day", { "day": 50_000_000n, "30 days": 75_000_000n }]);
});

Deno.test("limits that make no sense stop the start", async () => {
  const mistakes = async (limits: NonNullable<CountryPack["limits"]>) => await wrongIn(packWith({ limits }));
  assert.deepEqual(await mistakes({ "day": "5", "30 days": "5" }), []);
  assert.deepEqual(await mistakes({ "day": "5.1", "30 days": "5" }), ['countries["*"].limits.day']);
  assert.deepEqual(await mistakes({ "30 days": "0" }), ['countries["*"].limits["30 days"]']);
  assert.deepEqual(await mistakes({ "day": "many" }), ['countries["*"].limits.day']);
});
