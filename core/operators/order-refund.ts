/**
 * An operator orders that a transfer's money goes back where it came from.
 * @module
 */
import { audited, plainOrHash } from "../records/audit.ts";
import { type Ordered, orderRefund } from "../transfers/order-refund.ts";
import type { Acting } from "./acting.ts";

/** Records the order with its entry in the audit log; a running gateway performs it. */
export function orderRefundBy(
  { books, actor }: Pick<Acting, "books" | "actor">,
  transferId: string,
): Promise<Ordered> {
  const act = { actor, action: "transfer.refund", subject: plainOrHash(transferId) };
  return audited(books.db, "actions", act, ({ statements }) => orderRefund(books, transferId, statements));
}
