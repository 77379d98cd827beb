/**
 * What the account that is to pay a withdrawal holds (P17). It is asked on pages alone, and only refuses where it tells
 * something of this very person: an account that nobody shares, read by a Horizon that answers at once.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import { parseAccount } from "../auth/strkey.ts";
import { Refusal } from "../refusal.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { AssetId } from "./asset.ts";
import { type Horizon, HorizonUnavailable } from "./horizon.ts";

/**
 * What is known of the payer.
 * - `holds`: so much of the asset, free to be sent, in units of 10⁻⁷; a missing account or trustline holds nothing
 * - `unknown`: Horizon cannot tell
 * - `shared`: a wallet keeps it for many people, so what it holds says nothing of this one
 */
export type PayingBalance =
  | { readonly kind: "holds"; readonly amount: bigint }
  | { readonly kind: "unknown" }
  | { readonly kind: "shared" };

/** How long Horizon has to answer, in milliseconds: a person waits. */
export const BALANCE_TIMEOUT_MS = 2_000;

type Payer = Pick<Transfer, "owner" | "account" | "payingAccount" | "asset">;

/** What the payer of a withdrawal holds of its asset. */
export async function payingBalance(
  horizon: Pick<Horizon, "account">,
  transfer: Payer,
  timeoutMs = BALANCE_TIMEOUT_MS,
): Promise<PayingBalance> {
  const account = ownAccountOf(transfer);
  if (account === null) return { kind: "shared" };
  const amount = await within(timeoutMs, heldBy(horizon, account, transfer.asset));
  return amount === null ? { kind: "unknown" } : { kind: "holds", amount };
}

/** @throws Refusal 400 for more than the payer holds, where that is known */
export function refuseAbove(
  balance: PayingBalance,
  { amount, assetCode }: { readonly amount: bigint; readonly assetCode: string },
): void {
  if (balance.kind !== "holds" || amount <= balance.amount) return;
  throw new Refusal("transfer.balance_too_small", { held: formatUnits(balance.amount), asset: assetCode });
}

/** The account that pays, where it is one person's: no memo and no muxed id tells people apart within it. */
function ownAccountOf({ owner, account, payingAccount }: Payer): string | null {
  if (owner !== account) return null;
  const payer = parseAccount(payingAccount ?? account);
  return payer === null || payer.muxedId !== null ? null : payer.account;
}

/** `null` when Horizon cannot tell. */
async function heldBy(
  horizon: Pick<Horizon, "account">,
  id: string,
  asset: AssetId,
): Promise<bigint | null> {
  try {
    const account = await horizon.account(id);
    if (account.kind === "not_found") return 0n;
    const line = account.balances.find((balance) => balance.asset === asset);
    // What is offered on the ledger's market cannot be sent.
    return line === undefined ? 0n : line.amount - line.sellingLiabilities;
  } catch (error) {
    if (error instanceof HorizonUnavailable) return null;
    throw error;
  }
}

/** `null` for what takes longer. */
async function within(timeoutMs: number, answer: Promise<bigint | null>): Promise<bigint | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), timeoutMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
