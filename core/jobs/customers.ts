/**
 * Asks again about reviews without news, and moves transfers whose customers have been decided.
 * @module
 */
import type { Customers } from "../customers/mod.ts";
import type { TransferCustomers } from "../transfers/customer-desk.ts";
import type { Job } from "./job.ts";

/** The jobs `kyc` and `settle`. `onMoved` gets ids of transfers whose effects may be due now. */
export function customerJobs(
  customers: Customers,
  desk: Pick<TransferCustomers, "settle">,
  onMoved: (transferIds: readonly string[]) => Promise<void>,
): Job[] {
  let after: string | null = null;
  return [
    {
      name: "kyc",
      everyMs: 5_000,
      run: async () => {
        const { asked, failures } = await customers.poll(20);
        await customers.eraseUnboundFiles(50);
        // What failed waits for its next turn; only what went well asks for more at once.
        return asked - failures.length;
      },
    },
    {
      name: "settle",
      everyMs: 5_000,
      run: async (budget) => {
        const page = await customers.customersToSettle({ after, limit: 50 });
        const moved: string[] = [];
        for (const { customerId, type } of page) {
          if (budget.isSpent()) break;
          moved.push(...await desk.settle(customerId, type));
        }
        after = page.at(-1)?.customerId ?? null;
        if (moved.length > 0) await onMoved(moved);
        return moved.length;
      },
    },
  ];
}
