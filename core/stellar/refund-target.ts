/**
 * Where a receipt on the ledger goes back, and with which memo (M-19, R-06-92, R-29-7).
 * @module
 */
import { z } from "zod";
import { parseAccount } from "../auth/strkey.ts";
import { sealedPayer } from "../bank/receipts.ts";
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Vault } from "../records/vault.ts";
import type { RefundableReceipt } from "../transfers/refunds.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { LedgerMemo } from "./memo.ts";
import { observe } from "./observed.ts";

/** An account and the memo that a payment to it carries. */
export interface RefundTarget {
  /** The operation's source, `G…`, or `M…` if that is how it paid. */
  readonly payer: string;
  readonly memo: LedgerMemo | null;
  readonly isMuxed: boolean;
}

const operations = rowsOfTable("ledger_operations");
const payerSchema = z.object({ account: z.object({ value: z.string() }) });

/**
 * The target of a receipt: the source of the very operation that paid it. The memo that was asked for goes before the one
 * of the payment; a muxed account says by itself whose the money is.
 * @returns `null` when the records do not tell: nothing is sent by guess
 */
export async function refundTarget(
  { db, vault }: { readonly db: Database; readonly vault: Vault },
  { refundMemo }: Pick<Transfer, "refundMemo">,
  receipt: Pick<RefundableReceipt, "id" | "externalId" | "payer">,
): Promise<RefundTarget | null> {
  const payer = payerOf(vault, receipt);
  const address = payer === null ? null : parseAccount(payer);
  if (payer === null || address === null) return null;
  const isMuxed = address.muxedId !== null;
  if (refundMemo !== null || isMuxed) return { payer, memo: refundMemo, isMuxed };
  const memo = await memoOfOperation(db, receipt.externalId);
  return memo === undefined ? null : { payer, memo, isMuxed };
}

function payerOf(vault: Vault, { id, payer }: Pick<RefundableReceipt, "id" | "payer">): string | null {
  if (payer === null) return null;
  const opened = payerSchema.safeParse(
    vault.openJson(sealedPayer.place(id), payer),
  );
  return opened.success ? opened.data.account.value : null;
}

/** The memo of the transaction that an operation stood in, as it was observed; `undefined` when that is not known. */
async function memoOfOperation(db: Database, id: string): Promise<LedgerMemo | null | undefined> {
  const [row] = await db.query({ sql: "select record from ledger_operations where id = ?", args: [id] });
  if (!row) return undefined;
  const observed = observe(JSON.parse(operations.text(row, "record")), () => false);
  return observed.kind === "unreadable" ? undefined : observed.memo;
}
