/**
 * An operator lets a held transfer be paid after all, by what was seen of it: version, amount and account (M-27).
 * @module
 */
import { audited, plainOrHash } from "../records/audit.ts";
import { findTransfer } from "../transfers/find.ts";
import { type Ordering, orderPayout, type PayOrdered } from "../transfers/order-payout.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { Acting } from "./acting.ts";
import type { Seen } from "./approve-payout.ts";
import { payeeOf } from "./dossier.ts";

/** What it needs. */
export interface OrderingPayout extends Pick<Acting, "actor">, Ordering {
  /** The account that a withdrawal pays, opened. */
  readonly beneficiaryOf: (transfer: Transfer) => Promise<Readonly<Record<string, string>>>;
}

/** Records the order with its entry in the audit log; a running gateway performs it. */
export function orderPayoutBy(on: OrderingPayout, transferId: string, seen: Seen): Promise<PayOrdered> {
  const { actor, books: { db } } = on;
  const act = {
    actor,
    action: "transfer.pay",
    subject: plainOrHash(transferId),
    detail: { version: String(seen.version), ...(on.liftsLimits ? { limits: "lifted" } : {}) },
  };
  return audited(db, "actions", act, async ({ statements }): Promise<PayOrdered> => {
    const transfer = await findTransfer(db, transferId);
    if (transfer === null) return { kind: "refused", reason: "unknown" };
    const payee = await payeeOf(transfer, on.beneficiaryOf);
    const isSame = transfer.version === seen.version && transfer.amountOut === seen.amount &&
      payee === seen.payee;
    // Whoever looked at it before it was held, or after, is told so first.
    if (!isSame) return { kind: "refused", reason: transfer.state === "on_hold" ? "changed" : "not_held" };
    return await orderPayout(on, transfer, statements);
  });
}
