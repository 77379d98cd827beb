/**
 * An operator orders that a part of a transfer's money goes back where it came from.
 * @module
 */
import { audited, plainOrHash } from "../records/audit.ts";
import { orderPart, type PartOrdered, type PartOrdering, type WantedPart } from "../transfers/order-part.ts";
import type { Acting } from "./acting.ts";

/** Records the order with its entry in the audit log; a running gateway performs it. */
export function orderPartBy(
  on: Pick<Acting, "actor"> & PartOrdering,
  transferId: string,
  wanted: WantedPart,
): Promise<PartOrdered> {
  const act = {
    actor: on.actor,
    action: "transfer.refund_part",
    subject: plainOrHash(transferId),
    detail: {
      version: String(wanted.version),
      then: wanted.then,
      ...(on.liftsLimits ? { limits: "lifted" } : {}),
    },
  };
  return audited(
    on.books.db,
    "actions",
    act,
    ({ statements }) => orderPart(on, transferId, wanted, statements),
  );
}
