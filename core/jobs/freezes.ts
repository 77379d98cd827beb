/**
 * Brings transfers in line with who is frozen (M-21): whoever took money back, or lifted a freeze, may have died before.
 * @module
 */
import type { Books } from "../transfers/record.ts";
import { settleFreezes } from "../transfers/freezes.ts";
import type { Job } from "./job.ts";

/** The job `freezes`. `onMoved` gets ids of transfers whose effects may be due now. */
export function freezesJob(
  books: Books,
  onMoved: (transferIds: readonly string[]) => Promise<void>,
  everyMs = 10_000,
): Job {
  return {
    name: "freezes",
    everyMs,
    run: async () => {
      const moved = await settleFreezes(books);
      if (moved.length > 0) await onMoved(moved);
      return moved.length;
    },
  };
}
