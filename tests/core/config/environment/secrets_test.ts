import assert from "node:assert/strict";
import { encodeSeed } from "../../../../core/auth/seeds.ts";
import { loadEnvironment, readEnvironment } from "../../../../core/config/environment.ts";
import { describeMistakes } from "../../../../core/config/mistakes.ts";
import { ISSUER } from "../example-anchor.ts";
import { inFolder, random, right, testnet, wrong } from "./example-environment.ts";

Deno.test("P2 a secret that the sandbox made stops every other network, in whatever variable it stands", () =>
  inFolder(async (folder) => {
    const made = await loadEnvironment({ DATA_DIR: folder });
    assert.ok(made.ok);
    const { seeds, dataKeys, jwtSecrets, variables } = made.value;
    const [dataKey = new Uint8Array()] = dataKeys;
    const [jwtSecret = ""] = jwtSecrets;
    const spoiled: Record<string, string> = {
      SIGNING_SECRET: seeds.signing,
      DISTRIBUTION_SECRET: seeds.sandboxIssuer ?? "",
      FEE_SECRET: seeds.authorizer ?? "",
      CHANNEL_SEED: dataKey.toBase64(),
      DATA_KEY: `${random().toBase64()},${dataKey.toBase64({ alphabet: "base64url", omitPadding: true })}`,
      INDEX_KEY: variables["INDEX_KEY"] ?? "",
      JWT_SECRET: `${jwtSecret},${random().toBase64()}`,
      WEBHOOK_SECRET: variables["WEBHOOK_SECRET"] ?? "",
      JOBS_SECRET: jwtSecret,
      OPERATOR_API_KEYS: variables["OPERATOR_API_KEYS"] ?? "",
    };
    for (const [name, value] of Object.entries(spoiled)) {
      assert.deepEqual(wrong({ ...testnet(), [name]: value }), [name]);
      assert.deepEqual(wrong({ ...testnet(), STELLAR_NETWORK: "public", [name]: value }), [name]);
    }
  }));

Deno.test("weak secrets stop the start", () => {
  const weak: [string, string][] = [
    ["JWT_SECRET", "short"],
    ["JWT_SECRET", "a".repeat(64)],
    ["JWT_SECRET", "0123456789abcdef0123456789abcdef"],
    ["JWT_SECRET", `${random().toBase64()},short`],
    ["WEBHOOK_SECRET", "changeme"],
    ["JOBS_SECRET", "changeme"],
    ["DATA_KEY", new Uint8Array(32).toBase64()],
    ["DATA_KEY", random().subarray(0, 31).toBase64()],
    ["INDEX_KEY", "not base64!"],
    ["CHANNEL_SEED", random().subarray(0, 16).toBase64()],
    ["SIGNING_SECRET", "SNOTASEED"],
    ["SIGNING_SECRET", ISSUER],
    ["OPERATOR_API_KEYS", "ada:admin:short"],
    ["OPERATOR_API_KEYS", `ada:root:${random().toBase64()}`],
    ["OPERATOR_API_KEYS", random().toBase64()],
  ];
  for (const [name, value] of weak) {
    assert.deepEqual(wrong({ ...testnet(), [name]: value }), [name], `${name} ${value}`);
  }
});

Deno.test("a secret that no Authorization: Bearer can carry stops the start", () => {
  const spaced = `pass phrase ${random().toBase64()}`;
  assert.deepEqual(wrong({ ...testnet(), JOBS_SECRET: spaced }), ["JOBS_SECRET"]);
  assert.deepEqual(wrong({ ...testnet(), OPERATOR_API_KEYS: `ada:admin:${spaced}` }), ["OPERATOR_API_KEYS"]);
});

Deno.test("M-5 channels are counted from 1 to 100, ten when nothing is said, and none without a seed", () => {
  const seed = { CHANNEL_SEED: random().toBase64() };
  const channelsOf = (more: Record<string, string>) => {
    const result = readEnvironment({ ...testnet(), ...more }, null);
    return result.ok ? result.value.seeds.channels?.count ?? 0 : result.mistakes.map(({ where }) => where);
  };
  assert.deepEqual([channelsOf({}), channelsOf(seed)], [0, 10]);
  for (const count of ["1", "50", "100"]) {
    assert.equal(channelsOf({ ...seed, CHANNEL_COUNT: count }), Number(count));
  }
  for (const count of ["0", "101", "-1", "1.5", "1e2", "many"]) {
    assert.deepEqual(channelsOf({ ...seed, CHANNEL_COUNT: count }), ["CHANNEL_COUNT"], count);
  }
  assert.deepEqual(channelsOf({ CHANNEL_COUNT: "5" }), ["CHANNEL_COUNT"]);
});

Deno.test("no two secrets may be alike, in whatever spelling", () => {
  const record = testnet();
  const bytes = random();
  assert.deepEqual(wrong({ ...record, FEE_SECRET: record["DISTRIBUTION_SECRET"] }), ["FEE_SECRET"]);
  assert.deepEqual(wrong({ ...record, DATA_KEY: bytes.toBase64(), INDEX_KEY: bytes.toBase64() }), [
    "INDEX_KEY",
  ]);
  assert.deepEqual(
    wrong({
      ...record,
      DATA_KEY: bytes.toBase64(),
      JWT_SECRET: bytes.toBase64({ alphabet: "base64url", omitPadding: true }),
    }).length,
    1,
  );
  assert.deepEqual(wrong({ ...record, SIGNING_SECRET: encodeSeed(bytes), CHANNEL_SEED: bytes.toBase64() }), [
    "CHANNEL_SEED",
  ]);
  const operator = random().toBase64();
  assert.deepEqual(wrong({ ...record, OPERATOR_API_KEYS: `ada:admin:${operator},eve:viewer:${operator}` }), [
    "OPERATOR_API_KEYS",
  ]);
  assert.deepEqual(
    wrong({ ...record, OPERATOR_API_KEYS: `ada:admin:${operator},ada:approver:${random().toBase64()}` }),
    ["OPERATOR_API_KEYS"],
  );
});

Deno.test("no mistake quotes a value", () => {
  const result = readEnvironment({
    STELLAR_NETWORK: "testnet",
    JWT_SECRET: "hunter2",
    SIGNING_SECRET: "hunter2",
    DATA_KEY: "hunter2",
    OPERATOR_API_KEYS: "hunter2:admin:hunter2",
    HORIZON_URL: "hunter2",
  }, null);
  assert.ok(!result.ok);
  assert.ok(!describeMistakes(result.mistakes).includes("hunter2"));
});

Deno.test("secrets rotate: several of a kind are read in order", () => {
  const [first, second] = [random(), random()];
  const record = {
    ...testnet(),
    JWT_SECRET: `${first.toHex()}, ${second.toHex()}`,
    DATA_KEY: `${second.toBase64()},${first.toBase64()}`,
  };
  const { jwtSecrets, dataKeys } = right(record);
  assert.deepEqual(jwtSecrets, [first.toHex(), second.toHex()]);
  assert.deepEqual(dataKeys, [second, first]);
});
