/**
 * Shows transfers in SEP-6's words: reads what stands beside the record and opens what is sealed.
 * @module
 */
import { z } from "zod";
import type { StoredInstructions } from "../bank/instructions.ts";
import type { Translator } from "../i18n/mod.ts";
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Vault } from "../records/vault.ts";
import { sealedInstructions, type Transfer } from "../transfers/transfer.ts";
import {
  type Instructions,
  instructionsObject,
  type Sep6Parts,
  type Sep6Texts,
  sep6Transaction,
} from "./sep6-transaction.ts";

const refunds = rowsOfTable("refunds");

const storedInstructions = z.object({
  lines: z.array(z.object({ name: z.string(), value: z.string(), text: z.string() })),
  qr: z.string().nullable(),
});

/** Shows transfers; see {@link createSep6View}. */
export interface Sep6View {
  /** The transaction object. @param completing a refund that the table does not have as completed yet */
  readonly transaction: (
    transfer: Transfer,
    translator: Translator,
    completing?: Sep6Parts["refunds"][number],
  ) => Promise<Record<string, unknown>>;
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
  function instructionsOf(transfer: Transfer): StoredInstructions | null {
    if (transfer.instructions === null) return null;
    return storedInstructions.parse(
      vault.openJson(sealedInstructions.place(transfer.id), transfer.instructions),
    );
  }

  async function refundsOf(transfer: Transfer): Promise<Sep6Parts["refunds"]> {
    if (transfer.refunded === 0n) return [];
    const rows = await db.query({
      sql: `select key, external_id, side, amount, fee from refunds
            where transfer_id = ? and state = 'completed' order by at_ms limit 100`,
      args: [transfer.id],
    });
    return rows.map((row) => ({
      id: refunds.textOrNull(row, "external_id") ?? refunds.text(row, "key"),
      idType: refunds.text(row, "side") === "ledger" ? "stellar" : "external",
      amount: refunds.integer(row, "amount"),
      fee: refunds.integer(row, "fee"),
    }));
  }

  return {
    async transaction(transfer, translator, completing) {
      const recorded = await refundsOf(transfer);
      const parts: Sep6Parts = {
        instructions: instructionsOf(transfer),
        receivingAccount,
        refunds: completing ? [...recorded, completing] : recorded,
      };
      return sep6Transaction(transfer, parts, textsOf(translator));
    },
    instructions(transfer, translator) {
      const stored = instructionsOf(transfer);
      return stored && instructionsObject(transfer.rail, stored, textsOf(translator));
    },
  };
}

function textsOf({ t, find, module }: Translator): Sep6Texts {
  return {
    message: (key) => find(`transfer.message.${key}`) ?? t("transfer.message.other"),
    fee: (name) => find(`transfer.fee.${name}`) ?? name,
    line: (rail, key) =>
      module(rail, key) ?? find(`fields.${key}`) ?? find(`fields.${key.replace(/^organization\./, "")}`) ??
        key,
  };
}
