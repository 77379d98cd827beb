/**
 * A gateway that dies: served as always, its jobs in loops, its bank and bureau in another process (`CHAOS_SANDBOX_URL`).
 * Where `CHAOS_POINT` and `CHAOS_COUNT` say so (and `CHAOS_TABLE`, after batches of it alone) it kills itself at that point, as a
 * power cut would. Its callbacks trust the
 * authority in the file `CHAOS_AUTHORITY`. Standard error gets a line for each error and alarm of the log.
 * @module
 */
import { createLog } from "../../core/log.ts";
import { run } from "../../main.ts";
import { untilStopped } from "../until-stopped.ts";
import { chaosConfig } from "./config.ts";
import { killerAt } from "./deaths.ts";

const encoder = new TextEncoder();
const say = (line: string) => void Deno.stderr.writeSync(encoder.encode(line));

const point = Deno.env.get("CHAOS_POINT");
const authority = Deno.env.get("CHAOS_AUTHORITY");
const log = createLog({ write: say });
const running = await run({
  variables: Deno.env.toObject(),
  mode: "dev",
  log(level, event, fields) {
    if (level === "error" || level === "alarm") log(level, event, fields);
  },
  config: chaosConfig(Deno.env.get("CHAOS_SANDBOX_URL") ?? ""),
  ...(authority === undefined ? {} : { caCerts: [await Deno.readTextFile(authority)] }),
  ...(point === undefined ? {} : {
    pause: killerAt(point, Number(Deno.env.get("CHAOS_COUNT")), () => {
      say(`${JSON.stringify({ died: point })}\n`);
      Deno.kill(Deno.pid, "SIGKILL");
    }, Deno.env.get("CHAOS_TABLE")),
  }),
});
await untilStopped(running);
