/**
 * An operator ends a transfer that nobody has paid. One that holds money never ends so: its money goes back, or is paid
 * (M-25).
 * @module
 */
import { audited, plainOrHash } from "../records/audit.ts";
import { findTransfer } from "../transfers/find.ts";
import { apply } from "../transfers/record.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { Acting } from "./acting.ts";

/** What became of it. `holds_money`: it was paid, is being paid, or is over. */
export type Ended =
  | { readonly kind: "ended"; readonly transfer: Transfer }
  | { readonly kind: "refused"; readonly reason: "unknown" | "holds_money" };

/** Ends it; money that comes nevertheless is unmatched and names it. */
export async function endUnpaid(
  { books, actor }: Pick<Acting, "books" | "actor">,
  transferId: string,
): Promise<Ended> {
  if (await findTransfer(books.db, transferId) === null) return { kind: "refused", reason: "unknown" };
  const act = { actor, action: "transfer.fail", subject: plainOrHash(transferId) };
  const applied = await audited(
    books.db,
    "actions",
    act,
    ({ statements }) => apply(books, transferId, { type: "ended_by_operator" }, () => statements),
  );
  return applied.kind === "recorded"
    ? { kind: "ended", transfer: applied.transfer }
    : { kind: "refused", reason: "holds_money" };
}
