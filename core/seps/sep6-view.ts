/**
 * Shows transfers in SEP-6's words: reads what stands beside the record and opens what is sealed.
 * @module
 */
import { openInstructions } from "../bank/stored-instructions.ts";
import type { Translator } from "../i18n/mod.ts";
import type { Database } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { completedRefunds } from "./refunds.ts";
import {
  type Instructions,
  instructionsObject,
  type Sep6Parts,
  sep6Transaction,
} from "./sep6-transaction.ts";
import type { TransactionView } from "./transaction-view.ts";
import { transferTexts } from "./transfer-texts.ts";

/** Shows transfers; see {@link createSep6View}. */
export interface Sep6View extends TransactionView {
  /** The instructions alone, or `null` while there are none. */
  readonly instructions: (transfer: Transfer, translator: Translator) => Instructions | null;
}

/** Creates the view. @param receivingAccount `G…` that withdrawals are paid to */
export function createSep6View(
  { db, vault, receivingAccount }: {
    readonly db: Database;
    readonly vault: Vault;
    readonly receivingAccount: string;
  },
): Sep6View {
  return {
    async transaction(transfer, translator, completing) {
      const recorded = await completedRefunds(db, transfer);
      const parts: Sep6Parts = {
        instructions: openInstructions(vault, transfer),
        receivingAccount,
        refunds: completing ? [...recorded, completing] : recorded,
      };
      return sep6Transaction(transfer, parts, transferTexts(translator));
    },
    instructions(transfer, translator) {
      const stored = openInstructions(vault, transfer);
      return stored && instructionsObject(transfer.rail, stored, transferTexts(translator));
    },
  };
}
