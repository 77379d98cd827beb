/**
 * Whether a destination can be paid now, and if not, why (M-8, SEP-29).
 * @module
 */
import { addressKind, parseAccount } from "../auth/strkey.ts";
import { issuerOf } from "./asset.ts";
import type { AssetId } from "./asset.ts";
import type { Account, Horizon } from "./horizon.ts";

/** What is to be paid, as far as the destination's state depends on it. */
export interface DestinationQuestion {
  /** `G…`, `M…` or `C…`. */
  readonly destination: string;
  readonly asset: AssetId;
  /** Units of 10⁻⁷; null while it is not known: then only a line without any room counts as full. */
  readonly amount: bigint | null;
  /** Whether the payment will carry a memo. */
  readonly hasMemo: boolean;
}

/**
 * - `ready`: a payment would be taken; `muxedId` for an `M…`
 * - `missing`: the account is not on the ledger
 * - `no_trustline`: it has none for the asset
 * - `not_authorized`: the issuer has not authorized its trustline
 * - `line_full`: its limit leaves no room for the amount
 * - `memo_required`: SEP-29, and the payment has none (R-29-2); a muxed destination is exempt (R-29-4)
 * - `contract`: `C…`: refused until contract accounts are supported
 * - `not_an_address`: none of the three
 */
export type DestinationState =
  | { readonly kind: "ready"; readonly muxedId: string | null }
  | { readonly kind: "missing" }
  | { readonly kind: "no_trustline" }
  | { readonly kind: "not_authorized" }
  | { readonly kind: "line_full" }
  | { readonly kind: "memo_required" }
  | { readonly kind: "contract" }
  | { readonly kind: "not_an_address" };

/** Name of SEP-29's data entry, and its value: the text `1`, not the number. */
const MEMO_REQUIRED = "config.memo_required";
const MEMO_REQUIRED_VALUE = "MQ==";

/** @throws {HorizonUnavailable} when the ledger cannot be read: nothing is known of the destination then */
export async function inspectDestination(
  horizon: Pick<Horizon, "account">,
  { destination, asset, amount, hasMemo }: DestinationQuestion,
): Promise<DestinationState> {
  if (addressKind(destination) === "contract") return { kind: "contract" };
  const address = parseAccount(destination);
  if (address === null) return { kind: "not_an_address" };
  const { account: id, muxedId } = address;
  const account = await horizon.account(id);
  // It has no flag either: not being there is no reason to ask for a memo (sep-29, trap 2).
  if (account.kind === "not_found") return { kind: "missing" };
  if (muxedId === null && !hasMemo && requiresMemo(account)) return { kind: "memo_required" };
  const ready = { kind: "ready", muxedId } as const;
  // XLM needs no trustline, and an issuer takes back its own asset without one.
  if (asset === "native" || issuerOf(asset) === id) return ready;
  const line = account.balances.find((balance) => balance.asset === asset);
  if (line === undefined) return { kind: "no_trustline" };
  if (!line.authorized) return { kind: "not_authorized" };
  const room = (line.limit ?? 0n) - line.amount - line.buyingLiabilities;
  return room < (amount ?? 1n) ? { kind: "line_full" } : ready;
}

/** True for an account that takes no payment without a memo (R-29-1). */
export function requiresMemo(account: Pick<Account, "data">): boolean {
  return account.data[MEMO_REQUIRED] === MEMO_REQUIRED_VALUE;
}
