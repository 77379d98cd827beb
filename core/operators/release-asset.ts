/**
 * An operator has explained what left our accounts, so payouts of an asset go on (M-14).
 * @module
 */
import { audited } from "../records/audit.ts";
import { expect } from "../records/expect-changed.ts";
import { isPayoutStopped, releasePayouts, STOPPED } from "../transfers/payout-stop.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { Acting } from "./acting.ts";

/** Closes every alarm that stops the asset's payouts. @returns false when none does */
export async function releaseAsset(
  { books: { db }, actor }: Pick<Acting, "books" | "actor">,
  unit: Pick<Transfer, "asset" | "currency">,
): Promise<boolean> {
  if (!await isPayoutStopped(db, unit)) return false;
  const { asset, currency } = unit;
  const act = { actor, action: "asset.release", subject: asset, detail: { currency } };
  const { kind } = await audited(db, "actions", act, ({ statements, committed }) =>
    db.write([
      // Somebody else may have released it since.
      expect(`exists (${STOPPED})`, [asset, currency]),
      releasePayouts(unit),
      ...statements,
    ], { committed }));
  return kind === "written";
}
