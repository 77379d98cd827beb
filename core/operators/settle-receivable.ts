/**
 * An operator says what became of money that is owed to us because a bank took it back (M-21): it came after all, it never
 * will, or nothing had been paid out for it. Whose money it was stays frozen until an operator lifts that, too.
 * @module
 */
import { takeForDebt } from "../bank/receipts.ts";
import { move, type Posting, postingStatements } from "../money/postings.ts";
import { closeAlarms } from "../records/alarms.ts";
import { audited, plainOrHash } from "../records/audit.ts";
import type { Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { isClawbackUnderWay } from "../transfers/clawbacks.ts";
import { findTransfer } from "../transfers/find.ts";
import { settleFreezes } from "../transfers/freezes.ts";
import { newId } from "../transfers/id.ts";
import {
  closeDebtAlarms,
  closeReceivable,
  findReceivable,
  liftFreeze,
  type Receivable,
} from "../transfers/receivables.ts";
import { apply } from "../transfers/record.ts";
import { noPayoutOpen, noRefundOpen } from "../transfers/refund-conditions.ts";
import { HOLDS_MONEY } from "../transfers/states.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { alarmSubject, findUnmatched } from "../unmatched/unmatched.ts";
import type { Acting } from "./acting.ts";
import { type OwedMoney, owedMoney } from "./lists.ts";

/** How it is settled: by unmatched money that came, as our cost, or with the transfer that was never paid out. */
export type Settlement =
  | { readonly how: "receipt"; readonly receiptId: string }
  | { readonly how: "written_off" }
  | { readonly how: "not_paid" };

/**
 * What became of it. `settles_not`: the money is another asset's or too much, or the transfer is not where this fits;
 * `clawback_under_way`: tokens are being clawed back for it.
 */
export type SettledDebt =
  | { readonly kind: "settled"; readonly receivable: OwedMoney }
  | { readonly kind: "refused"; readonly reason: "unknown" | "settles_not" | "clawback_under_way" };

const REFUSED = { kind: "refused", reason: "settles_not" } as const;

/** Settles it, or a part. Two operators at once: one is refused. */
export async function settleReceivable(
  on: Acting,
  id: string,
  settlement: Settlement,
): Promise<SettledDebt> {
  const { db } = on.books;
  const debt = await findReceivable(db, id);
  if (debt === null || debt.state !== "open") return { kind: "refused", reason: "unknown" };
  const transfer = await findTransfer(db, debt.transferId);
  if (transfer === null) return { kind: "refused", reason: "unknown" };
  const isHeld = HOLDS_MONEY.has(transfer.state);
  const { how } = settlement;
  // While a transfer holds what was taken back, either it is paid out and somebody owes that, or nobody owes anything.
  if (isHeld !== (how === "not_paid")) return REFUSED;
  if (await isClawbackUnderWay(db, id)) return { kind: "refused", reason: "clawback_under_way" };
  const done = how === "receipt"
    ? await byReceipt(on, debt, settlement.receiptId)
    : how === "written_off"
    ? await writeOff(on, debt)
    : await giveUp(on, debt, transfer);
  const after = done ? await findReceivable(db, id) : null;
  return after === null ? REFUSED : { kind: "settled", receivable: await owedMoney(db, after) };
}

async function byReceipt(on: Acting, debt: Receivable, receiptId: string): Promise<boolean> {
  const money = await findUnmatched(on.books.db, receiptId);
  const open = debt.amount - debt.settled;
  if (money === null || money.asset !== debt.asset || money.gross > open) return false;
  const state = money.gross === open ? "settled" : "open";
  return await write(
    on,
    debt,
    { receipt: money.id },
    [
      ...closeReceivable(debt, { state, came: money.gross }),
      ...takeForDebt(money, debt),
      closeAlarms("receipt_unmatched", alarmSubject(money)),
    ],
    move(debt.asset, money.gross, "suspense", "receivable"),
    state === "settled",
  );
}

async function writeOff(on: Acting, debt: Receivable): Promise<boolean> {
  const rest = debt.amount - debt.settled;
  const statements = closeReceivable(debt, { state: "written_off" });
  return await write(on, debt, {}, statements, move(debt.asset, rest, "costs", "receivable"), true);
}

/**
 * The transfer ends with it, in the same batch, unless more of it may still go out. What went back before the bank took
 * all of it stays owed.
 */
async function giveUp({ books, actor }: Acting, debt: Receivable, transfer: Transfer): Promise<boolean> {
  const { id, transferId, amount } = debt;
  const held = transfer.received - transfer.refunded;
  const net = amount < held ? amount : held;
  const isOver = net === amount;
  const applied = await audited(
    books.db,
    "actions",
    actOf(actor, id, { how: "not_paid" }),
    ({ statements }) =>
      apply(books, transferId, { type: "given_up", net }, (current) => [
        expect("? = ?", [current.version, transfer.version]),
        noPayoutOpen(current),
        noRefundOpen(current),
        ...closeReceivable(debt, isOver ? { state: "not_paid" } : { state: "open", came: net }),
        ...(isOver ? closeDebtAlarms(id) : []),
        ...statements,
      ]),
  );
  return applied.kind === "recorded";
}

async function write(
  { books: { db }, actor }: Acting,
  { id }: Receivable,
  detail: Readonly<Record<string, string>>,
  rows: readonly Statement[],
  postings: readonly Posting[],
  isOver: boolean,
): Promise<boolean> {
  const how = "receipt" in detail ? "receipt" : "written_off";
  const batch = newId();
  const { kind } = await audited(db, "actions", actOf(actor, id, { how, ...detail }), (entering) =>
    db.write([
      ...rows,
      ...postingStatements(batch, postings),
      ...(isOver ? closeDebtAlarms(id) : []),
      ...entering.statements,
    ], { committed: entering.committed }));
  return kind === "written";
}

/**
 * Lifts the freeze of one receivable, whatever is still owed.
 * @returns ids of transfers that go on; `null` where it froze nobody
 */
export async function liftReceivable(
  { books, actor }: Pick<Acting, "books" | "actor">,
  id: string,
): Promise<readonly string[] | null> {
  const { db } = books;
  const debt = await findReceivable(db, id);
  if (debt === null || !debt.frozen) return null;
  const act = { actor, action: "receivable.lift", subject: plainOrHash(id) };
  const { kind } = await audited(
    db,
    "actions",
    act,
    ({ statements, committed }) => db.write([...liftFreeze(debt), ...statements], { committed }),
  );
  // If this dies here, the job sees to what rested.
  return kind === "written" ? await settleFreezes(books) : null;
}

function actOf(actor: string, id: string, detail: Readonly<Record<string, string>>) {
  return { actor, action: "receivable.settle", subject: plainOrHash(id), detail };
}
