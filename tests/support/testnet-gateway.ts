/**
 * A gateway in the setting of testnet and the public network: started by `start`, on a network that is not its own, under an
 * `https` address that a proxy serves.
 * @module
 */
import assert from "node:assert/strict";
import { Keypair, Networks } from "@stellar/stellar-sdk";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import { localCertificates } from "../../tasks/local-certificates.ts";
import { type Front, startFront, startRewritingFront } from "./front.ts";
import type { Place } from "./place.ts";
import { freePort } from "./ports.ts";
import { type ProcessOptions, startProcess } from "./process.ts";

/** Code of the asset that is anchored there. */
export const CODE = "TUSD";

const secret = () =>
  crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
const key = () => crypto.getRandomValues(new Uint8Array(32)).toBase64();
/** A network that is not ours, with an issuer and its distribution account on it. */
export async function openNetwork(folder: string, passphrase: string = Networks.TESTNET) {
  const [issuer, distribution] = [Keypair.random(), Keypair.random()];
  const network = await startSandbox({
    databaseUrl: `file:${folder}/network.db`,
    ledger: { passphrase, closeEvery: 50 },
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
    NETWORK_PASSPHRASE: passphrase,
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
export async function ran(
  options: ProcessOptions,
): Promise<{ readonly code: number; readonly output: string }> {
  const running = await startProcess(options);
  return { code: await running.ended, output: running.output() };
}

/** A gateway on a foreign testnet, with certificates for what stands before it. */
export async function withTestnetGateway(
  place: Place,
  { publicPort, passphrase }: { readonly publicPort: number; readonly passphrase?: string },
  work: (scene: {
    readonly publicUrl: string;
    readonly operator: string;
    readonly network: Sandbox;
    readonly fronts: readonly (() => Front)[];
    readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
    readonly run: (program: string, more?: Readonly<Record<string, string>>) => ReturnType<typeof ran>;
    readonly output: () => string;
  }) => Promise<void>,
): Promise<void> {
  const { dataDir: folder } = place;
  const files = await localCertificates(folder);
  const tls = { cert: await Deno.readTextFile(files.cert), key: await Deno.readTextFile(files.key) };
  const client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(files.authority)] });
  const { network, variables, operator } = await openNetwork(folder, passphrase);
  const port = freePort();
  const publicUrl = new URL(`https://localhost:${publicPort}`).origin;
  const settings = {
    ...variables,
    ...await place.variables(),
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    TRUSTED_PROXIES: "127.0.0.1",
  };
  const run = (program: string, more: Readonly<Record<string, string>> = {}) =>
    ran({ program, folder, variables: { ...settings, ...more } });
  try {
    const refused = await run("tasks/serve.ts");
    assert.equal(refused.code, 1);
    assert.match(refused.output, /run the task migrate/);
    for (const _twice of [1, 2]) {
      const migrated = await run("tasks/migrate.ts");
      assert.equal(migrated.code, 0, migrated.output);
    }
    const gateway = await startProcess({
      program: "tasks/serve.ts",
      folder,
      variables: settings,
      readyAt: `http://127.0.0.1:${port}`,
    });
    try {
      await work({
        publicUrl,
        operator,
        network,
        fronts: [
          () => startFront([port], { port: publicPort, tls }),
          () => startRewritingFront(port, { port: publicPort, tls }),
        ],
        ask: (path, init = {}) => fetch(`${publicUrl}${path}`, { ...init, client }),
        run,
        output: gateway.output,
      });
    } finally {
      assert.equal(await gateway.end("SIGTERM"), 0, gateway.output());
    }
  } finally {
    client.close();
    await network.close();
  }
}
