/**
 * Tells a transfer what became of one of its refunds.
 * @module
 */
import type { Statement } from "../records/database.ts";
import type { TransferEvent } from "./events.ts";
import { type Applied, apply, type Books } from "./record.ts";
import { findRefund, type Refund } from "./refunds.ts";

/**
 * Applies the event. Where another process told the same meanwhile it is a duplicate, whatever the transfer as it stands
 * now would say of being told again: nothing of it may be left to go back.
 */
export async function tellRefund(
  books: Books,
  refund: Refund,
  event: TransferEvent,
  extra: () => readonly Statement[],
): Promise<Applied> {
  const { side, place, key, version } = refund;
  const isTold = async () => (await findRefund(books.db, side, place, key))?.version !== version;
  const duplicate: Applied = { kind: "duplicate", key: "refunds" };
  try {
    const applied = await apply(books, refund.transferId, event, extra);
    return applied.kind === "ignored" && await isTold() ? duplicate : applied;
  } catch (error) {
    if (await isTold()) return duplicate;
    throw error;
  }
}
