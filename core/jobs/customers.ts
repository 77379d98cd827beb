/**
 * Asks again about reviews without news, and moves transfers whose customers have been decided.
 * @module
 */
import type { Customers } from "../customers/mod.ts";
import { moveCursor, readCursor } from "../records/cursors.ts";
import type { Database } from "../records/database.ts";
import type { TransferCustomers } from "../transfers/customer-desk.ts";
import type { Job } from "./job.ts";
import { walk } from "./walk.ts";

/** How often a provider is asked what changed, for webhooks that were lost. */
const SWEEP_MS = 60_000;

/** Customers that are settled in one run. */
const PAGE = 500;

/** The jobs `kyc`, `kyc:<instance>` for each provider that lists changes, and `settle`. `onMoved` gets ids of transfers whose effects may be due now. */
export function customerJobs(
  { db, customers, desk, instances, onMoved, isReady = () => true }: {
    readonly db: Database;
    readonly customers: Customers;
    readonly desk: Pick<TransferCustomers, "settle">;
    /** Names of KYC instances. */
    readonly instances: readonly string[];
    readonly onMoved: (transferIds: readonly string[]) => Promise<void>;
    /** Whether an instance may be asked; all may when absent. */
    readonly isReady?: (instance: string) => boolean;
  },
): Job[] {
  return [
    {
      name: "kyc",
      everyMs: 5_000,
      run: async () => {
        const { asked, failures, faults } = await customers.poll(20);
        await customers.eraseUnboundFiles(50);
        await customers.forgetSendings();
        if (faults.length > 0) throw new AggregateError(faults, "Cannot ask about every review");
        // What failed waits for its next turn; only what went well asks for more at once.
        return asked - failures.length;
      },
    },
    ...instances.map((instance): Job => ({
      name: `kyc:${instance}`,
      everyMs: SWEEP_MS,
      run: async (budget) => {
        if (!isReady(instance)) return 0;
        let pages = 0;
        const faults: unknown[] = [];
        while (!budget.isSpent()) {
          const cursor = await readCursor(db, `kyc:${instance}`);
          const swept = await customers.sweep(instance, cursor.value);
          if (swept.kind === "failed") throw new Error(`Cannot sweep ${instance}: ${swept.error}`);
          if (swept.next !== null && swept.next !== cursor.value) await moveCursor(db, cursor, swept.next);
          faults.push(...swept.faults);
          if (!swept.more) break;
          pages++;
        }
        if (faults.length > 0) {
          throw new AggregateError(faults, `Cannot read all that changed at ${instance}`);
        }
        return pages;
      },
    })),
    {
      name: "settle",
      everyMs: 5_000,
      run: async (budget) => {
        const moved: string[] = [];
        const faults: unknown[] = [];
        await walk(db, "walk:settle", async (after) => {
          const { due, last } = await customers.customersToSettle({ after, limit: PAGE });
          let settled: string | null = null;
          for (const { customerId, type } of due) {
            if (budget.isSpent()) return { last: settled ?? after, done: null };
            try {
              moved.push(...await desk.settle(customerId, type));
            } catch (error) {
              // Met again on the next walk, and holds up no other customer.
              faults.push(error);
            }
            settled = customerId;
          }
          return { last, done: null };
        });
        if (moved.length > 0) await onMoved(moved);
        if (faults.length > 0) {
          throw new AggregateError(faults, "Cannot settle the transfers of every customer");
        }
        return moved.length;
      },
    },
  ];
}
