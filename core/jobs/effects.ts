/**
 * Performs effects that are due: those whose request had no time left, and those that are to be continued.
 * @module
 */
import type { Effects } from "../effects.ts";
import type { Job } from "./job.ts";

/** The job `effects`. */
export function effectsJob(effects: Effects, everyMs = 500): Job {
  return {
    name: "effects",
    everyMs,
    isDue: effects.isWorkDue,
    run: (budget) => effects.performDue(50, budget.isSpent),
  };
}
