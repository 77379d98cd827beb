import assert from "node:assert/strict";
import { Keypair, Networks } from "@stellar/stellar-sdk";
import { startSandbox } from "../../sandbox/mod.ts";
import { localCertificates } from "../../tasks/local-certificates.ts";
import { type Front, startFront, startRewritingFront } from "../support/front.ts";
import { freePort } from "../support/ports.ts";
import { type ProcessOptions, startProcess } from "../support/process.ts";

const secret = () =>
  crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
const key = () => crypto.getRandomValues(new Uint8Array(32)).toBase64();
const CODE = "TUSD";

/** A network that is not ours, with an issuer and its distribution account on it. */
async function openNetwork(folder: string) {
  const [issuer, distribution] = [Keypair.random(), Keypair.random()];
  const network = await startSandbox({
    databaseUrl: `file:${folder}/network.db`,
    ledger: { passphrase: Networks.TESTNET, closeEvery: 50 },
    key: "not asked for",
  });
  await network.seed({
    issuerSecret: issuer.secret(),
    distributionSecret: distribution.secret(),
    code: CODE,
    amount: "1000000",
    homeDomain: "anchor.example",
  });
  const operator = secret();
  const variables: Record<string, string> = {
    STELLAR_NETWORK: "testnet",
    HORIZON_URL: network.horizonUrl ?? "",
    NETWORK_PASSPHRASE: Networks.TESTNET,
    SIGNING_SECRET: Keypair.random().secret(),
    DISTRIBUTION_SECRET: distribution.secret(),
    ASSET_CODE: CODE,
    ASSET_ISSUER: issuer.publicKey(),
    JWT_SECRET: secret(),
    DATA_KEY: key(),
    INDEX_KEY: key(),
    WEBHOOK_SECRET: secret(),
    OPERATOR_API_KEYS: `judge:admin:${operator}`,
    DATA_DIR: folder,
  };
  return { network, variables, operator };
}

/** Runs a program to its end. */
async function ran(options: ProcessOptions): Promise<{ readonly code: number; readonly output: string }> {
  const running = await startProcess(options);
  return { code: await running.ended, output: running.output() };
}

