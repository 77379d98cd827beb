/**
 * An operator orders that unmatched money goes back where it came from (M-19).
 * @module
 */
import { audited, plainOrHash } from "../records/audit.ts";
import { type Ordered, type Ordering, orderReturn } from "../unmatched/order-return.ts";

/** Records the order with its entry in the audit log; a running gateway performs it. */
export function returnReceipt(on: Ordering, actor: string, receiptId: string): Promise<Ordered> {
  const act = { actor, action: "receipt.return", subject: plainOrHash(receiptId) };
  return audited(
    on.db,
    "actions",
    act,
    (entering) => orderReturn(on, receiptId, { ...entering, automatic: false }),
  );
}
