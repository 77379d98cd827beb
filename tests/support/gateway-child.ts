/**
 * A gateway whose bank and bureau are another process's, by `TEST_SANDBOX_URL`: what kill tests start. While the file
 * `TEST_DIES_AT` names a point (`core/pause.ts`), it kills itself there.
 * @module
 */
import config from "../../anchor.config.ts";
import { createLog } from "../../core/log.ts";
import type { Pause } from "../../core/pause.ts";
import { run } from "../../main.ts";
import { untilStopped } from "../../tasks/until-stopped.ts";

const sandboxUrl = Deno.env.get("TEST_SANDBOX_URL") ?? "";
const diesAt = Deno.env.get("TEST_DIES_AT");

/** What stood at the point waits for ever. */
function dieAt(path: string): Pause {
  return (point) => {
    if (Deno.readTextFileSync(path) !== point) return;
    Deno.kill(Deno.pid, "SIGKILL");
    return new Promise<void>(() => {});
  };
}

const running = await run({
  variables: Deno.env.toObject(),
  mode: "dev",
  log: createLog(),
  config: (inputs) => config({ ...inputs, sandboxUrl }),
  ...(diesAt === undefined ? {} : { pause: dieAt(diesAt) }),
});
await untilStopped(running);
