/**
 * Envelopes as they were stored: what is handed in again is read from here and never built anew (M-1).
 * @module
 */
import type { Attempt } from "../transfers/attempts.ts";
import type { StoredEnvelope } from "./decided.ts";

/** An envelope with the very bytes that are sent. */
export interface StoredBytes extends StoredEnvelope {
  /** Base64. */
  readonly xdr: string;
}

/**
 * The envelope that an attempt on the ledger stored.
 * @throws {Error} for an attempt on the bank side, or one without an envelope
 */
export function envelopeOf(attempt: Attempt): StoredBytes {
  const { envelope: xdr, sequence, validUntil } = attempt;
  if (attempt.side !== "ledger" || xdr === null || sequence === null || validUntil === null) {
    throw new Error(`Cannot read the envelope of attempt ${attempt.id}: it has none`);
  }
  return { hash: attempt.key, source: attempt.place, sequence, validUntil, xdr };
}
