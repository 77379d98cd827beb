/**
 * Jobs on Deno Deploy: one cron entry, a tick each minute (DESIGN §9).
 * @module
 */
import { isOnDeploy } from "../core/config/environment/storage.ts";
import { TICK_MS } from "../core/jobs/runner.ts";
import { describeError, type Log } from "../core/log.ts";
import type { Running } from "../main.ts";

/** Registers a handler with the platform, as `Deno.cron` does. */
export type Cron = (name: string, schedule: string, handler: () => Promise<void>) => unknown;

/**
 * Registers the entry, where this is Deno Deploy. To be called at the top level of the program and before it awaits
 * anything: the platform learns of entries by running the program so far. So the entry stands on every timeline, and
 * does nothing where it is not production.
 * @param started the gateway; null when its start failed, of which nobody needs to be told twice
 */
export function scheduleJobs({ cron, variables, started, log }: {
  readonly cron: Cron | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly started: Promise<Pick<Running, "environment" | "gateway"> | null>;
  readonly log: Log;
}): void {
  if (!isOnDeploy({ text: (name) => variables[name] || null })) return;
  if (cron === undefined) {
    log("warning", "jobs.no_cron", { instead: "POST /jobs/run, with JOBS_SECRET, from a scheduler" });
    return;
  }
  cron("kedge jobs", "* * * * *", async () => {
    const running = await started;
    if (running?.environment.storage.deploy?.runsJobs !== true) return;
    const { failed } = await running.gateway.runner.work(TICK_MS).catch((error: unknown) => {
      log("error", "jobs.tick_failed", describeError(error));
      return { failed: ["the tick itself"] };
    });
    // What is thrown shows beside the entry; it is not tried again before the next minute, which goes on by itself.
    if (failed.length > 0) throw new Error(`Failed: ${failed.join(", ")}; the log says why`);
  });
}
