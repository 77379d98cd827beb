/**
 * When money may go back: conditions that are looked at first and hold again in the batch that stores the refund.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import type { Performance } from "../effects.ts";
import { endedBy } from "./ended-by.ts";
import { isFrozen, notFrozen } from "./freezes.ts";
import { payoutsGoOn } from "./payout-stop.ts";
import { apply, type Books } from "./record.ts";
import { WENT_BACK } from "./refunds.ts";
import type { Transfer } from "./transfer.ts";

/** Whether the customer is accepted: money goes back by itself only while it is so (M-22). */
export interface Acceptance {
  /** Makes a batch stale unless the customer is accepted at this moment. */
  readonly accepted: (transfer: Transfer) => Promise<Statement>;
  readonly isAccepted: (transfer: Transfer) => Promise<boolean>;
}

/** A payout that may have reached its receiver, or still may. */
const PAYOUT_OPEN = `select 1 from attempts where transfer_id = ? and purpose = 'payout'
  and state not in ('failed', 'absent', 'returned')`;

/** A refund that may have reached the payer, or still may. */
const REFUND_OPEN = `select 1 from attempts where transfer_id = ? and purpose = 'refund'
    and state in ('stored', 'sent', 'undecidable')
  union all select 1 from refunds where transfer_id = ? and side = 'bank' and state in ('stored', 'sent')`;

/** SQL with the transfer's id twice: something of it has gone out, or may have. */
export const MAY_HAVE_LEFT = `${PAYOUT_OPEN}
  union all select 1 from refunds where transfer_id = ? and state <> 'failed'`;

/** True while a payout of the transfer is not finally failed: money must not leave twice (M-15). */
export async function isPayoutOpen(db: Database, { id }: Pick<Transfer, "id">): Promise<boolean> {
  return (await db.query({ sql: `${PAYOUT_OPEN} limit 1`, args: [id] })).length > 0;
}

/** True when it is not known of an envelope whether it sent money back. */
export async function isRefundUndecided(db: Database, { id }: Pick<Transfer, "id">): Promise<boolean> {
  const rows = await db.query({
    sql: `select 1 from attempts where transfer_id = ? and purpose = 'refund'
          and state in ('stored', 'sent', 'undecidable') limit 1`,
    args: [id],
  });
  return rows.length > 0;
}

/** True while a refund may have reached the payer, or still may. */
export async function isRefundOpen(db: Database, { id }: Pick<Transfer, "id">): Promise<boolean> {
  return (await db.query({ sql: `${REFUND_OPEN} limit 1`, args: [id, id] })).length > 0;
}

/** Makes a batch stale while a payout may have reached its receiver. */
export function noPayoutOpen({ id }: Pick<Transfer, "id">): Statement {
  return expect(`not exists (${PAYOUT_OPEN})`, [id]);
}

/** Makes a batch stale while a refund may have reached the payer, or still may. */
export function noRefundOpen({ id }: Pick<Transfer, "id">): Statement {
  return expect(`not exists (${REFUND_OPEN})`, [id, id]);
}

/**
 * What stands in the way of a refund that is to be stored now: `null` for nothing. A customer who is not accepted any
 * more (M-22), or who owes us money (M-21), leaves the money with us, unless an operator has ordered that it goes back.
 */
export async function heldBack(
  on: Acceptance & { readonly books: Books },
  transfer: Transfer,
): Promise<Performance | null> {
  const { db } = on.books;
  const event = await isPayoutOpen(db, transfer)
    ? { type: "refund_failed", again: false } as const
    : await isOrdered(db, transfer)
    ? null
    : await on.isAccepted(transfer) && !await isFrozen(db, transfer.customerOwner)
    ? null
    : { type: "customer_withdrawn" } as const;
  if (event === null) return null;
  return endedBy(await apply(on.books, transfer.id, event, () => [noRefundOpen(transfer)]));
}

/**
 * Makes the batch stale that stores a refund, unless all of this holds at that point of it.
 * @param share what would leave the receipt
 */
export async function mayGoBack(
  { accepted, books: { db } }: Acceptance & { readonly books: Books },
  transfer: Transfer,
  receiptId: string,
  share: bigint,
): Promise<Statement[]> {
  return [
    ...isToGoBack(transfer, receiptId, share),
    payoutsGoOn(transfer),
    // An order stays one, so it need not be asked again.
    ...(await isOrdered(db, transfer) ? [] : [await accepted(transfer), notFrozen(transfer.customerOwner)]),
  ];
}

/** The part of it that holds for money which is found to have gone back, too. */
export function isToGoBack(transfer: Transfer, receiptId: string, share: bigint): Statement[] {
  const { id, refunded, backLeft } = transfer;
  return [
    // What is to go back is what it was when the share was reckoned.
    expect(
      `exists (select 1 from transfers where id = ? and state = 'refunding' and refunded = ?
        and back_left is ?)`,
      [id, refunded, backLeft],
    ),
    expect(
      `exists (select 1 from receipts where id = ? and transfer_id = ? and state = 'matched'
        and gross - ${WENT_BACK} >= ?)`,
      [receiptId, id, share],
    ),
    noPayoutOpen(transfer),
    noBankRefundOpen(transfer),
  ];
}

/** One at a time: of two that are under way together each would be within what is left, and both beyond it. */
function noBankRefundOpen({ id }: Pick<Transfer, "id">): Statement {
  return expect(
    "not exists (select 1 from refunds where transfer_id = ? and side = 'bank' and state in ('stored', 'sent'))",
    [id],
  );
}

/** Whether the last that an operator ordered was that the money goes back. */
async function isOrdered(db: Database, { id }: Pick<Transfer, "id">): Promise<boolean> {
  const rows = await db.query({
    sql: `select 1 from transfer_history where transfer_id = ? and event = 'refund_ordered' and version > (
            select coalesce(max(version), 0) from transfer_history where transfer_id = ? and event = 'pay_ordered'
          ) limit 1`,
    args: [id, id],
  });
  return rows.length > 0;
}
