/**
 * A process in which gateways are started, one after the other, on the word of a test: a runtime costs far more to start
 * than a gateway. It listens on 127.0.0.1 at the port given. `PUT /gateway` starts one, `DELETE /gateway` stops it,
 * `GET /log` gives what it logged. SIGTERM stops it in order and ends the process.
 * @module
 */
import { run, type Running } from "../../main.ts";
import { untilStopped } from "../../tasks/until-stopped.ts";
import { configOf, type ConfigOptions, keptLog } from "./gateway.ts";
import type { AnchoredAsset, Logged } from "./gateway-under-test.ts";
import { changeOf, type Setting } from "./settings.ts";

/** What is to be started, as JSON. */
export interface HostOrder extends Omit<ConfigOptions, "config"> {
  readonly variables: Readonly<Record<string, string>>;
  readonly setting?: Setting;
  /** The sandbox, which lives in the test's own process. */
  readonly sandboxUrl: string;
  readonly jobs: boolean;
  readonly caCerts?: readonly string[];
}

/** What was started. */
export interface HostAnswer {
  readonly url: string;
  readonly distribution: string;
  readonly assets: readonly AnchoredAsset[];
}

let running: Running | null = null;
let kept = keptLog();

async function start(order: HostOrder): Promise<HostAnswer> {
  const { variables, setting, sandboxUrl, jobs, caCerts, ...shape } = order;
  const config = configOf({ ...shape, ...(setting ? { config: changeOf(setting) } : {}) });
  kept = keptLog();
  running = await run({
    variables,
    mode: "dev",
    log: kept.log,
    config: (inputs) => config({ ...inputs, sandboxUrl }),
    jobs,
    ...(caCerts ? { caCerts } : {}),
  });
  const { url, gateway, anchor } = running;
  return {
    url,
    distribution: gateway.ownAccounts.distribution,
    assets: anchor.assets.map(({ id, code, issuer }) => ({ id, code, issuer })),
  };
}

async function stop(): Promise<void> {
  const ending = running;
  running = null;
  await ending?.stop();
}

async function answer(request: Request): Promise<Response> {
  switch (`${request.method} ${new URL(request.url).pathname}`) {
    case "PUT /gateway":
      return Response.json(await start(await request.json()));
    case "DELETE /gateway":
      await stop();
      return new Response(null, { status: 204 });
    case "GET /log": {
      const { lines, faults }: Logged = kept;
      return Response.json({ lines, faults });
    }
    default:
      return new Response(null, { status: 404 });
  }
}

if (import.meta.main) {
  // Tests that were killed cannot say goodbye.
  const parent = Deno.ppid;
  setInterval(() => Deno.ppid === parent || Deno.exit(1), 1_000);
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: Number(Deno.args[0]),
    onListen: () => {},
    // Whoever ordered it reads why it did not start.
    onError: (error) => new Response(error instanceof Error ? error.stack : String(error), { status: 500 }),
  }, answer);
  await untilStopped({
    async stop() {
      await stop();
      await server.shutdown();
    },
  });
}
