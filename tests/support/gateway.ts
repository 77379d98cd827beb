/**
 * A whole gateway in this process, through `run()`: a folder and a port of its own, its sandbox beside it. Nothing in it
 * moves by itself unless asked to: `tick` runs every job once and moves the database's clock past short waits, so that
 * journeys are quick and sleep through nothing.
 * @module
 */
import config from "../../anchor.config.ts";
import { sandboxBank, type SandboxBankOptions } from "../../bank-rails/sandbox/mod.ts";
import type { AnchorConfig, ConfigFunction, ConfigInputs } from "../../core/config/anchor.ts";
import { createLog, type Log } from "../../core/log.ts";
import { moveClock } from "../../core/records/clock.ts";
import { sandboxKyc, type SandboxKycOptions } from "../../kyc-providers/sandbox/mod.ts";
import { run, type Running } from "../../main.ts";
import { booksAgree } from "./books-agree.ts";
import { freePort } from "./ports.ts";
import { openWorld, type World } from "./world.ts";

/** Changes the default config. */
export type ChangeConfig = (
  config: AnchorConfig,
  inputs: ConfigInputs,
) => AnchorConfig | Promise<AnchorConfig>;

/** How to start; everything has a default. */
export interface GatewayOptions {
  readonly variables?: Readonly<Record<string, string>>;
  /** Around the default config. */
  readonly config?: ChangeConfig;
  /** What the default config's bank and bureau are like. */
  readonly bank?: Omit<SandboxBankOptions, "url" | "token">;
  readonly kyc?: Omit<SandboxKycOptions, "url" | "token">;
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
}

/** A running gateway, seen from inside and (by `world`) from outside. */
export interface TestGateway extends World {
  readonly running: Running;
  readonly dataDir: string;
  /** What was logged as `error` or `alarm`, as `event {fields}`. */
  readonly faults: string[];
  /** The log as it would be written, a line an entry. */
  readonly lines: string[];
  /** What else happens with each round, for example a courier who carries files. */
  readonly beside: (() => Promise<void>)[];
  /** Fails when books, bank and ledger do not agree to the last unit. */
  readonly booksAgree: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** How far the database's clock moves with a tick: past the waits that a working gateway has between its steps. */
const TICK_MS = 3_000;

/** Starts a gateway; `stop` it in a `finally`. {@link withGateway} does. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "kedge-" });
  const faults: string[] = [];
  const lines: string[] = [];
  const written = createLog({ write: (line) => void lines.push(line) });
  const beside: TestGateway["beside"] = [];
  const log: Log = (level, event, fields) => {
    written(level, event, fields);
    if (level === "error" || level === "alarm") faults.push(`${event} ${JSON.stringify(fields ?? {})}`);
  };
  const start = (port: number) =>
    run({
      variables: { DATA_DIR: dataDir, PORT: String(port), ...options.variables },
      mode: options.mode ?? "dev",
      log,
      config: configOf(options),
      ...(options.caCerts ? { caCerts: options.caCerts } : {}),
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
  const [asset] = running.anchor.assets;
  const horizonUrl = environment.horizonUrl ?? sandbox?.horizonUrl ?? "";
  const world = openWorld({
    publicUrl: environment.publicUrl,
    sandboxUrl: sandbox?.url ?? "",
    horizonUrl,
    passphrase: environment.passphrase,
    code: asset?.code ?? "",
    issuer: asset?.issuer ?? "",
    async advance() {
      await sandbox?.work();
      for (const happen of beside) await happen();
      if (options.jobs === true) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      } else {
        await gateway.runner.tick(10_000);
      }
      await moveClock(gateway.db, TICK_MS);
    },
    describe: () => Promise.resolve(faults.slice(-5).join("\n")),
  });
  return {
    ...world,
    running,
    dataDir,
    faults,
    lines,
    beside,
    booksAgree: () => booksAgree(world, gateway.db, gateway.ownAccounts.distribution, running.anchor.assets),
    async stop() {
      await running.stop();
      if (options.dataDir === undefined) await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** Runs a journey against a gateway of its own and stops it, whatever comes. */
export async function withGateway(
  options: GatewayOptions,
  journey: (gateway: TestGateway) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway(options);
  try {
    await journey(gateway);
  } finally {
    await gateway.stop();
  }
}

function configOf({ config: change, bank, kyc }: GatewayOptions): ConfigFunction {
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
