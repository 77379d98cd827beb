/**
 * The gateway under measure: the whole of it, served as always, and beside it on another port what it is compared with, and
 * what the process has used so far.
 *
 * Jobs rest unless `BENCH_JOBS` is `on`, so that a figure of requests is one of requests.
 * @module
 */
import config from "../../anchor.config.ts";
import { createLog } from "../../core/log.ts";
import { run } from "../../main.ts";
import { untilStopped } from "../until-stopped.ts";
import { serveBeside } from "./beside.ts";
import { sayReady } from "./child.ts";

const sandboxUrl = Deno.env.get("BENCH_SANDBOX_URL") ?? "";
// As it would be in production, but for where the lines go: a pipe that the bench reads would cost the bench.
const file = await Deno.open(`${Deno.env.get("DATA_DIR")}/gateway.log`, { create: true, append: true });
const encoder = new TextEncoder();
const running = await run({
  variables: Deno.env.toObject(),
  mode: "dev",
  log: createLog({ write: (line) => void file.writeSync(encoder.encode(line)) }),
  config: (inputs) => config({ ...inputs, sandboxUrl }),
  jobs: Deno.env.get("BENCH_JOBS") === "on",
});
const beside = serveBeside(running);
sayReady({ besideUrl: `http://127.0.0.1:${beside.addr.port}`, signingKey: running.gateway.signingKey });
await untilStopped({
  stop: async () => {
    await beside.shutdown();
    await running.stop();
  },
});
