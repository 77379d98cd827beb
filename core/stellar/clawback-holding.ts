/**
 * Whether tokens can be clawed back from an account: the ledger has to allow it, the account to hold them, and the issuer to
 * take our signature (M-21). Looked at before an order and before its envelope; the ledger alone decides.
 * @module
 */
import { parseAccount } from "../auth/strkey.ts";
import type { Database } from "../records/database.ts";
import { attemptsOf } from "../transfers/attempts.ts";
import { findTransfer } from "../transfers/find.ts";
import type { Receivable } from "../transfers/receivables.ts";
import type { Horizon } from "./horizon.ts";
import { issuerSigner } from "./issuer-signer.ts";
import type { Signer } from "./signer.ts";

/**
 * Why nothing can be clawed back.
 * - `clawback_not_paid`: what is owed was not paid out on the ledger
 * - `clawback_signer`: there is no `AUTHORIZER_SECRET`, or the issuer does not take its signature for this
 * - `clawback_disabled`: the trustline of who was paid does not allow it
 * - `clawback_balance`: it holds less than that, or is gone
 */
export type ClawbackMisfit =
  | "clawback_not_paid"
  | "clawback_signer"
  | "clawback_disabled"
  | "clawback_balance";

/** From whom it can be clawed back, and who signs. */
export type Holding =
  | { readonly kind: "ready"; readonly holder: string; readonly signer: Signer }
  | { readonly kind: "misfit"; readonly reason: ClawbackMisfit };

/** What looking needs. */
export interface LookingAtHoldings {
  readonly db: Database;
  readonly horizon: Pick<Horizon, "account">;
  /** Signs for the issuers (`AUTHORIZER_SECRET`). */
  readonly authorizer?: Signer;
}

/** Clawing back is of this threshold. */
const THRESHOLD = "med";

/**
 * Looks at the account that was paid.
 * @param amount units of 10⁻⁷
 * @throws {HorizonUnavailable}
 */
export async function lookAtHolding(
  on: LookingAtHoldings,
  { transferId, asset }: Pick<Receivable, "transferId" | "asset">,
  amount: bigint,
): Promise<Holding> {
  const holder = await paidAccount(on.db, transferId);
  if (holder === null) return misfit("clawback_not_paid");
  const signer = await issuerSigner(on, asset, THRESHOLD);
  if (signer === null) return misfit("clawback_signer");
  const account = await on.horizon.account(holder);
  const line = account.kind === "found"
    ? account.balances.find((balance) => balance.asset === asset)
    : undefined;
  if (line === undefined) return misfit("clawback_balance");
  if (!line.clawback) return misfit("clawback_disabled");
  // What is offered for sale is held, and cannot be taken.
  if (line.amount - line.sellingLiabilities < amount) return misfit("clawback_balance");
  return { kind: "ready", holder, signer };
}

function misfit(reason: ClawbackMisfit): Holding {
  return { kind: "misfit", reason };
}

/** The account whose payout the ledger has, or `null`. What it has not claimed yet, it does not hold. */
async function paidAccount(db: Database, transferId: string): Promise<string | null> {
  const transfer = await findTransfer(db, transferId);
  if (transfer?.kind !== "deposit" || transfer.destination === null) return null;
  const isPaid = (await attemptsOf(db, transferId)).some(({ side, purpose, state }) =>
    side === "ledger" && purpose === "payout" && state === "completed"
  );
  return isPaid ? parseAccount(transfer.destination)?.account ?? null : null;
}
