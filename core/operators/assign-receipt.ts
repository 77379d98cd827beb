/**
 * An operator says to which transfer unmatched money belongs. It leaves suspense for that transfer, which goes on as if
 * the money had come for it: tier, limits, amount rule and the customer's acceptance are judged as of any other (M-17,
 * M-18, M-22).
 * @module
 */
import { z } from "zod";
import { closeAlarms } from "../records/alarms.ts";
import { audited, plainOrHash } from "../records/audit.ts";
import type { Vault } from "../records/vault.ts";
import { sealedPayer, takeFromSuspense } from "../bank/receipts.ts";
import { findTransfer } from "../transfers/find.ts";
import { fund, type Funding } from "../transfers/funding.ts";
import { TAKES_ASSIGNED } from "../transfers/states.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { alarmSubject, findUnmatched, type UnmatchedReceipt } from "../unmatched/unmatched.ts";
import type { Acting } from "./acting.ts";

/** What became of it. `not_assignable`: direction, asset or state do not fit, or somebody else was faster. */
export type Assigned =
  | { readonly kind: "assigned"; readonly transfer: Transfer }
  | { readonly kind: "refused"; readonly reason: "unknown" | "not_assignable" };

const payerAccount = z.object({ account: z.object({ value: z.string() }) });

/** Assigns it. */
export async function assignReceipt(
  { books, vault, judge, actor }: Acting & Pick<Funding, "judge">,
  receiptId: string,
  transferId: string,
): Promise<Assigned> {
  const money = await findUnmatched(books.db, receiptId);
  const transfer = await findTransfer(books.db, transferId);
  if (money === null || transfer === null) return { kind: "refused", reason: "unknown" };
  if (!fits(money, transfer)) return { kind: "refused", reason: "not_assignable" };
  const act = {
    actor,
    action: "receipt.assign",
    subject: plainOrHash(receiptId),
    detail: { transfer: transfer.id },
  };
  const applied = await audited(
    books.db,
    "actions",
    act,
    ({ statements }) =>
      fund({ books, judge }, transfer.id, eventOf(money, payingAccount(vault, money)), (current) => [
        ...takeFromSuspense(money, current),
        closeAlarms("receipt_unmatched", alarmSubject(money)),
        ...statements,
      ]),
  );
  return applied.kind === "recorded"
    ? { kind: "assigned", transfer: applied.transfer }
    : { kind: "refused", reason: "not_assignable" };
}

function fits({ side, asset }: UnmatchedReceipt, { kind, asset: wanted, state }: Transfer): boolean {
  return side === (kind === "deposit" ? "bank" : "ledger") && asset === wanted &&
    TAKES_ASSIGNED.includes(state);
}

function eventOf({ gross, side, externalId, hash }: UnmatchedReceipt, paidFrom: string | null) {
  return {
    type: "money_assigned",
    amount: gross,
    ...(side === "bank" ? { externalTransactionId: externalId } : {}),
    ...(hash === null ? {} : { stellarTransactionId: hash }),
    ...(paidFrom === null ? {} : { paidFrom }),
  } as const;
}

/** `G…` or `M…` that paid, on the ledger. */
function payingAccount(vault: Vault, { id, side, payer }: UnmatchedReceipt): string | null {
  if (side === "bank" || payer === null) return null;
  return payerAccount.parse(vault.openJson(sealedPayer.place(id), payer)).account.value;
}
