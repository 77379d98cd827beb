import assert from "node:assert/strict";
import type { AnchorConfig } from "../../../core/config/anchor.ts";
import { loadAnchor } from "../../../core/config/load.ts";
import { EXAMPLE_INPUTS, exampleConfig } from "./example-anchor.ts";

const load = (config: AnchorConfig) =>
  loadAnchor(() => Promise.resolve(config), { ...EXAMPLE_INPUTS, variables: {} });

async function rulesOf(config: AnchorConfig) {
  const result = await load(config);
  assert.ok(result.ok);
  const { reserve, assets: [asset] } = result.value;
  return { auditor: reserve.auditor, ...reserve.of(asset?.id ?? "") };
}

Deno.test("M-26 a config that says nothing of the reserve tolerates one unit and stops nothing", async () => {
  assert.deepEqual(await rulesOf(exampleConfig()), {
    auditor: null,
    tolerance: 10_000_000n,
    stopsPayouts: false,
  });
});

Deno.test("M-26 an asset's own rule goes before that of all", async () => {
  const auditor = "https://auditor.example/kedge";
  const reserve = { tolerance: "0.5", stopsPayouts: true, auditor };
  assert.deepEqual(await rulesOf(exampleConfig({ reserve })), {
    auditor,
    tolerance: 5_000_000n,
    stopsPayouts: true,
  });
  const [asset] = exampleConfig().assets;
  assert.ok(asset);
  const assets = [{ ...asset, reserve: { tolerance: "0" } }];
  assert.deepEqual(await rulesOf(exampleConfig({ reserve, assets })), {
    auditor,
    tolerance: 0n,
    stopsPayouts: true,
  });
});

Deno.test("M-26 what is no rule of the reserve is refused with its path", async () => {
  const wrong = async (reserve: unknown) => {
    const result = await load(Object.assign(exampleConfig(), { reserve }));
    return result.ok ? [] : result.mistakes.map(({ where }) => where);
  };
  assert.deepEqual(await wrong({ tolerance: 1 }), ["reserve.tolerance"]);
  assert.deepEqual(await wrong({ tolerance: "-1", stopsPayouts: "no" }), [
    "reserve.tolerance",
    "reserve.stopsPayouts",
  ]);
  assert.deepEqual(await wrong({ auditor: "ftp://x" }), ["reserve.auditor"]);
  assert.deepEqual(await wrong({ stops: true }), ["reserve.stops"]);
});
