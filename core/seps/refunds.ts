/**
 * What went back of a transfer, as SEP-6 and SEP-24 both say it.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Transfer } from "../transfers/transfer.ts";

/** One payment that went back. Amounts in units of 10⁻⁷ of what came in. */
export interface Refund {
  /** The hash on Stellar, or what the bank calls it. */
  readonly id: string;
  readonly idType: "stellar" | "external";
  readonly amount: bigint;
  /** What the customer bore of it (M-19). */
  readonly fee: bigint;
}

const table = rowsOfTable("refunds");

/** The object `refunds`, whose sums are those of its payments (R-06-147, R-24-152); nothing while nothing went back. */
export function refundsObject(refunds: readonly Refund[]): Record<string, unknown> | undefined {
  if (refunds.length === 0) return undefined;
  const sum = (pick: (refund: Refund) => bigint) =>
    formatUnits(refunds.reduce((total, refund) => total + pick(refund), 0n));
  return {
    amount_refunded: sum(({ amount }) => amount),
    amount_fee: sum(({ fee }) => fee),
    payments: refunds.map(({ id, idType, amount, fee }) => ({
      id,
      id_type: idType,
      amount: formatUnits(amount),
      fee: formatUnits(fee),
    })),
  };
}

/** The refunds of a transfer that are recorded as completed. */
export async function completedRefunds(db: Database, { id, refunded }: Transfer): Promise<readonly Refund[]> {
  if (refunded === 0n) return [];
  const rows = await db.query({
    sql: `select key, external_id, side, amount, fee from refunds
          where transfer_id = ? and state = 'completed' order by at_ms, id limit 100`,
    args: [id],
  });
  return rows.map((row) => ({
    id: table.textOrNull(row, "external_id") ?? table.text(row, "key"),
    idType: table.text(row, "side") === "ledger" ? "stellar" : "external",
    amount: table.integer(row, "amount"),
    fee: table.integer(row, "fee"),
  }));
}
