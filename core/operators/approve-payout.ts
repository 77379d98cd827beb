/**
 * An operator approves a payout that waits for it, by what was seen of it: version, amount and account (M-27).
 * @module
 */
import { audited, plainOrHash } from "../records/audit.ts";
import { expect } from "../records/expect-changed.ts";
import {
  APPROVAL,
  type Approving,
  destinationOf,
  insertApproval,
  neededFor,
  standing,
} from "../transfers/approvals.ts";
import { findTransfer } from "../transfers/find.ts";
import { apply } from "../transfers/record.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { Acting } from "./acting.ts";
import { payeeOf } from "./dossier.ts";

/** What the operator saw. */
export interface Seen {
  readonly version: number;
  /** What is to be paid, in units of 10⁻⁷. */
  readonly amount: bigint;
  /** The account, masked as the transfer is shown. */
  readonly payee: string;
}

/**
 * What became of it. `noted`: so many more have to agree; `changed`: it is not what was seen any more; `approved_already`:
 * by the same person.
 */
export type Approved =
  | { readonly kind: "approved"; readonly transfer: Transfer }
  | { readonly kind: "noted"; readonly transfer: Transfer; readonly more: number }
  | {
    readonly kind: "refused";
    readonly reason: "unknown" | "not_held" | "changed" | "approved_already";
  };

const refused = (reason: Extract<Approved, { kind: "refused" }>["reason"]): Approved => ({
  kind: "refused",
  reason,
});

/** Notes an approval; the one that makes enough of them lets the payout go on, in the same batch. */
export async function approvePayout(
  { books, vault, actor, approving }: Acting & { readonly approving: Approving },
  transferId: string,
  seen: Seen,
): Promise<Approved> {
  const { db } = books;
  const act = {
    actor,
    action: "transfer.approve",
    subject: plainOrHash(transferId),
    detail: { version: String(seen.version) },
  };
  return await audited(db, "actions", act, async ({ statements, committed }): Promise<Approved> => {
    const transfer = await findTransfer(db, transferId);
    if (transfer === null) return refused("unknown");
    if (transfer.state !== "on_hold" || transfer.message !== APPROVAL) return refused("not_held");
    const payee = await payeeOf(transfer, approving.beneficiaryOf);
    const isSame = transfer.version === seen.version && transfer.amountOut === seen.amount &&
      payee === seen.payee;
    if (!isSame) return refused("changed");
    const { by, rows } = await standing(approving, transfer, transfer.version);
    if (by.includes(actor)) return refused("approved_already");
    const more = await neededFor(approving, transfer) - by.length - 1;
    const destination = await destinationOf(approving, transfer);
    const approval = [
      ...insertApproval(vault, { transfer, operator: actor, destination, others: rows }),
      ...statements,
    ];
    if (more > 0) {
      const { kind } = await db.write([
        expect("exists (select 1 from transfers where id = ? and version = ?)", [
          transfer.id,
          transfer.version,
        ]),
        ...approval,
      ], { committed });
      return kind === "written" ? { kind: "noted", transfer, more } : refused("changed");
    }
    const applied = await apply(books, transfer.id, { type: "approved" }, (current) => [
      expect("? = ?", [current.version, transfer.version]),
      ...approval,
    ]);
    return applied.kind === "recorded"
      ? { kind: "approved", transfer: applied.transfer }
      : refused("changed");
  });
}
