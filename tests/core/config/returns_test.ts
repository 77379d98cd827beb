import assert from "node:assert/strict";
import { loadAnchor } from "../../../core/config/load.ts";
import { EXAMPLE_INPUTS, exampleConfig } from "./example-anchor.ts";

const load = (more: object) =>
  loadAnchor(() => Promise.resolve(Object.assign(exampleConfig(), more)), {
    ...EXAMPLE_INPUTS,
    variables: {},
  });

Deno.test("M-20 nothing goes back by itself unless the config lists the asset, XLM by its own setting", async () => {
  const [asset] = exampleConfig().assets;
  assert.ok(asset);
  const id = `${asset.code}:${asset.issuer}`;
  const silent = await load({});
  assert.ok(silent.ok);
  assert.deepEqual([silent.value.returnRuleOf(id), silent.value.returnRuleOf("native")], [null, null]);
  const listed = await load({ assets: [{ ...asset, returnUnmatched: { above: "10" } }] });
  assert.ok(listed.ok);
  assert.deepEqual(listed.value.returnRuleOf(id), { above: 100_000_000n, perDay: 3 });
  assert.equal(listed.value.returnRuleOf("native"), null);
  const both = await load({ returnUnmatchedXlm: { above: "1", perDay: 1 } });
  assert.ok(both.ok);
  assert.deepEqual(both.value.returnRuleOf("native"), { above: 10_000_000n, perDay: 1 });
  assert.equal(both.value.returnRuleOf(id), null);
});

Deno.test("M-20 what is no rule of returns is refused with its path", async () => {
  const wrong = async (returnUnmatchedXlm: unknown) => {
    const result = await load({ returnUnmatchedXlm });
    return result.ok ? [] : result.mistakes.map(({ where }) => where);
  };
  assert.deepEqual(await wrong({}), ["returnUnmatchedXlm.above"]);
  assert.deepEqual(await wrong({ above: 1 }), ["returnUnmatchedXlm.above"]);
  assert.deepEqual(await wrong({ above: "1", perDay: 0 }), ["returnUnmatchedXlm.perDay"]);
  assert.deepEqual(await wrong({ above: "1", perDay: 1.5 }), ["returnUnmatchedXlm.perDay"]);
  assert.deepEqual(await wrong({ above: "1", each: 1 }), ["returnUnmatchedXlm.each"]);
});
