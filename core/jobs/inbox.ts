/**
 * Reads webhooks that were committed and not yet read.
 * @module
 */
import type { ReadInbox } from "../inbox.ts";
import type { Job } from "./job.ts";

/** The job `inbox`. */
export function inboxJob(read: ReadInbox, everyMs = 1_000): Job {
  return { name: "inbox", everyMs, isDue: read.isDue, run: (budget) => read.due(20, budget.isSpent) };
}
