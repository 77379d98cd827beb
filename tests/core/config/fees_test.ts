import assert from "node:assert/strict";
import { feeOf } from "../../../core/config/build.ts";
import type { FeeRule } from "../../../core/config/anchor.ts";
import { loadAnchor } from "../../../core/config/load.ts";
import { EXAMPLE_INPUTS, exampleConfig, exampleService } from "./example-anchor.ts";

/** What is wrong with a fee of a service from 1 to 10,000. */
async function wrong(fee: FeeRule): Promise<string[]> {
  const config = exampleConfig({ services: [exampleService({ fee })] });
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
