import assert from "node:assert/strict";
import { loadEnvironment } from "../../../core/config/environment.ts";
import { right, testnet, wrong } from "./environment/example-environment.ts";

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

Deno.test("R-06-2 R-24-3 addresses are read strictly, and the gateway's is HTTPS outside the sandbox", () => {
  const record = testnet();
  const refused: [string, string][] = [
    ["PUBLIC_URL", "http://anchor.example.com"],
    ["PUBLIC_URL", "https://anchor.example.com/api"],
    ["PUBLIC_URL", "https://user@anchor.example.com"],
    ["PUBLIC_URL", "anchor.example.com"],
    ["HORIZON_URL", "ftp://horizon.example.com"],
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
    HORIZON_URL: "http://horizon:8000/",
    LIBSQL_URL: "libsql://db.example.com",
  });
  assert.equal(taken.publicUrl, "https://anchor.example.com");
  assert.deepEqual(taken.homeDomains, ["example.com", "www.example.com"]);
  assert.equal(taken.horizonUrl, "http://horizon:8000");
  const open = { ...record, STELLAR_NETWORK: "public", HORIZON_URL: "http://horizon.example.com" };
  assert.ok(wrong(open).includes("HORIZON_URL"), "what pays real money is told by TLS alone");
});

Deno.test("the public network has no exceptions for outgoing requests", () => {
  const record = { ...testnet(), STELLAR_NETWORK: "public", OUTGOING_ALLOW: "127.0.0.1:8443" };
  assert.deepEqual(wrong(record), ["OUTGOING_ALLOW"]);
});

/** What counts on Deno Deploy beside testnet's own. */
const deployed = () => ({ ...testnet(), LIBSQL_URL: "libsql://db.example.com", DENO_DEPLOY: "1" });

Deno.test("on Deno Deploy no file counts, nothing is made, and only production runs jobs", async () => {
  const record = deployed();
  assert.deepEqual(wrong({ ...record, LIBSQL_URL: "" }), ["LIBSQL_URL"]);
  for (const url of ["file:./kedge.db", ":memory:", "http://db.example.com"]) {
    assert.deepEqual(wrong({ ...record, LIBSQL_URL: url }), ["LIBSQL_URL"], url);
  }
  assert.deepEqual(wrong({ ...record, LIBSQL_URL: "http://127.0.0.1:8080" }), []);
  assert.deepEqual(wrong({ ...record, PUBLIC_URL: "" }), ["PUBLIC_URL"]);
  assert.equal(right(record).storage.deploy?.runsJobs, false);
  for (const timeline of ["preview/1", "git-branch/production"]) {
    assert.equal(right({ ...record, DENO_TIMELINE: timeline }).storage.deploy?.runsJobs, false);
  }
  assert.equal(right({ ...record, DENO_TIMELINE: "production" }).storage.deploy?.runsJobs, true);
  // Whatever it is set to.
  assert.notEqual(right({ ...record, DENO_DEPLOY: "false" }).storage.deploy, null);
  const sandbox = await loadEnvironment({
    DENO_DEPLOY: "1",
    DATA_DIR: "/nowhere",
    LIBSQL_URL: "libsql://db.example.com",
  });
  assert.ok(!sandbox.ok);
  for (const name of ["DATA_KEY", "STELLAR_NETWORK"]) {
    assert.ok(sandbox.mistakes.some(({ where }) => where === name), name);
  }
});

Deno.test("on Deno Deploy the platform ends TLS and calls from outside", () => {
  const record = deployed();
  assert.equal(right(record).listening.host, "0.0.0.0");
  assert.equal(right({ ...record, HOST: "::" }).listening.host, "::");
  assert.equal(right(testnet()).listening.host, "127.0.0.1");
  assert.deepEqual(wrong({ ...record, TLS_CERT: "a.pem", TLS_KEY: "b.pem" }), ["TLS_CERT", "TLS_KEY"]);
});

Deno.test("a sandbox runs in the process, or elsewhere by SANDBOX_URL, and never on Deno Deploy", () => {
  const record = deployed();
  assert.equal(right(record).storage.sandboxDatabaseUrl, null);
  for (const url of ["file:./sandbox.db", "libsql://sandbox.example.com"]) {
    assert.deepEqual(wrong({ ...record, SANDBOX_LIBSQL_URL: url }), ["SANDBOX_LIBSQL_URL"]);
  }
  assert.equal(right(testnet()).storage.sandboxDatabaseUrl, "file:./data/sandbox.db");
  for (const known of [record, testnet()]) {
    const { storage } = right({ ...known, SANDBOX_URL: "https://sandbox.example.com/sandbox/" });
    assert.equal(storage.sandboxUrl, "https://sandbox.example.com/sandbox");
    assert.equal(storage.sandboxDatabaseUrl, null);
  }
  assert.equal(
    right({ ...record, SANDBOX_URL: "http://127.0.0.1:8100/sandbox" }).storage.sandboxUrl?.length,
    29,
  );
  assert.deepEqual(wrong({ ...record, SANDBOX_URL: "http://sandbox.example.com" }), ["SANDBOX_URL"]);
});
