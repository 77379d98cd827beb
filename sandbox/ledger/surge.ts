/**
 * Surge: others' transactions fill the ledgers, so that only who offers the going fee gets in.
 * @module
 */
import type { Submitted } from "./envelope.ts";
import { BASE_FEE } from "./reserve.ts";
import { leastFee } from "./validate.ts";

/** Full ledgers, until they are said to have room again. */
export interface Surge {
  /** What one operation costs, in stroops. */
  fee: bigint;
  /** Who offers less is refused at the door, or is taken there and left out of ledgers. */
  turnsAway: "door" | "ledger";
  /** Only transactions of this source feel it. */
  account?: string | undefined;
}

/** The fee that a transaction has to offer, all of its operations together, in stroops. */
export function goingFee(submitted: Submitted, surge: Surge | undefined): bigint {
  const isMeant = surge?.account === undefined || surge.account === submitted.inner.source.account;
  return leastFee(submitted) * (surge !== undefined && isMeant ? surge.fee : BASE_FEE) / BASE_FEE;
}

/** Whether a transaction offers enough to get in. */
export function paysGoingFee(submitted: Submitted, surge: Surge | undefined): boolean {
  return (submitted.bump?.fee ?? submitted.inner.fee) >= goingFee(submitted, surge);
}
