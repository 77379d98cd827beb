import assert from "node:assert/strict";
import { importSeed } from "../../../core/auth/ed25519.ts";
import { encodeSeed } from "../../../core/auth/seeds.ts";
import { type Environment, loadEnvironment, readEnvironment } from "../../../core/config/environment.ts";
import type { VariableRecord } from "../../../core/config/environment/variables.ts";
import { describeMistakes } from "../../../core/config/mistakes.ts";
import { ISSUER } from "./example-anchor.ts";

const random = () => crypto.getRandomValues(new Uint8Array(32));

/** Everything that testnet needs. */
function testnet(): Record<string, string> {
  return {
    STELLAR_NETWORK: "testnet",
    PUBLIC_URL: "https://anchor.example.com",
    SIGNING_SECRET: encodeSeed(random()),
    DISTRIBUTION_SECRET: encodeSeed(random()),
    ASSET_CODE: "USDX",
    ASSET_ISSUER: ISSUER,
    JWT_SECRET: random().toBase64(),
    DATA_KEY: random().toBase64(),
    INDEX_KEY: random().toBase64(),
    WEBHOOK_SECRET: random().toHex(),
    OPERATOR_API_KEYS: `ada:admin:${random().toBase64()}`,
  };
}

function right(record: VariableRecord): Environment {
  const result = readEnvironment(record, null);
  assert.ok(result.ok, result.ok ? "" : describeMistakes(result.mistakes));
  return result.value;
}

/** Names of the variables that are wrong, each once. */
function wrong(record: VariableRecord): string[] {
  const result = readEnvironment(record, null);
  return result.ok ? [] : [...new Set(result.mistakes.map(({ where }) => where))];
}

