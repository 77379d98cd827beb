/**
 * How much of an asset there is, and how much of it we hold ourselves, both at one ledger (M-26).
 * @module
 */
import { type AssetId, assetOf } from "./asset.ts";
import type { Horizon, Ledger } from "./horizon.ts";
import { HorizonUnavailable } from "./horizon-unavailable.ts";

/** An asset at a ledger; amounts in units of 10⁻⁷. */
export interface Supply {
  readonly asset: AssetId;
  readonly ledger: Ledger;
  /** Over all accounts, claimable balances, pools and contracts. */
  readonly supply: bigint;
  /** What our own accounts hold of it. */
  readonly held: bigint;
}

/** Ledgers close every few seconds, and the questions take less. */
const TRIES = 8;

/**
 * Reads it.
 * @param accounts ours that may hold the asset, see `payingAccounts`: channels trust nothing, an issuer holds none of its own
 * @throws {HorizonUnavailable} also when a ledger closed in the midst of each try
 */
export async function readSupply(
  horizon: Pick<Horizon, "latestLedger" | "account" | "supply">,
  asset: AssetId,
  accounts: readonly string[],
): Promise<Supply> {
  const { code, issuer } = assetOf(asset);
  if (issuer === undefined) throw new Error(`Cannot read the supply of ${asset}: it has no issuer`);
  for (let tries = 1; tries <= TRIES; tries++) {
    const ledger = await horizon.latestLedger();
    const { supply, latestLedger } = await horizon.supply(code, issuer);
    let held = 0n;
    for (const account of accounts) {
      const found = await horizon.account(account);
      if (found.kind === "not_found") continue;
      held += found.balances.find((line) => line.asset === asset)?.amount ?? 0n;
    }
    // Answers of one ledger only: else what one of them counts may be missing in another.
    const isOne = latestLedger === null || latestLedger === ledger.sequence;
    if (isOne && (await horizon.latestLedger()).sequence === ledger.sequence) {
      return { asset, ledger, supply, held };
    }
  }
  throw new HorizonUnavailable("behind", "/assets");
}
