import assert from "node:assert/strict";
import { importSeed } from "../../../../core/auth/ed25519.ts";
import { loadEnvironment } from "../../../../core/config/environment.ts";
import { ISSUER } from "../example-anchor.ts";
import { inFolder, random } from "./example-environment.ts";

Deno.test("with no variable set the sandbox makes what it needs and keeps it over a restart", () =>
  inFolder(async (folder) => {
    const record = { DATA_DIR: `${folder}/data` };
    const first = await loadEnvironment(record);
    assert.ok(first.ok);
    const { network, publicUrl, horizonUrl, homeDomains, seeds, asset, storage, variables } = first.value;
    assert.deepEqual({ network, publicUrl, horizonUrl, homeDomains }, {
      network: "sandbox",
      publicUrl: "http://localhost:8000",
      horizonUrl: null,
      homeDomains: ["localhost:8000"],
    });
    assert.equal(asset.code, "USDX");
    assert.equal(importSeed(seeds.sandboxIssuer ?? "").account, asset.issuer);
    assert.equal(variables["ASSET_ISSUER"], asset.issuer);
    assert.equal(seeds.fee, seeds.distribution);
    assert.equal(storage.database.url, `file:${folder}/data/kedge.db`);
    const { mode } = await Deno.stat(`${folder}/data/secrets.json`);
    assert.equal((mode ?? 0) & 0o777, 0o600);
    const again = await loadEnvironment(record);
    assert.deepEqual(again, first);
    assert.deepEqual([...Deno.readDirSync(`${folder}/data`)].map(({ name }) => name), ["secrets.json"]);
  }));

Deno.test("many processes that start at once share one set of sandbox secrets", () =>
  inFolder(async (folder) => {
    const all = await Promise.all(Array.from({ length: 8 }, () => loadEnvironment({ DATA_DIR: folder })));
    for (const each of all) assert.deepEqual(each, all[0]);
  }));

Deno.test("a variable that is set counts before what the sandbox made, and an empty one does not", () =>
  inFolder(async (folder) => {
    const JWT_SECRET = random().toBase64();
    const result = await loadEnvironment({
      DATA_DIR: folder,
      JWT_SECRET,
      DATA_KEY: "",
      ASSET_ISSUER: ISSUER,
    });
    assert.ok(result.ok);
    assert.deepEqual(result.value.jwtSecrets, [JWT_SECRET]);
    assert.equal(result.value.dataKeys[0]?.length, 32);
    assert.equal(result.value.seeds.sandboxIssuer, null, "the seed of another issuer is of no use");
  }));

Deno.test("a damaged file of sandbox secrets stops the start and quotes none of them", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/secrets.json`, '{"JWT_SECRET": "quoted-secret"}');
    await assert.rejects(loadEnvironment({ DATA_DIR: folder }), (error: Error) => {
      assert.match(error.message, /Cannot use .*secrets\.json/);
      return !error.message.includes("quoted-secret");
    });
  }));
