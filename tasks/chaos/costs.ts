/**
 * What the books of a campaign say is lost, or owed to us, beside what the stories say (M-21, M-23). Bank and ledger are
 * counted by others; what neither of them shows could stand in these accounts alone.
 * @module
 */
import { readBooks } from "../../core/money/equation.ts";
import type { Database } from "../../core/records/database.ts";
import { formatUnits } from "../../plugins/money.ts";
import type { Ending } from "./stories/mod.ts";

/** What is wrong, a line each. @param assetId `CODE:ISSUER` */
export async function costFaults(
  db: Database,
  assetId: string,
  { lost }: Pick<Ending, "lost">,
): Promise<string[]> {
  const books = (await readBooks(db))[assetId] ?? {};
  // Everything that was taken back is settled by now, and no bank of chaos takes a fee.
  const wanted = {
    receivable: 0n,
    costs: lost.reduce((sum, one) => sum + one, 0n),
    rounding: 0n,
    capital: 0n,
  };
  return Object.entries(wanted).flatMap(([account, must]) => {
    const is = books[account] ?? 0n;
    return is === must ? [] : [`the books hold ${formatUnits(is)} as ${account}, not ${formatUnits(must)}`];
  });
}
