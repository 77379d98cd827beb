/**
 * A gateway under load: served as always, its jobs in loops, its bank and bureau in another process (`LOAD_SANDBOX_URL`).
 * Standard error gets a line for each entry of the log that is no mere information, and one for memory every few seconds.
 * @module
 */
import config from "../../anchor.config.ts";
import { createLog } from "../../core/log.ts";
import { run } from "../../main.ts";
import { untilStopped } from "../until-stopped.ts";
import { sampleMemory } from "./memory.ts";

const encoder = new TextEncoder();
const say = (line: string) => void Deno.stderr.writeSync(encoder.encode(line));

const sandboxUrl = Deno.env.get("LOAD_SANDBOX_URL") ?? "";
const everything = createLog();
const trouble = createLog({ write: say });
const running = await run({
  variables: Deno.env.toObject(),
  mode: "dev",
  log(level, event, fields) {
    everything(level, event, fields);
    if (level !== "info") trouble(level, event, fields);
  },
  config: (inputs) => config({ ...inputs, sandboxUrl }),
});
const endSampling = sampleMemory((memory) => say(`${JSON.stringify({ memory })}\n`));
await untilStopped({
  async stop() {
    endSampling();
    await running.stop();
  },
});
