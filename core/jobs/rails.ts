/**
 * Makes rails ready and reads their statements (P10).
 * @module
 */
import { readStatementFiles, writePaymentFiles } from "../bank/files.ts";
import type { BankPaying } from "../bank/payouts.ts";
import { pollRail } from "../bank/poll.ts";
import type { RailInstance } from "../bank/rails.ts";
import type { Receiving } from "../bank/receive.ts";
import type { Job } from "./job.ts";

/** One job for each rail that can be polled, resting until it is ready. `onMoved` gets ids of transfers whose effects may be due now. */
export function railJobs(
  receiving: Receiving,
  rails: readonly RailInstance[],
  onMoved: (transferIds: readonly string[]) => Promise<void>,
  isReady: (instance: string) => boolean = () => true,
): Job[] {
  return rails.flatMap((instance) => {
    const { pollEverySeconds } = instance.rail.declares.news;
    if (pollEverySeconds === null || !instance.rail.readStatement) return [];
    return [{
      name: `rail:${instance.name}`,
      everyMs: pollEverySeconds * 1000,
      run: async (budget) => {
        if (!isReady(instance.name)) return 0;
        const { moved, complete } = await pollRail(receiving, instance, budget.isSpent);
        if (moved.length > 0) await onMoved(moved);
        return complete ? 0 : 1;
      },
    }];
  });
}

/** One job for each rail whose news or orders are files. */
export function fileJobs(
  receiving: Receiving,
  paying: Pick<BankPaying, "books" | "beneficiaryOf">,
  rails: readonly RailInstance[],
  onMoved: (transferIds: readonly string[]) => Promise<void>,
): Job[] {
  return rails.filter(({ rail }) => rail.declares.news.files).map((instance) => ({
    name: `files:${instance.name}`,
    everyMs: 10_000,
    run: async (budget) => {
      const moved = await readStatementFiles(receiving, instance, budget.isSpent);
      if (moved.length > 0) await onMoved(moved);
      await writePaymentFiles(paying, instance);
      return 0;
    },
  }));
}

/** A module that makes itself ready at its provider: until it succeeds, then never again in this process. */
export function prepareJob(
  modules: readonly { readonly name: string; readonly prepare: () => Promise<boolean> }[],
  onReady: (instance: string) => void = () => {},
): Job {
  const waiting = new Set(modules);
  return {
    name: "prepare",
    everyMs: 5_000,
    run: async (budget) => {
      const faults: unknown[] = [];
      for (const module of waiting) {
        if (budget.isSpent()) break;
        try {
          if (!await module.prepare()) continue;
        } catch (error) {
          // A module that throws is asked again, and holds up no other.
          faults.push(error);
          continue;
        }
        waiting.delete(module);
        onReady(module.name);
      }
      if (faults.length > 0) throw new AggregateError(faults, "Cannot make every module ready");
      return 0;
    },
  };
}