async function inFolder(work: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await Deno.makeTempDir();
  try {
    await work(dataDir);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

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

Deno.test("P1 testnet and public run on the same settings but for variables", () => {
  const record = testnet();
  const staging = right(record);
  assert.deepEqual(
    [staging.name, staging.horizonUrl, staging.homeDomains],
    ["testnet", "https://horizon-testnet.stellar.org", ["anchor.example.com"]],
  );
  const live = right({ ...record, STELLAR_NETWORK: "public", KEDGE_ENV: "live-br" });
  assert.deepEqual([live.name, live.network], ["live-br", "public"]);
});

Deno.test("P2 another network means another passphrase and another Horizon, and never a mixture", () => {
  const record = testnet();
  assert.equal(
    right({ ...record, STELLAR_NETWORK: "public" }).passphrase,
    "Public Global Stellar Network ; September 2015",
  );
  assert.equal(right({ ...record, STELLAR_NETWORK: "public" }).horizonUrl, "https://horizon.stellar.org");
  const testPassphrase = "Test SDF Network ; September 2015";
  assert.deepEqual(wrong({ ...record, STELLAR_NETWORK: "public", NETWORK_PASSPHRASE: testPassphrase }), [
    "NETWORK_PASSPHRASE",
  ]);
  assert.deepEqual(
    wrong({ ...record, NETWORK_PASSPHRASE: "Public Global Stellar Network ; September 2015" }),
    ["NETWORK_PASSPHRASE"],
  );
  assert.equal(right({ ...record, NETWORK_PASSPHRASE: "A private network" }).passphrase, "A private network");
});

Deno.test("outside the sandbox all that is missing is listed at once, by name", () => {
  assert.deepEqual(wrong({ STELLAR_NETWORK: "testnet" }), [
    "PUBLIC_URL",
    "ASSET_CODE",
    "ASSET_ISSUER",
    "SIGNING_SECRET",
    "DISTRIBUTION_SECRET",
    "JWT_SECRET",
    "DATA_KEY",
    "INDEX_KEY",
    "WEBHOOK_SECRET",
    "OPERATOR_API_KEYS",
  ]);
  assert.deepEqual(wrong({ ...testnet(), STELLAR_NETWORK: "mainnet" }), ["STELLAR_NETWORK"]);
});

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

Deno.test("addresses are read strictly", () => {
  const record = testnet();
  const refused: [string, string][] = [
    ["PUBLIC_URL", "http://anchor.example.com"],
    ["PUBLIC_URL", "https://anchor.example.com/api"],
    ["PUBLIC_URL", "https://user@anchor.example.com"],
    ["PUBLIC_URL", "anchor.example.com"],
    ["HORIZON_URL", "http://horizon.example.com"],
    ["HORIZON_URL", "https://horizon.example.com?key=1"],
    ["HOME_DOMAIN", "https://example.com"],
    ["HOME_DOMAIN", "example.com,example.com"],
    ["TRUSTED_PROXIES", "proxy.example.com"],
    ["TRUSTED_PROXIES", "10.0.0.0/33"],
    ["OUTGOING_ALLOW", "127.0.0.1"],
    ["PORT", "80800"],
    ["TLS_CERT", "cert.pem"],
    ["LIBSQL_URL", "postgres://example.com"],
    ["LIBSQL_URL", ":memory:"],
    ["UPSTASH_REDIS_REST_URL", "https://redis.example.com"],
    ["UPSTASH_REDIS_REST_TOKEN", "token"],
    ["KEDGE_ENV", "two words"],
  ];
  for (const [name, value] of refused) {
    const expected = name === "TLS_CERT"
      ? "TLS_KEY"
      : name === "UPSTASH_REDIS_REST_URL"
      ? "UPSTASH_REDIS_REST_TOKEN"
      : name === "UPSTASH_REDIS_REST_TOKEN"
      ? "UPSTASH_REDIS_REST_URL"
      : name;
    assert.deepEqual(wrong({ ...record, [name]: value }), [expected], `${name}=${value}`);
  }
  const taken = right({
    ...record,
    PUBLIC_URL: "https://Anchor.Example.com:443/",
    HOME_DOMAIN: "Example.com, www.example.com",
    TRUSTED_PROXIES: "10.0.0.0/8, ::1",
    OUTGOING_ALLOW: "127.0.0.1:8443,[::1]:9000",
    HORIZON_URL: "http://127.0.0.1:8000/",
    LIBSQL_URL: "libsql://db.example.com",
  });
  assert.equal(taken.publicUrl, "https://anchor.example.com");
  assert.deepEqual(taken.homeDomains, ["example.com", "www.example.com"]);
  assert.equal(taken.horizonUrl, "http://127.0.0.1:8000");
});

Deno.test("the public network has no exceptions for outgoing requests", () => {
  const record = { ...testnet(), STELLAR_NETWORK: "public", OUTGOING_ALLOW: "127.0.0.1:8443" };
  assert.deepEqual(wrong(record), ["OUTGOING_ALLOW"]);
});

Deno.test("on Deno Deploy no file counts, nothing is made, and only production runs jobs", async () => {
  const record = { ...testnet(), LIBSQL_URL: "libsql://db.example.com", DENO_DEPLOY: "1" };
  assert.deepEqual(wrong({ ...record, LIBSQL_URL: "" }), ["LIBSQL_URL"]);
  assert.deepEqual(wrong({ ...record, LIBSQL_URL: "file:./kedge.db" }), ["LIBSQL_URL"]);
  assert.deepEqual(wrong({ ...record, SANDBOX_LIBSQL_URL: "file:./sandbox.db" }), ["SANDBOX_LIBSQL_URL"]);
  assert.deepEqual(wrong({ ...record, PUBLIC_URL: "" }), ["PUBLIC_URL"]);
  assert.equal(right(record).storage.deploy?.runsJobs, false);
  assert.equal(right({ ...record, DENO_TIMELINE: "preview/1" }).storage.deploy?.runsJobs, false);
  assert.equal(right({ ...record, DENO_TIMELINE: "production" }).storage.deploy?.runsJobs, true);
  assert.equal(right(record).storage.sandboxDatabaseUrl, null);
  const sandbox = await loadEnvironment({
    DENO_DEPLOY: "1",
    DATA_DIR: "/nowhere",
    LIBSQL_URL: "libsql://db.example.com",
  });
  assert.ok(!sandbox.ok && sandbox.mistakes.some(({ where }) => where === "DATA_KEY"));
});
