/**
 * Shows transfers in the words of one SEP: what routes answer and callbacks tell.
 * @module
 */
import type { Translator } from "../i18n/mod.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { Refund } from "./refunds.ts";

/** One SEP's transaction object of any transfer. */
export interface TransactionView {
  /** The transaction object. @param completing a refund that the table does not have as completed yet */
  readonly transaction: (
    transfer: Transfer,
    translator: Translator,
    completing?: Refund,
  ) => Promise<Record<string, unknown>>;
}
