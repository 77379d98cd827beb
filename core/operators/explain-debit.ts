/**
 * An operator says what a debit was that no stored attempt explains (M-14): the payout of a transfer, the refund of one of
 * its receipts, unmatched money that went back, or nobody's. Tied to a transfer or receipt, the money has left for it as if the attempt had been stored before; so a
 * database that was put back from a backup pays nothing a second time. Each debit is explained once.
 * @module
 */
import { move, type Posting, postingStatements } from "../money/postings.ts";
import { alarmId, keepNote, sealedNote } from "../records/alarms.ts";
import { audited, plainOrHash } from "../records/audit.ts";
import { expect } from "../records/expect-changed.ts";
import { type Debit, explainedAs, findDebit, lossBatch } from "../transfers/debits.ts";
import { findTransfer } from "../transfers/find.ts";
import { type Applied, apply } from "../transfers/record.ts";
import { noPayoutOpen, noRefundOpen } from "../transfers/refund-conditions.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { findUnmatched } from "../unmatched/unmatched.ts";
import type { Acting } from "./acting.ts";
import { type DebitMisfit, type Looking, payoutFound, refundFound } from "./debit-findings.ts";
import { returnFound } from "./debit-returns.ts";
import { hashOfNote } from "./settle-alarm.ts";

/** What the operator says. */
export type DebitSaid =
  | { readonly as: "payout" | "refund"; readonly transferId: string }
  /** Money that belonged to no transfer. */
  | { readonly as: "return"; readonly receiptId: string }
  /** Nobody's: the anchor bears it, and the note says why. */
  | { readonly as: "loss"; readonly note: string };

/** What became of it. `debit_explained`: somebody has explained it before. */
export type DebitExplained =
  | { readonly kind: "explained"; readonly transfer: Transfer | null }
  | { readonly kind: "refused"; readonly reason: "unknown" | "debit_explained" | DebitMisfit };

/** What explaining needs. */
export interface ExplainingDebits extends Acting, Pick<Looking, "railOf" | "passphrase"> {
  /** The asset (`CODE:ISSUER`) in whose books a rail's account of a currency stands. */
  readonly assetOf: (currency: string) => string | null;
}

const refused = (reason: Extract<DebitExplained, { kind: "refused" }>["reason"]): DebitExplained => ({
  kind: "refused",
  reason,
});

/** Explains it: debit, transfer, books, alarm and audit log in one batch. */
export function explainDebit(
  on: ExplainingDebits,
  debitId: string,
  said: DebitSaid,
): Promise<DebitExplained> {
  switch (said.as) {
    case "loss":
      return bear(on, debitId, said.note);
    case "return":
      return tieToReceipt(on, debitId, said.receiptId);
    default:
      return tie(on, debitId, said);
  }
}

async function tieToReceipt(
  on: ExplainingDebits,
  debitId: string,
  receiptId: string,
): Promise<DebitExplained> {
  const { books: { db }, actor } = on;
  const detail = { as: "return", receipt: plainOrHash(receiptId) };
  const act = { actor, action: "debit.explain", subject: plainOrHash(debitId), detail };
  return await audited(db, "actions", act, async ({ statements, committed }): Promise<DebitExplained> => {
    const debit = await findDebit(db, debitId);
    const receipt = await findUnmatched(db, receiptId);
    if (debit === null || receipt === null) return refused(debit === null ? "unknown" : "debit_not_owed");
    if (debit.state !== "open") return refused("debit_explained");
    const found = await returnFound(on, debit, receipt);
    if (typeof found === "string") return refused(found);
    const { kind } = await db.write([
      ...found,
      ...explainedAs(debit, { as: "return", receiptId }),
      ...statements,
    ], { committed });
    if (kind === "written") return { kind: "explained", transfer: null };
    // Somebody was faster, with this debit or with this money.
    const now = await findDebit(db, debitId);
    return refused(now?.state === "open" ? "debit_not_owed" : "debit_explained");
  });
}

async function tie(
  on: ExplainingDebits,
  debitId: string,
  { as, transferId }: Extract<DebitSaid, { as: "payout" | "refund" }>,
): Promise<DebitExplained> {
  const { books, actor } = on;
  const { db } = books;
  const detail = { as, transfer: plainOrHash(transferId) };
  const act = { actor, action: "debit.explain", subject: plainOrHash(debitId), detail };
  return await audited(db, "actions", act, async ({ statements }): Promise<DebitExplained> => {
    const debit = await findDebit(db, debitId);
    const transfer = await findTransfer(db, transferId);
    if (debit === null || transfer === null) return refused("unknown");
    if (debit.state !== "open") return refused("debit_explained");
    const found = await (as === "payout" ? payoutFound : refundFound)(on, debit, transfer);
    if (typeof found === "string") return refused(found);
    const applied = await told(on, transfer, () =>
      apply(books, transfer.id, found.event, (current) => [
        // What was looked at is what is decided on.
        expect("? = ?", [current.version, transfer.version]),
        noPayoutOpen(current),
        noRefundOpen(current),
        ...found.rows,
        ...explainedAs(debit, { as, transferId: transfer.id }),
        ...statements,
      ]));
    if (applied?.kind === "recorded") return { kind: "explained", transfer: applied.transfer };
    // Somebody was faster, with this debit or with this transfer.
    const now = await findDebit(db, debitId);
    return refused(now?.state === "open" ? "debit_not_owed" : "debit_explained");
  });
}

/** `null` where the transfer has changed meanwhile so that the event contradicts it. */
async function told(
  { books: { db } }: ExplainingDebits,
  { id, version }: Transfer,
  tell: () => Promise<Applied>,
): Promise<Applied | null> {
  try {
    return await tell();
  } catch (error) {
    if ((await findTransfer(db, id))?.version !== version) return null;
    throw error;
  }
}

async function bear(
  { books: { db }, vault, actor, assetOf }: ExplainingDebits,
  debitId: string,
  note: string,
): Promise<DebitExplained> {
  const salted = { salt: crypto.randomUUID(), note };
  const detail = { as: "loss", note: hashOfNote(salted) };
  const act = { actor, action: "debit.explain", subject: plainOrHash(debitId), detail };
  return await audited(db, "actions", act, async ({ statements, committed }): Promise<DebitExplained> => {
    const debit = await findDebit(db, debitId);
    if (debit === null) return refused("unknown");
    if (debit.state !== "open") return refused("debit_explained");
    const alarm = alarmId("statement_debit", debit.id, debit.asset);
    const { kind } = await db.write([
      ...explainedAs(debit, { as: "loss" }),
      keepNote(alarm, vault.sealJson(sealedNote.place(alarm), salted)),
      ...postingStatements(lossBatch(debit), lossOf(debit, assetOf)),
      ...statements,
    ], { committed });
    return kind === "written" ? { kind: "explained", transfer: null } : refused("debit_explained");
  });
}

/** What left the ledger is in suspense; what left a bank is in the books only now, where the currency has any. */
function lossOf(
  { side, place, asset, amount, fee }: Debit,
  assetOf: ExplainingDebits["assetOf"],
): readonly Posting[] {
  if (side === "ledger") return move(asset, amount, "costs", "suspense");
  const booked = assetOf(asset);
  return booked === null ? [] : move(booked, amount + fee, "costs", `bank:${place}`);
}
