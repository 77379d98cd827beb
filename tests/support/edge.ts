/**
 * A place like Deno Deploy: records and sessions on servers of their own, a network and a sandbox elsewhere, no disk and no
 * native code for the gateway, any number of instances.
 * @module
 */
import { Keypair, Networks } from "@stellar/stellar-sdk";
import { sandboxKey } from "../../core/gateway/stamp.ts";
import { type Database, openDatabase } from "../../core/records/database.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { bundledGateway } from "./bundled.ts";
import { needs, redisServer, type TestBody, type Tool } from "./machine.ts";
import { freePort } from "./ports.ts";
import { type ProcessOptions, startProcess, type TestProcess } from "./process.ts";
import { startRedisBridge } from "./redis-bridge.ts";
import { sqld, startSqld } from "./sqld.ts";

/** Code of the asset that is anchored there. */
const CODE = "EUSD";
/** Under which wallets and webhooks know the gateway; nothing answers there, the place passes requests on. */
export const PUBLIC_URL = "https://anchor.example";

/** An instance that serves. */
export interface Instance {
  readonly process: TestProcess;
  /** Where it listens itself. */
  readonly url: string;
}

/** The place. */
export interface Edge {
  readonly variables: Readonly<Record<string, string>>;
  readonly sandboxUrl: string;
  readonly horizonUrl: string;
  readonly asset: { readonly code: string; readonly issuer: string };
  readonly distribution: string;
  /** The records, as nobody but the test sees them. */
  readonly db: Database;
  /** Who gets what is sent to {@link PUBLIC_URL}; until it is set, nobody. */
  readonly serveBy: (serve: (request: Request) => Promise<Response>) => void;
  /** Runs a program to its end. */
  readonly ran: (
    program: string,
    more?: Readonly<Record<string, string>>,
  ) => Promise<{ readonly code: number; readonly output: string }>;
  /** Starts an instance. */
  readonly start: (more?: Readonly<Record<string, string>>) => Promise<Instance>;
  /** Cuts the network off: Horizon is away, and so are bank and bureau. */
  readonly closeOutside: () => Promise<void>;
}

/** What the machine must have for it. */
export function needsEdge(fn: TestBody, ...more: readonly Tool[]) {
  return [sqld, redisServer, ...more].map((tool) => needs(tool, fn)).reduce((all, one) => ({
    ignore: all.ignore || one.ignore,
    // The first that is missing tells why.
    fn: all.fn === fn ? one.fn : all.fn,
  }));
}

/** Does what a tick by cron, at the turn of a minute, would disturb: once more, when a minute has turned meanwhile. */
export async function withoutCron(work: () => Promise<void>): Promise<void> {
  const minute = () => Math.floor(Date.now() / 60_000);
  const before = minute();
  try {
    await work();
  } catch (error) {
    if (minute() === before) throw error;
    await work();
  }
}

const secret = () =>
  crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
const key = () => crypto.getRandomValues(new Uint8Array(32)).toBase64();

/** Opens the place for a test, and closes it. @param options.more variables beside those that the place needs */
export async function atEdge(
  options: Pick<ProcessOptions, "runtime" | "trusts"> & {
    readonly more?: Readonly<Record<string, string>>;
  },
  work: (edge: Edge) => Promise<void>,
): Promise<void> {
  await using remote = await startSqld();
  await using redis = await startRedisBridge();
  const [issuer, distribution] = [Keypair.random(), Keypair.random()];
  const webhookSecret = secret();
  let serve: (request: Request) => Promise<Response> = () => Promise.reject(new Error("Nobody serves"));
  const sandbox = await startSandbox({
    databaseUrl: ":memory:",
    ledger: { passphrase: Networks.TESTNET, closeEvery: 50 },
    key: sandboxKey(webhookSecret),
    fetch: (input, init) => serve(new Request(input, init)),
  });
  let isOpen = true;
  const closeOutside = async () => {
    if (isOpen) await sandbox.close();
    isOpen = false;
  };
  await sandbox.seed({
    issuerSecret: issuer.secret(),
    distributionSecret: distribution.secret(),
    code: CODE,
    amount: "1000000",
    homeDomain: "anchor.example",
  });
  const variables: Readonly<Record<string, string>> = {
    DENO_DEPLOY: "true",
    DENO_TIMELINE: "production",
    HOST: "127.0.0.1",
    STELLAR_NETWORK: "testnet",
    HORIZON_URL: sandbox.horizonUrl ?? "",
    PUBLIC_URL,
    LIBSQL_URL: remote.url,
    UPSTASH_REDIS_REST_URL: redis.url,
    UPSTASH_REDIS_REST_TOKEN: redis.token,
    SANDBOX_URL: sandbox.url,
    SIGNING_SECRET: Keypair.random().secret(),
    DISTRIBUTION_SECRET: distribution.secret(),
    ASSET_CODE: CODE,
    ASSET_ISSUER: issuer.publicKey(),
    JWT_SECRET: secret(),
    DATA_KEY: key(),
    INDEX_KEY: key(),
    WEBHOOK_SECRET: webhookSecret,
    OPERATOR_API_KEYS: `judge:admin:${secret()}`,
    JOBS_SECRET: secret(),
    ...options.more,
  };
  const { more: _more, ...runtime } = options;
  const db = await openDatabase({ url: remote.url, onDeploy: true });
  try {
    await work({
      variables,
      sandboxUrl: sandbox.url,
      horizonUrl: sandbox.horizonUrl ?? "",
      asset: { code: CODE, issuer: issuer.publicKey() },
      distribution: distribution.publicKey(),
      db,
      serveBy: (next) => serve = next,
      async ran(program, more = {}) {
        const child = await startProcess({
          ...runtime,
          program,
          folder: null,
          variables: { ...variables, ...more },
        });
        return { code: await child.ended, output: child.output() };
      },
      async start(more = {}) {
        const port = freePort();
        const url = `http://127.0.0.1:${port}`;
        const process = await startProcess({
          ...runtime,
          program: await bundledGateway(),
          folder: null,
          variables: { ...variables, PORT: String(port), ...more },
          readyAt: url,
        });
        return { process, url };
      },
      closeOutside,
    });
  } finally {
    db.close();
    await closeOutside();
  }
}
