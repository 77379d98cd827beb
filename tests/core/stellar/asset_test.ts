import assert from "node:assert/strict";
import { assetIdOf, assetOf, isAssetId, issuerOf } from "../../../core/stellar/asset.ts";
import { ISSUER } from "./horizon-records.ts";

Deno.test("R-11-4 R-11-5 R-11-6 an asset is native or CODE:ISSUER, and nothing else", () => {
  for (const id of ["native", `USDX:${ISSUER}`, `USDXUSDXUSDX:${ISSUER}`, `u:${ISSUER}`]) {
    assert.ok(isAssetId(id), id);
    assert.equal(assetOf(id).toString(), id);
  }
  const wrong = [
    "",
    "XLM",
    `:${ISSUER}`,
    "USDX:GABC",
    `USDXUSDXUSDXU:${ISSUER}`,
    `USDX:${ISSUER}:x`,
    `US-X:${ISSUER}`,
    `\\x55SDX:${ISSUER}`,
    `USDX:${ISSUER.slice(0, -1)}A`,
    `USDX:M${ISSUER.slice(1)}`,
    // A pool share.
    "ab".repeat(32),
    `native:${"ab".repeat(32)}`,
  ];
  for (const id of wrong) {
    assert.ok(!isAssetId(id), id);
    assert.throws(() => assetOf(id));
  }
  assert.equal(issuerOf(`USDX:${ISSUER}`), ISSUER);
  assert.equal(issuerOf("native"), null);
});

Deno.test("Horizon's three fields of an asset", () => {
  const credit = { asset_type: "credit_alphanum4", asset_code: "USDX", asset_issuer: ISSUER };
  assert.equal(assetIdOf(credit), `USDX:${ISSUER}`);
  assert.equal(assetIdOf({ asset_type: "native" }), "native");
  assert.equal(assetIdOf({ ...credit, asset_type: "liquidity_pool_shares" }), null);
  assert.equal(assetIdOf({ ...credit, asset_issuer: undefined }), null);
  assert.equal(assetIdOf({ ...credit, asset_issuer: "GABC" }), null);
});
