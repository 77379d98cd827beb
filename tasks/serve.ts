/**
 * `deno task start`: serves the gateway on every network but the sandbox, logging one JSON object a line.
 * @module
 */
import { createLog } from "../core/log.ts";
import { run, StartRefused } from "../main.ts";
import { permissionAdvice } from "./permission.ts";
import { untilStopped } from "./until-stopped.ts";

const write = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text));
try {
  const running = await run({ variables: Deno.env.toObject(), mode: "start", log: createLog() });
  await untilStopped(running);
} catch (error) {
  const reason = error instanceof StartRefused ? error.message : permissionAdvice(error, "tasks/serve.ts");
  if (reason === null) throw error;
  write(`${reason}\n`);
  Deno.exit(1);
}
