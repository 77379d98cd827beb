/**
 * Builds the gateway out of `anchor.config.ts`, serves it, starts its jobs, and stops everything in order.
 * @module
 */
import config from "./anchor.config.ts";
import type { Anchor } from "./core/config/anchor-runtime.ts";
import type { ConfigFunction } from "./core/config/anchor.ts";
import type { Environment } from "./core/config/environment.ts";
import { edgeMistakes } from "./core/config/check-edge.ts";
import { loadAnchor } from "./core/config/load.ts";
import { loadEnvironment } from "./core/config/environment.ts";
import { describeMistakes } from "./core/config/mistakes.ts";
import { checkAsked } from "./core/customers/mod.ts";
import { createGateway, type Gateway } from "./core/gateway.ts";
import { prepareRecords, startProblems } from "./core/gateway/records.ts";
import { sandboxKey } from "./core/gateway/stamp.ts";
import type { Log } from "./core/log.ts";
import type { Pause } from "./core/pause.ts";
import { openDatabase, RecordsUnavailable } from "./core/records/database.ts";
import type { Signers } from "./core/stellar/signers.ts";
import type { LedgerStream } from "./core/stellar/stream.ts";
import { createApp } from "./routes/app.ts";
import type { Sandbox } from "./sandbox/mod.ts";

/** Why the gateway does not start: every reason at once, each with what to do. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
}

/** Where nothing answers: given to the config where no sandbox is, so that its checks can say what to set. */
const NO_SANDBOX = "https://sandbox.invalid/sandbox";

/** How long after the server listens the jobs begin. */
const FIRST_TURN_MS = 50;

/** How to start. */
export interface RunOptions {
  /** Variables, for example `Deno.env.toObject()`. */
  readonly variables: Readonly<Record<string, string>>;
  /** `dev` migrates by itself and serves every network; `start` refuses the sandbox network and an unmigrated database. */
  readonly mode: "dev" | "start";
  readonly log: Log;
  /** The config, where it is not `anchor.config.ts`. */
  readonly config?: ConfigFunction;
  /** How the sandbox's ledger closes; every second when absent. */
  readonly closeEvery?: number | "on submit" | "on demand";
  /** PEM certificates that callbacks trust beside those of the system. */
  readonly caCerts?: readonly string[];
  /** Seconds since 1970, for tokens alone. */
  readonly now?: () => number;
  /** Whether this process runs jobs by itself; true when absent. */
  readonly jobs?: boolean;
  /** Called at each named point, for tests that kill at one. */
  readonly pause?: Pause;
  /** Who signs in the place of the environment's own keys. */
  readonly signers?: Partial<Signers>;
}

