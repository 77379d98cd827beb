/**
 * A gateway whose bank and bureau are another process's, by `TEST_SANDBOX_URL`: what kill tests start.
 * @module
 */
import config from "../../anchor.config.ts";
import { createLog } from "../../core/log.ts";
import { run } from "../../main.ts";
import { untilStopped } from "../../tasks/until-stopped.ts";

const sandboxUrl = Deno.env.get("TEST_SANDBOX_URL") ?? "";
const running = await run({
  variables: Deno.env.toObject(),
  mode: "dev",
  log: createLog(),
  config: (inputs) => config({ ...inputs, sandboxUrl }),
});
await untilStopped(running);
