/**
 * Orders of parts, as an operator gives them.
 * @module
 */
import { orderPartBy } from "../../../core/operators/order-part.ts";
import type { Clearance } from "../../../core/transfers/events.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import type { MoneyAtWork } from "./money-at-work.ts";

/** What differs from an order that goes through. */
export interface PartHow {
  readonly then?: "hold" | "pay";
  /** That of the transfer as it stands when absent. */
  readonly version?: number;
  /** How the rest stands to limits. */
  readonly clearance?: Clearance;
  readonly actor?: string;
}

/** Orders that so much goes back. @returns why not, else the state that it led to */
export async function orderedPart(
  work: MoneyAtWork,
  { id }: Pick<Transfer, "id">,
  amount: bigint,
  how: PartHow = {},
): Promise<string> {
  const now = await work.now({ id });
  const { clearance = { kind: "cleared", tier: now.tier } as const } = how;
  const ordered = await orderPartBy(
    {
      books: work.books,
      actor: how.actor ?? "anna",
      liftsLimits: false,
      judge: () => Promise.resolve({ clearance, moved: { "day": 0n, "30 days": 0n }, unchanged: [] }),
      accepted: work.paying.accepted,
      isAccepted: work.paying.isAccepted,
      railOf: work.paying.railOf,
      vault: work.vault,
    },
    id,
    { amount, then: how.then ?? "hold", version: how.version ?? now.version },
  );
  return ordered.kind === "refused" ? ordered.reason : ordered.transfer.state;
}
