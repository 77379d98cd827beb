/**
 * An operator has explained what left our accounts, so payouts of an asset go on (M-14).
 * @module
 */
import { audited } from "../records/audit.ts";
import { expect } from "../records/expect-changed.ts";
import { areAllExplained, areAnyUnexplained } from "../transfers/debits.ts";
import { isPayoutStopped, releasePayouts, STOPPED } from "../transfers/payout-stop.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { Acting } from "./acting.ts";

/** What became of it. `debit_unexplained`: a debit has to be explained first; `not_stopped`: nothing rests. */
export type Released = "released" | "not_stopped" | "debit_unexplained";

/** Closes every alarm that stops the asset's payouts, once each debit of it is explained. */
export async function releaseAsset(
  { books: { db }, actor }: Pick<Acting, "books" | "actor">,
  unit: Pick<Transfer, "asset" | "currency">,
): Promise<Released> {
  if (await areAnyUnexplained(db, unit)) return "debit_unexplained";
  if (!await isPayoutStopped(db, unit)) return "not_stopped";
  const { asset, currency } = unit;
  const act = { actor, action: "asset.release", subject: asset, detail: { currency } };
  const { kind } = await audited(db, "actions", act, ({ statements, committed }) =>
    db.write([
      areAllExplained(unit),
      // Somebody else may have released it since.
      expect(`exists (${STOPPED})`, [asset, currency]),
      releasePayouts(unit),
      ...statements,
    ], { committed }));
  if (kind === "written") return "released";
  return await areAnyUnexplained(db, unit) ? "debit_unexplained" : "not_stopped";
}
