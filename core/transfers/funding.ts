/**
 * Books money that came for a transfer: fee and tier follow what came, judged anew whenever the customer has moved more
 * meanwhile (M-18).
 * @module
 */
import type { Statement } from "../records/database.ts";
import type { TransferEvent } from "./events.ts";
import { findTransfer } from "./find.ts";
import { hasMovedMore, type Moved } from "./limits.ts";
import { type Applied, apply, type Books } from "./record.ts";
import { excessOf } from "./terms.ts";
import type { Tiers } from "./tiers.ts";
import type { Transfer } from "./transfer.ts";

/** What funding needs. */
export interface Funding {
  readonly books: Books;
  readonly judge: Tiers["judge"];
}

/** What came, before it is judged. */
export type Money = Omit<Extract<TransferEvent, { type: "money_received" }>, "type" | "clearance">;

/** What an operator says came, before it is judged. */
export type AssignedMoney = Omit<Extract<TransferEvent, { type: "money_assigned" }>, "clearance">;

/** Transfers of one customer that are funded at the same moment are few; more often than this is a fault of ours. */
const RACES = 8;

/**
 * Applies `money_received`, or `money_assigned` where the money says so.
 * @param extra rows of the same batch, as for `apply`
 */
export async function fund(
  { books, judge }: Funding,
  transferId: string,
  money: Money | AssignedMoney,
  extra: (transfer: Transfer) => readonly Statement[],
): Promise<Applied> {
  let before: Moved | null = null;
  for (let race = 1; race <= RACES; race++) {
    const transfer = await findTransfer(books.db, transferId);
    if (!transfer) throw new Error(`Cannot fund transfer ${transferId}: it is not there`);
    // What goes back again at once is not moved.
    const { terms, amountIn, received } = transfer;
    const stays = money.amount - excessOf(terms, amountIn, received + money.amount);
    const { clearance, moved, unchanged } = await judge(transfer, stays);
    // What was stale last time was not the sums: another process told of the same money.
    if (before && !hasMovedMore(moved, before)) return { kind: "duplicate", key: "extra" };
    before = moved;
    const applied = await apply(
      books,
      transferId,
      { type: "money_received", ...money, clearance },
      (current) => [...unchanged, ...extra(current)],
    );
    if (applied.kind !== "duplicate" || applied.key !== "extra") return applied;
  }
  throw new Error(`Cannot fund transfer ${transferId}: its customer moved more ${RACES} times meanwhile`);
}
