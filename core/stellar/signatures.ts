/**
 * Asks signers for signatures. A signer may stand elsewhere, answer late, fail, or answer nonsense: what is not a
 * signature of this very hash by the key that it speaks for is none, and no envelope is made of it.
 * @module
 */
import { importAccount } from "../auth/ed25519.ts";
import type { DecoratedSignature, Signer } from "./signer.ts";

/** Why there is no signature. */
export type SignerTrouble = "signer_late" | "signer_failed" | "signer_wrong";

/** A signer gave no signature: nothing was stored and nothing sent, so it may be asked again. */
export class SignerUnavailable extends Error {
  override readonly name = "SignerUnavailable";
  /** @param account whose signer it is */
  constructor(readonly trouble: SignerTrouble, readonly account: string) {
    super(`Cannot sign for ${account}: ${trouble}`);
  }
}

/** How long a signer has, in milliseconds; the envelope's time bounds leave it much more. */
export const SIGN_TIMEOUT_MS = 15_000;

/**
 * A signature that has been verified.
 * @throws {SignerUnavailable} which repeats nothing of what the signer said: that may hold anything
 */
export async function signatureOf(
  signer: Signer,
  hash: Uint8Array,
  timeoutMs: number = SIGN_TIMEOUT_MS,
): Promise<DecoratedSignature> {
  const trouble = (kind: SignerTrouble) => new SignerUnavailable(kind, signer.account);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(trouble("signer_late")), timeoutMs);
  // The signer gets a copy: what is verified and sent is our own.
  const answer = (async () => await signer.sign(hash.slice()))().catch(() => {
    throw trouble("signer_failed");
  });
  try {
    const { hint, signature } = await Promise.race([answer, late.promise]);
    const key = importAccount(signer.key);
    const isRight = key?.verify(hash, signature) === true && hint.toHex() === key.hint;
    if (!isRight) throw trouble("signer_wrong");
    return { hint, signature };
  } finally {
    clearTimeout(timer);
  }
}
