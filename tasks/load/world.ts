/**
 * The world of a load: the sandbox in a process of its own, gateways in others, and customers.
 * @module
 */
import { z } from "zod";
import { importSeed } from "../../core/auth/mod.ts";
import { type Environment, loadEnvironment } from "../../core/config/environment.ts";
import { type Database, openDatabase } from "../../core/records/database.ts";
import { type BookedAsset, disagreements, inOthersHands } from "./agreement.ts";
import type { Ask } from "./ask.ts";
import { freePort } from "../free-port.ts";
import { type Child, startChild } from "./child.ts";
import { makeCustomers } from "./customers.ts";
import { openLoadLedger } from "./ledger.ts";
import { type MemorySample, memorySample } from "./memory.ts";
import type { Customer, Outside } from "./money.ts";

/** How to start. */
export interface WorldOptions {
  /** How many gateways serve one database. */
  readonly processes: number;
  /** What places records and sessions, for example `LIBSQL_URL`; empty: files. */
  readonly storage: Readonly<Record<string, string>>;
  readonly customers: number;
  /** Between two ledgers while the gateway works. */
  readonly closeSeconds: number;
  /** A gateway's sample of its memory, by its number. */
  readonly onMemory: (gateway: number, sample: MemorySample) => void;
  /** An entry of a gateway's log that is no mere information, or what else it says. */
  readonly onTrouble: (gateway: number, line: string) => void;
}

/** A running world. */
export interface World {
  readonly dataDir: string;
  readonly gateways: readonly Child[];
  readonly sandbox: Child;
  readonly customers: readonly Customer[];
  readonly outside: Outside;
  /** What is wrong between books, bank and ledger; empty when they agree. */
  readonly disagreements: () => Promise<string[]>;
  readonly stop: () => Promise<void>;
}

/** Between two ledgers while accounts are made. */
const QUICKLY = 0.05;

/** Starts everything; `stop` it in a `finally`. @param askOf makes the way to the gateways at these addresses */
export async function startWorld(
  options: WorldOptions,
  askOf: (urls: readonly string[]) => Ask,
): Promise<World> {
  const dataDir = await Deno.makeTempDir({ prefix: "kedge-load-" });
  const stops: (() => Promise<void>)[] = [() => Deno.remove(dataDir, { recursive: true })];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const ports = Array.from({ length: options.processes }, freePort);
    const [first] = ports;
    const variables = { DATA_DIR: dataDir, PUBLIC_URL: `http://localhost:${first}`, ...options.storage };
    const environment = await environmentOf(variables);
    const sandboxPort = freePort();
    const sandboxUrl = `http://127.0.0.1:${sandboxPort}/sandbox`;
    const horizonUrl = `${sandboxUrl}/horizon`;
    const sandbox = await startChild({
      program: "tasks/sandbox.ts",
      folder: dataDir,
      variables: { DATA_DIR: dataDir, SANDBOX_PORT: String(sandboxPort), PUBLIC_URL: variables.PUBLIC_URL },
      readyAt: sandboxUrl,
    });
    stops.push(sandbox.stop);
    await seeded(horizonUrl, environment);

    const gateways: Child[] = [];
    for (const [index, port] of ports.entries()) {
      const gateway = await startChild({
        program: "tasks/load/gateway-program.ts",
        folder: dataDir,
        variables: {
          ...variables,
          PORT: String(port),
          SANDBOX_LIBSQL_URL: `file:${dataDir}/unused-${index}.db`,
          LOAD_SANDBOX_URL: sandboxUrl,
          HORIZON_URL: horizonUrl,
          // The load plays a proxy before the gateway: each wallet has an address of its own, as users have.
          TRUSTED_PROXIES: "127.0.0.1",
        },
        readyAt: `http://127.0.0.1:${port}`,
        flags: ["--v8-flags=--expose-gc"],
        onLine: (line) => {
          const sample = sampleOf(line);
          if (sample) options.onMemory(index, sample);
          else options.onTrouble(index, line);
        },
      });
      stops.push(gateway.stop);
      gateways.push(gateway);
    }
    const outside = openOutside(environment, sandboxUrl);
    await behave(sandboxUrl, QUICKLY);
    const customers = await makeCustomers({
      count: options.customers,
      ask: askOf(ports.map((port) => `http://127.0.0.1:${port}`)),
      passphrase: environment.passphrase,
      code: environment.asset.code,
      outside,
    });
    await behave(sandboxUrl, options.closeSeconds);

    const db = await openRecords(environment);
    stops.push(() => Promise.resolve(db.close()));
    const { code, issuer } = environment.asset;
    const asset: BookedAsset = { id: `${code}:${issuer}`, code, issuer };
    const distribution = importSeed(environment.seeds.distribution).account;
    const before = new Map([[asset.id, await inOthersHands({ horizonUrl }, distribution, asset)]]);
    return {
      dataDir,
      gateways,
      sandbox,
      customers,
      outside,
      disagreements: () =>
        disagreements({ sandboxUrl, horizonUrl }, { db, distribution, assets: [asset], before }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openOutside({ passphrase, asset, seeds }: Environment, sandboxUrl: string): Outside {
  return {
    ledger: openLoadLedger({
      horizonUrl: `${sandboxUrl}/horizon`,
      friendbotUrl: `${sandboxUrl}/friendbot`,
      passphrase,
      code: asset.code,
      issuerSeed: seeds.sandboxIssuer ?? "",
    }),
    payIn: ({ reference, amount }) =>
      post(`${sandboxUrl}/bank/transfers`, {
        reference,
        amount,
        currency: "USD",
        payer: { name: "Ada Lovelace", account: "GB33BUKB20201555555555" },
      }),
  };
}

function sampleOf(line: string): MemorySample | null {
  if (!line.startsWith('{"memory":')) return null;
  return z.object({ memory: memorySample }).parse(JSON.parse(line)).memory;
}

async function environmentOf(variables: Readonly<Record<string, string>>): Promise<Environment> {
  const loaded = await loadEnvironment(variables);
  if (!loaded.ok) throw new Error(`Cannot load the environment: ${JSON.stringify(loaded.mistakes)}`);
  return loaded.value;
}

function openRecords({ storage: { database } }: Environment): Promise<Database> {
  const { url, authToken } = database;
  return openDatabase({ url, onDeploy: false, ...(authToken ? { authToken } : {}) });
}

/** The sandbox listens before its asset is issued. */
async function seeded(horizonUrl: string, { asset, seeds }: Environment): Promise<void> {
  const { account } = importSeed(seeds.distribution);
  for (let tries = 300; tries > 0; tries--) {
    const answer = await fetch(`${horizonUrl}/accounts/${account}`);
    const text = await answer.text();
    if (answer.ok && text.includes(asset.issuer)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("Cannot start the sandbox: its asset is not issued");
}

async function behave(sandboxUrl: string, seconds: number): Promise<void> {
  await post(`${sandboxUrl}/ledger/behaviour`, { behaviour: "close_every", seconds });
}

async function post(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answers ${answer.status}`);
}
