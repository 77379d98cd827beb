/**
 * A place for one test: a folder, storage and an address of its own, where a gateway is started, stopped and started again
 * on what it has written.
 * @module
 */
import { booksBalance } from "./books-agree.ts";
import { startGateway } from "./gateway.ts";
import type { GatewayOptions } from "./gateway.ts";
import { openProcesses } from "./gateway-processes.ts";
import type { GatewayUnderTest } from "./gateway-under-test.ts";
import { readyHosts } from "./hosts.ts";
import type { Layout } from "./layouts.ts";
import { changeOf, type Setting } from "./settings.ts";
import type { StartedStorage } from "./storages.ts";

/** How to start a gateway at a place. All of it can go to another process. */
export interface PlaceOptions extends Omit<GatewayOptions, "config" | "dataDir" | "port" | "mode" | "pause"> {
  readonly setting?: Setting;
  /** Variables of one of its processes, counted from 0: while something new is rolled out they differ. */
  readonly variablesOf?: (index: number) => Readonly<Record<string, string>>;
  /** Where the gateway has processes of its own: whether they start and end with it. Else they served before, and go on. */
  readonly newProcesses?: boolean;
}

/** A place. */
export interface Place {
  readonly dataDir: string;
  /** Tell any program of the project where the records and sessions of this place are. */
  readonly variables: () => Promise<Readonly<Record<string, string>>>;
  /** Starts the gateway; `stop` it in a `finally`. */
  readonly startGateway: (options?: PlaceOptions) => Promise<GatewayUnderTest>;
  /** Runs a journey against the gateway, whose books balance at the end, and stops it, whatever comes. */
  readonly withGateway: (
    options: PlaceOptions,
    journey: (gateway: GatewayUnderTest) => Promise<void>,
  ) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Opens a place of a layout, empty. */
export async function openPlace({ storage: kind, processes }: Layout): Promise<Place> {
  const dataDir = await Deno.makeTempDir({
    prefix: "kedge-",
    ...(processes > 1 ? { dir: readyHosts().folder } : {}),
  });
  const storage = kind.start(dataDir);
  const gateways = processes === 1
    ? inThisProcess(dataDir, storage)
    : openProcesses({ count: processes, dataDir, storage });
  const startGateway = (options: PlaceOptions = {}) => gateways.start(options);
  return {
    dataDir,
    variables: async () => ({ DATA_DIR: dataDir, ...(await storage).variables }),
    startGateway,
    async withGateway(options, journey) {
      const gateway = await startGateway(options);
      try {
        await journey(gateway);
        await booksBalance(gateway.db);
      } finally {
        await gateway.stop();
      }
    },
    async stop() {
      await gateways.stop();
      await (await storage).stop();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** A gateway that is this very process; its address stays what it was at the first start. */
function inThisProcess(dataDir: string, storage: Promise<StartedStorage>) {
  let port: number | undefined;
  return {
    async start({ setting, variables, variablesOf, ...options }: PlaceOptions): Promise<GatewayUnderTest> {
      const gateway = await startGateway({
        ...options,
        dataDir,
        variables: { ...(await storage).variables, ...variables, ...variablesOf?.(0) },
        ...(setting ? { config: changeOf(setting) } : {}),
        ...(port === undefined ? {} : { port }),
      });
      port = gateway.running.environment.listening.port;
      return gateway;
    },
    stop: () => Promise.resolve(),
  };
}