Deno.test("P1 P2 W7 on testnet with another's Horizon, behind a proxy that ends TLS, the whole journey passes", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  const files = await localCertificates(folder);
  const tls = { cert: await Deno.readTextFile(files.cert), key: await Deno.readTextFile(files.key) };
  const client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(files.authority)] });
  const { network, variables, operator } = await openNetwork(folder);
  const [port, publicPort] = [freePort(), freePort()];
  const publicUrl = `https://localhost:${publicPort}`;
  const settings = { ...variables, PORT: String(port), PUBLIC_URL: publicUrl, TRUSTED_PROXIES: "127.0.0.1" };
  const program = (name: string, more: Readonly<Record<string, string>> = {}): ProcessOptions => ({
    program: name,
    folder,
    variables: { ...settings, ...more },
  });
  const ask = (path: string, init: RequestInit = {}) => fetch(`${publicUrl}${path}`, { ...init, client });
  const fronts: readonly [string, () => Front][] = [
    ["the Host header kept", () => startFront([port], { port: publicPort, tls })],
    ["the Host header rewritten", () => startRewritingFront(port, { port: publicPort, tls })],
  ];
  try {
    await t.step("start refuses an unmigrated database and says what to run", async () => {
      const refused = await ran(program("tasks/serve.ts"));
      assert.equal(refused.code, 1);
      assert.match(refused.output, /deno task migrate/);
      const migrated = await ran(program("tasks/migrate.ts"));
      assert.equal(migrated.code, 0, migrated.output);
      const again = await ran(program("tasks/migrate.ts"));
      assert.equal(again.code, 0, again.output);
    });

    await t.step("start refuses settings that differ from the stamp", async () => {
      const refused = await ran(
        program("tasks/serve.ts", { DISTRIBUTION_SECRET: Keypair.random().secret() }),
      );
      assert.equal(refused.code, 1, refused.output);
      assert.match(refused.output, /distribution/i);
    });

    const gateway = await startProcess({ ...program("tasks/serve.ts"), readyAt: `http://127.0.0.1:${port}` });
    try {
      for (const [name, open] of fronts) {
        await t.step(`the journey, with ${name}`, async () => {
          const front = open();
          try {
            const demo = await ran(program("tasks/demo.ts", {
              FRIENDBOT_URL: `${network.url}/friendbot`,
              OPERATOR_API_KEYS: `judge:admin:${operator}`,
            }));
            assert.equal(demo.code, 0, `${demo.output}\n${gateway.output()}`);

            const toml = await (await ask("/.well-known/stellar.toml")).text();
            for (const endpoint of ["WEB_AUTH_ENDPOINT", "TRANSFER_SERVER", "KYC_SERVER"]) {
              assert.match(toml, new RegExp(`^${endpoint} ?= ?"${publicUrl}/`, "m"));
            }
            assert.doesNotMatch(toml, /http:\/\//);
            assert.match(toml, /Test SDF Network/);

            const closed = await ask("/sandbox/bank/transfers");
            const opened = await ask("/sandbox/bank/transfers", {
              headers: { authorization: `Bearer ${operator}` },
            });
            const ledger = await ask("/sandbox/horizon/", {
              headers: { authorization: `Bearer ${operator}` },
            });
            assert.deepEqual([closed.status, opened.status, ledger.status], [404, 200, 404]);
            for (const answer of [closed, opened, ledger]) await answer.body?.cancel();
          } finally {
            await front.stop();
          }
        });
      }
    } finally {
      assert.equal(await gateway.end("SIGTERM"), 0, gateway.output());
    }
  } finally {
    client.close();
    await network.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("P2 P18 start lists every secret that is missing, weak or equal, and public refuses the sandbox's modules", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  const { network, variables } = await openNetwork(folder);
  const good = { ...variables, PUBLIC_URL: "https://anchor.example" };
  const refused = async (more: Readonly<Record<string, string>>) => {
    const { code, output } = await ran({
      program: "tasks/serve.ts",
      folder,
      variables: { ...good, ...more },
    });
    assert.equal(code, 1, output);
    for (const value of Object.values(more)) {
      if (value.length > 20) assert.ok(!output.includes(value), "a secret is never printed");
    }
    return output;
  };
  try {
    const needed = [
      "SIGNING_SECRET",
      "DISTRIBUTION_SECRET",
      "JWT_SECRET",
      "DATA_KEY",
      "INDEX_KEY",
      "WEBHOOK_SECRET",
      "OPERATOR_API_KEYS",
    ];
    const [missing, weak, equal, sandboxMode, publicNetwork] = await Promise.all([
      refused(Object.fromEntries([...needed, "ASSET_ISSUER"].map((name) => [name, ""]))),
      refused({
        JWT_SECRET: "short",
        DATA_KEY: "c2hvcnQ=",
        WEBHOOK_SECRET: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        PUBLIC_URL: "http://anchor.example",
      }),
      refused({ JWT_SECRET: variables["WEBHOOK_SECRET"] ?? "", INDEX_KEY: variables["DATA_KEY"] ?? "" }),
      refused({ STELLAR_NETWORK: "sandbox" }),
      refused({
        STELLAR_NETWORK: "public",
        NETWORK_PASSPHRASE: Networks.PUBLIC,
        HORIZON_URL: "https://horizon.stellar.org",
      }),
    ]);
    for (const name of [...needed, "ASSET_ISSUER"]) assert.match(missing, new RegExp(name));
    for (const name of ["JWT_SECRET", "DATA_KEY", "WEBHOOK_SECRET", "PUBLIC_URL"]) {
      assert.match(weak, new RegExp(name));
    }
    for (const name of ["JWT_SECRET", "WEBHOOK_SECRET", "INDEX_KEY", "DATA_KEY"]) {
      assert.match(equal, new RegExp(name));
    }
    assert.match(sandboxMode, /sandbox/);
    assert.match(publicNetwork, /sandbox/);
  } finally {
    await network.close();
    await Deno.remove(folder, { recursive: true });
  }
});
