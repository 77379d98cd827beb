/**
 * Where a bench measures: the outside world and the gateway, each in a process of its own, with a folder that goes away.
 * @module
 */
import { z } from "zod";
import { freePort } from "../free-port.ts";
import { startChild } from "./child.ts";

/** What a process has used so far: microseconds of CPU of all its threads, bytes of memory. */
export type Used = Readonly<z.output<typeof usedSchema>>;

/** The gateway under measure and its world. */
export interface Place {
  readonly publicUrl: string;
  /** Where bare routes and {@link Place.used} answer, in the gateway's process. */
  readonly besideUrl: string;
  readonly sandboxUrl: string;
  readonly horizonUrl: string;
  readonly dataDir: string;
  readonly gatewayPid: number;
  readonly worldPid: number;
  /** `SIGNING_KEY` of the gateway. */
  readonly signingKey: string;
  readonly used: () => Promise<Used>;
  readonly stop: () => Promise<void>;
}

const usedSchema = z.object({ cpu: z.number(), rss: z.number(), heap: z.number() });
const worldReady = z.object({ sandboxUrl: z.string(), horizonUrl: z.string() });
const gatewayReady = z.object({ besideUrl: z.string(), signingKey: z.string() });

/**
 * Starts both.
 * @param options.prepare fills the folder before the gateway starts, with the world already there
 * @param options.flags of the gateway's runtime, for example `--cpu-prof`
 */
export async function startPlace(
  { variables = {}, flags = [], prepare }: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly flags?: readonly string[];
    readonly prepare?: (dataDir: string, variables: Readonly<Record<string, string>>) => Promise<void>;
  } = {},
): Promise<Place> {
  const dataDir = await Deno.makeTempDir({ prefix: "kedge-bench-" });
  const stops: (() => Promise<void>)[] = [() => Deno.remove(dataDir, { recursive: true })];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const port = freePort();
    const shared = {
      DATA_DIR: dataDir,
      PORT: String(port),
      PUBLIC_URL: `http://localhost:${port}`,
      // Many clients behind one proxy: each has a rate limit of its own.
      TRUSTED_PROXIES: "127.0.0.1",
      ...variables,
    };
    const world = await startChild({
      program: "tasks/bench/world-program.ts",
      variables: shared,
      ready: worldReady,
    });
    stops.push(world.stop);
    const { sandboxUrl, horizonUrl } = world.ready;
    const ofGateway = { ...shared, HORIZON_URL: horizonUrl, BENCH_SANDBOX_URL: sandboxUrl };
    await prepare?.(dataDir, ofGateway);
    const gateway = await startChild({
      program: "tasks/bench/gateway-program.ts",
      variables: ofGateway,
      ready: gatewayReady,
      flags,
    });
    stops.push(gateway.stop);
    const { besideUrl, signingKey } = gateway.ready;
    return {
      publicUrl: `http://127.0.0.1:${port}`,
      besideUrl,
      sandboxUrl,
      horizonUrl,
      dataDir,
      gatewayPid: gateway.pid,
      worldPid: world.pid,
      signingKey,
      used: async () => usedSchema.parse(await (await fetch(`${besideUrl}/used`)).json()),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
