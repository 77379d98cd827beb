/**
 * `deno task start`: serves the gateway on every network but the sandbox, logging one JSON object a line. On Deno Deploy
 * the entry point is made of this, by `deno task bundle`.
 * @module
 */
import { createLog } from "../core/log.ts";
import { run, type Running, StartRefused } from "../main.ts";
import { scheduleJobs } from "./edge-jobs.ts";
import { permissionAdvice } from "./permission.ts";
import { untilStopped } from "./until-stopped.ts";

/** Deno Deploy kills what has not ended five seconds after its signal. */
const DEPLOY_GRACE_MS = 4_500;

const log = createLog();
const variables = Deno.env.toObject();
const { promise: started, resolve: tellStarted } = Promise.withResolvers<Running | null>();
scheduleJobs({ cron: Deno.cron, variables, started, log });

const write = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text));
try {
  const running = await run({ variables, mode: "start", log });
  tellStarted(running);
  const onDeploy = running.environment.storage.deploy !== null;
  await untilStopped(running, onDeploy ? DEPLOY_GRACE_MS : Infinity);
} catch (error) {
  tellStarted(null);
  const reason = error instanceof StartRefused ? error.message : permissionAdvice(error, "tasks/serve.ts");
  if (reason === null) throw error;
  write(`${reason}\n`);
  Deno.exit(1);
}
