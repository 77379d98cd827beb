/**
 * Tells a wallet of SEP-24 transfers: of each change, and once of the end of the interactive flow. Both are parts of the
 * batch that makes the change, and both carry the whole transaction, since they may arrive in any order (trap 25).
 * @module
 */
import type { Outbox } from "../records/outbox.ts";
import type { TransferEvent } from "../transfers/events.ts";
import type { Change, Tell } from "../transfers/record.ts";
import { IN_FLOW } from "../transfers/states.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { kycVerified } from "./sep24-transaction.ts";
import {
  createStatusTeller,
  hasMoved,
  messageOf,
  type Messages,
  type StatusTelling,
} from "./status-callback.ts";

/** Creates the teller of `on_change_callback`: of each change of `status` or `kyc_verified` (R-24-78). */
export function createSep24Teller(telling: StatusTelling): Tell {
  const isNews = (change: Change) =>
    hasMoved("sep24", change) || kycVerified(change.before) !== kycVerified(change.after);
  return createStatusTeller("sep24", isNews, telling);
}

/** Kind of the effect that posts the end of the flow; its subject is the transfer. */
export const FLOW_END_EFFECT = "transfer_callback_once";

/** What ends a flow that the person has left: nobody is told of that (R-24-77). */
const ABANDONED: ReadonlySet<TransferEvent["type"]> = new Set<TransferEvent["type"]>([
  "time_ran_out",
  "customer_erased",
]);

/**
 * Creates the teller of `callback`: once, when the person has nothing more to give, or is refused for good (R-24-75).
 *
 * At most once (R-24-76): no transfer ever comes back into the flow that it has left, so its batch is written once, and the
 * outbox sends what it holds once. The effect's key is this teller's alone: a second one would make the batch of the change
 * a duplicate.
 * @param addressOf where a transfer's end is posted to, judged by whoever took it; `null` when nobody asked
 */
export function createFlowEndTeller(
  { outbox, addressOf, ...messages }: Messages & {
    readonly outbox: Pick<Outbox, "insert">;
    readonly addressOf: (transfer: Transfer) => string | null;
  },
): Tell {
  return async (change) => {
    const { before, after, event } = change;
    if (after.protocol !== "sep24" || ABANDONED.has(event.type)) return [];
    const url = IN_FLOW.has(before.state) && !IN_FLOW.has(after.state) ? addressOf(after) : null;
    if (url === null) return [];
    return [outbox.insert({
      id: `${FLOW_END_EFFECT}:${after.id}`,
      kind: FLOW_END_EFFECT,
      subject: after.id,
      delivery: "at_most_once",
      lane: "post",
      body: { url, text: await messageOf(messages, change) },
    })];
  };
}