/** A running gateway. */
export interface Running {
  readonly environment: Environment;
  readonly anchor: Anchor;
  readonly gateway: Gateway;
  readonly sandbox: Sandbox | null;
  /** Where it listens, for example `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the gateway.
 * @throws StartRefused with everything that has to be set or mended
 */
export async function run(options: RunOptions): Promise<Running> {
  const { variables, mode, log } = options;
  const environment = need(await loadEnvironment(variables));
  const { network, storage } = environment;
  if (mode === "start" && network === "sandbox") {
    throw new StartRefused("Cannot start on the sandbox network: run the task dev, or set STELLAR_NETWORK");
  }
  if (mode === "dev" && storage.deploy !== null) {
    throw new StartRefused(
      "Cannot run dev on Deno Deploy: migrate in predeploy, and serve with tasks/serve.ts",
    );
  }
  const stops: (() => void | Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    // Filled in below: the sandbox reaches the gateway in process, whatever PUBLIC_URL and TLS say.
    let serve: ((request: Request) => Response | Promise<Response>) | null = null;
    const sandbox = await openSandbox(environment, options, (request) => {
      const isOurs = serve && new URL(request.url).origin === new URL(environment.publicUrl).origin;
      return isOurs && serve ? Promise.resolve(serve(request)) : fetch(request);
    });
    if (sandbox) stops.push(() => sandbox.close());
    const anchor = need(
      await loadAnchor(options.config ?? config, {
        variables: environment.variables,
        network,
        publicUrl: environment.publicUrl,
        sandboxUrl: storage.sandboxUrl ?? sandbox?.url ?? (network === "public" ? "" : NO_SANDBOX),
        sandboxKey: sandboxKey(environment.webhookSecret),
        checks: [
          (anchor) => checkAsked(anchor).map((write) => ({ where: "anchor.config.ts", write })),
          (anchor) => edgeMistakes(anchor, storage),
        ],
      }),
    );
    const horizonUrl = environment.horizonUrl ?? sandbox?.horizonUrl;
    if (!horizonUrl) {
      throw new StartRefused("Cannot start: set HORIZON_URL, this network has no Horizon of its own");
    }
    const { database } = storage;
    const db = await openDatabase({
      url: database.url,
      onDeploy: storage.deploy !== null,
      ...(database.authToken ? { authToken: database.authToken } : {}),
    });
    stops.push(() => db.close());
    if (mode === "dev") {
      const prepared = await prepareRecords(db, { environment, anchor }, horizonUrl);
      if (prepared.kind === "prepared" && prepared.problems.length > 0) {
        throw new StartRefused(`Cannot start:\n- ${prepared.problems.join("\n- ")}`);
      }
    }
    const problems = await startProblems(db, { environment, anchor }).catch((error: unknown) => {
      if (error instanceof RecordsUnavailable) {
        return ["it does not answer: see LIBSQL_URL and LIBSQL_AUTH_TOKEN"];
      }
      throw error;
    });
    if (problems.length > 0) throw new StartRefused(`Cannot use the database:\n- ${problems.join("\n- ")}`);

    const gateway = await createGateway({
      environment,
      anchor,
      db,
      horizonUrl,
      log,
      ...(options.caCerts ? { caCerts: options.caCerts } : {}),
      ...(options.now ? { now: options.now } : {}),
      ...(options.pause ? { pause: options.pause } : {}),
      ...(options.signers ? { signers: options.signers } : {}),
    });
    stops.push(() => gateway.close());
    const { app, tomlFaults } = await createApp({
      gateway,
      environment,
      anchor,
      log,
      ...(sandbox
        ? {
          sandbox: {
            handle: (request: Request) => sandbox.app.fetch(request),
            keys: network === "sandbox" ? null : environment.operatorKeys.map(({ secret }) => secret),
          },
        }
        : {}),
    });
    const broken = tomlFaults.filter(({ level }) => level === "must");
    if (broken.length > 0) {
      throw new StartRefused(
        `Cannot publish stellar.toml:\n- ${broken.map(({ id, says }) => `${id}: ${says}`).join("\n- ")}`,
      );
    }
    for (const { id, says } of tomlFaults) log("warning", "stellar_toml", { id, says });
    serve = (request) => app.fetch(request);
    const server = await listen(environment, app.fetch);
    let stream: LedgerStream | null = null;
    let begin: ReturnType<typeof setTimeout> | undefined;
    if (options.jobs ?? storage.deploy === null) {
      // What a process begins with, each job's first turn, is not in the way of the first requests.
      begin = setTimeout(() => {
        gateway.runner.start();
        stream = gateway.followLedger();
      }, FIRST_TURN_MS);
    }
    // At once: jobs end between two steps, and requests are answered, within the little time that a platform gives.
    stops.push(async () => {
      clearTimeout(begin);
      await Promise.all([stream?.close(), gateway.runner.stop(), server.shutdown()]);
    });
    const scheme = environment.listening.tls ? "https" : "http";
    return {
      environment,
      anchor,
      gateway,
      sandbox,
      url: `${scheme}://${environment.listening.host}:${server.addr.port}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openSandbox(
  { network, publicUrl, horizonUrl, passphrase, storage, seeds, asset, homeDomains, webhookSecret }:
    Environment,
  { closeEvery = 1000 }: RunOptions,
  send: (request: Request) => Promise<Response>,
): Promise<Sandbox | null> {
  if (network === "public" || storage.sandboxDatabaseUrl === null) return null;
  const hasLedger = network === "sandbox" && horizonUrl === null;
  if (storage.sandboxDatabaseUrl.startsWith("file:")) await Deno.mkdir(storage.dataDir, { recursive: true });
  // Loaded where it runs: a cold start at the edge does not wait for what it never uses.
  const { startSandbox } = await import("./sandbox/mod.ts");
  const sandbox = await startSandbox({
    databaseUrl: storage.sandboxDatabaseUrl,
    ledger: hasLedger ? { passphrase, closeEvery, anchorUrl: publicUrl } : null,
    key: sandboxKey(webhookSecret),
    fetch: (input, init) => send(new Request(input, init)),
  });
  if (hasLedger && seeds.sandboxIssuer !== null) {
    await sandbox.seed({
      issuerSecret: seeds.sandboxIssuer,
      distributionSecret: seeds.distribution,
      code: asset.code,
      homeDomain: homeDomains[0],
    });
  }
  return sandbox;
}

async function listen(
  { listening }: Environment,
  handler: (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>,
): Promise<Deno.HttpServer<Deno.NetAddr>> {
  const { host: hostname, port, tls } = listening;
  const place = { hostname, port, onListen: () => {} };
  if (!tls) return Deno.serve(place, handler);
  const [cert, key] = await Promise.all([Deno.readTextFile(tls.certFile), Deno.readTextFile(tls.keyFile)]);
  return Deno.serve({ ...place, cert, key }, handler);
}

function need<Value>(
  checked: { ok: true; value: Value } | { ok: false; mistakes: Parameters<typeof describeMistakes>[0] },
): Value {
  if (checked.ok) return checked.value;
  throw new StartRefused(describeMistakes(checked.mistakes));
}
