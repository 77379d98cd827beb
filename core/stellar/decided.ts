/**
 * The ledger's own word on an envelope (M-2). Nothing else proves anything: no clock of ours, no time-out, no result
 * code of a submission.
 * @module
 */
import type { Horizon, Ledger, ResultCodes, Transaction } from "./horizon.ts";
import { resultCodesOf } from "./operation-result.ts";

/** What must be known of an envelope to judge it. */
export interface StoredEnvelope {
  readonly hash: string;
  /** The account whose sequence it takes. */
  readonly source: string;
  readonly sequence: bigint;
  /** Upper time bound, in seconds. */
  readonly validUntil: number;
}

/** Where the ledger has an envelope. */
export interface Listing {
  readonly ledger: number;
  /** When that ledger closed, in seconds. */
  readonly closedAt: number;
  /** The hash under which the ledger lists it: of the fee bump where there was one (M-7). */
  readonly hash: string;
  /** Stroops. */
  readonly feeCharged: bigint;
}

/**
 * - `succeeded`, `failed`: in a ledger; `codes` is null when the recorded result cannot be read
 * - `absent`: proven never to get into a ledger: a new envelope may be built
 * - `undecided`: ask again; `mayStillEnter` says whether handing in the same bytes again can help
 * - `undecidable`: the sequence has moved on without it, or the source is gone: an operator decides, nothing is built
 */
export type Judgement =
  | ({ readonly kind: "succeeded" } & Listing)
  | ({ readonly kind: "failed"; readonly codes: ResultCodes | null } & Listing)
  | { readonly kind: "absent" }
  | { readonly kind: "undecided"; readonly mayStillEnter: boolean }
  | { readonly kind: "undecidable" };

/** Seconds after the upper time bound before an absence can be proven (M-2). */
export const DEFAULT_MARGIN_SECONDS = 120;

/**
 * Judges an envelope, in this order: is it in a ledger; if not, has a ledger closed after its bound and margin; is the
 * source's sequence still below; and is it, asked again after all that, still not in a ledger.
 * @throws {HorizonUnavailable} when an answer is missing: then it is undecided as well
 */
export async function judge(
  horizon: Horizon,
  envelope: StoredEnvelope,
  marginSeconds: number = DEFAULT_MARGIN_SECONDS,
): Promise<Judgement> {
  const early = await horizon.transaction(envelope.hash);
  if (early.kind === "found") return listed(early);

  const ledger = await horizon.latestLedger();
  if (ledger.closedAt <= envelope.validUntil + marginSeconds) {
    return { kind: "undecided", mayStillEnter: mayEnterAfter(ledger, envelope) };
  }

  // Both have to stand on that ledger or a later one: a machine that lags behind it knows of no inclusion since.
  const account = await horizon.account(envelope.source, ledger.sequence);
  const late = await horizon.transaction(envelope.hash, ledger.sequence);
  if (late.kind === "found") return listed(late);
  if (account.kind === "not_found" || account.sequence >= envelope.sequence) return { kind: "undecidable" };
  return { kind: "absent" };
}

/** The next ledger closes later than the last one, so an envelope whose bound has been reached is out. */
function mayEnterAfter(ledger: Ledger, { validUntil }: StoredEnvelope): boolean {
  return ledger.closedAt < validUntil;
}

/** What a transaction that is in a ledger says of the envelope in it. */
export function listed(
  transaction: Transaction,
): Extract<Judgement, { readonly kind: "succeeded" | "failed" }> {
  const { ledger, closedAt, hash, feeCharged } = transaction;
  const listing = { ledger, closedAt, hash, feeCharged };
  if (transaction.successful) return { kind: "succeeded", ...listing };
  return { kind: "failed", codes: resultCodesOf(transaction.resultXdr), ...listing };
}
