/**
 * Shows transfers in SEP-24's words: reads what stands beside the record and opens what is sealed.
 * @module
 */
import type { Database } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { payoutAccountOf } from "./payout-account.ts";
import { completedRefunds } from "./refunds.ts";
import { sep24Transaction } from "./sep24-transaction.ts";
import type { TransactionView } from "./transaction-view.ts";
import { transferTexts } from "./transfer-texts.ts";

/** What the view is made of. */
export interface Sep24ViewOptions {
  readonly db: Database;
  readonly vault: Vault;
  /** `G…` that withdrawals are paid to. */
  readonly receivingAccount: string;
  /** Where a person reads all about a transfer, without a token and for good (R-24-141). */
  readonly moreInfoUrl: (transfer: Transfer) => string;
}

/** Creates the view. */
export function createSep24View(
  { db, vault, receivingAccount, moreInfoUrl }: Sep24ViewOptions,
): TransactionView {
  return {
    async transaction(transfer, translator, completing) {
      const recorded = await completedRefunds(db, transfer);
      const parts = {
        moreInfoUrl: moreInfoUrl(transfer),
        receivingAccount,
        payoutAccount: payoutAccountOf(vault, transfer),
        refunds: completing ? [...recorded, completing] : recorded,
      };
      return sep24Transaction(transfer, parts, transferTexts(translator));
    },
  };
}
