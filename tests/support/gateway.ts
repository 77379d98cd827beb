/**
 * A whole gateway in this process, through `run()`: a folder and a port of its own, its sandbox beside it.
 * @module
 */
import config from "../../anchor.config.ts";
import { sandboxBank, type SandboxBankOptions } from "../../bank-rails/sandbox/mod.ts";
import type { AnchorConfig, ConfigFunction, ConfigInputs } from "../../core/config/anchor.ts";
import { createLog, type Log } from "../../core/log.ts";
import type { Pause } from "../../core/pause.ts";
import { sandboxKyc, type SandboxKycOptions } from "../../kyc-providers/sandbox/mod.ts";
import { run, type Running } from "../../main.ts";
import type { Signers } from "../../core/stellar/signers.ts";
import { booksBalance } from "./books-agree.ts";
import { type GatewayUnderTest, gatewayUnderTest } from "./gateway-under-test.ts";
import { freePort } from "./ports.ts";

/** Changes the default config. */
export type ChangeConfig = (
  config: AnchorConfig,
  inputs: ConfigInputs,
) => AnchorConfig | Promise<AnchorConfig>;

/** What the config is made of. */
export interface ConfigOptions {
  /** Around the default config. */
  readonly config?: ChangeConfig;
  /** What the default config's bank and bureau are like. */
  readonly bank?: Omit<SandboxBankOptions, "url" | "token">;
  readonly kyc?: Omit<SandboxKycOptions, "url" | "token">;
}

/** How to start; everything has a default. */
export interface GatewayOptions extends ConfigOptions {
  readonly variables?: Readonly<Record<string, string>>;
  /** `on submit` when absent. */
  readonly closeEvery?: number | "on submit" | "on demand";
  /** Whether jobs run in loops; by default `tick` alone drives them. */
  readonly jobs?: boolean;
  /** A folder that is kept: for a second start on the same records. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly mode?: "dev" | "start";
  /** What callbacks trust beside the system's certificates. */
  readonly caCerts?: readonly string[];
  /** Seconds since 1970, for tokens and sessions; the process's clock when absent. */
  readonly now?: () => number;
  /** Called at each named point. */
  readonly pause?: Pause;
  /** Who signs in the place of the environment's own keys. */
  readonly signers?: Partial<Signers>;
}

/** A gateway in this process, seen from inside and from outside. */
export interface TestGateway extends GatewayUnderTest {
  readonly running: Running;
  /** See `readLog`; they grow as it logs. */
  readonly faults: string[];
  readonly lines: string[];
}

/** Starts a gateway; `stop` it in a `finally`. {@link withGateway} does. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "kedge-" });
  const { log, faults, lines } = keptLog();
  const start = (port: number) =>
    run({
      variables: { DATA_DIR: dataDir, PORT: String(port), ...options.variables },
      mode: options.mode ?? "dev",
      log,
      config: configOf(options),
      ...(options.caCerts ? { caCerts: options.caCerts } : {}),
      ...(options.now ? { now: options.now } : {}),
      ...(options.pause ? { pause: options.pause } : {}),
      ...(options.signers ? { signers: options.signers } : {}),
      closeEvery: options.closeEvery ?? "on submit",
      jobs: options.jobs ?? false,
    });
  // Another test may have taken a port that was free a moment ago.
  const running = options.port === undefined
    ? await start(freePort()).catch((error: unknown) => {
      if (error instanceof Deno.errors.AddrInUse) return start(freePort());
      throw error;
    })
    : await start(options.port);
  const { environment, gateway, sandbox } = running;
  const seen = gatewayUnderTest({
    environment,
    assets: running.anchor.assets,
    distribution: gateway.ownAccounts.distribution,
    sandbox,
    horizonUrl: environment.horizonUrl ?? sandbox?.horizonUrl ?? "",
    db: gateway.db,
    dataDir,
    loops: options.jobs ?? false,
    tick: async () => void await gateway.runner.tick(10_000),
    readLogs: () => Promise.resolve([{ lines, faults }]),
    async stop() {
      await running.stop();
      if (options.dataDir === undefined) await Deno.remove(dataDir, { recursive: true });
    },
  });
  return { ...seen, running, faults, lines };
}

/** Runs a test against a gateway of its own, whose books balance at the end, and stops it, whatever comes. */
export async function withGateway<Result>(
  options: GatewayOptions,
  test: (gateway: TestGateway) => Promise<Result>,
): Promise<Result> {
  const gateway = await startGateway(options);
  try {
    const result = await test(gateway);
    await booksBalance(gateway.db);
    return result;
  } finally {
    await gateway.stop();
  }
}

/** A log that keeps what it is told. */
export function keptLog(): { readonly log: Log; readonly faults: string[]; readonly lines: string[] } {
  const faults: string[] = [];
  const lines: string[] = [];
  const written = createLog({ write: (line) => void lines.push(line) });
  return {
    faults,
    lines,
    log(level, event, fields) {
      written(level, event, fields);
      if (level === "error" || level === "alarm") faults.push(`${event} ${JSON.stringify(fields ?? {})}`);
    },
  };
}

/** The default config, changed as the options say. */
export function configOf({ config: change, bank, kyc }: ConfigOptions): ConfigFunction {
  return async (inputs) => {
    const { sandboxUrl, sandboxKey: token } = inputs;
    const given = await config(inputs);
    const shaped: AnchorConfig = {
      ...given,
      rails: bank === undefined
        ? given.rails
        : { ...given.rails, bank: { module: sandboxBank({ url: `${sandboxUrl}/bank`, token, ...bank }) } },
      kyc: kyc === undefined
        ? given.kyc
        : { ...given.kyc, bureau: { module: sandboxKyc({ url: `${sandboxUrl}/kyc`, token, ...kyc }) } },
    };
    return await change?.(shaped, inputs) ?? shaped;
  };
}
