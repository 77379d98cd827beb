/**
 * Accounts that sign challenges as fast as the runtime can: nothing is decoded, since a challenge's last 76 bytes are its
 * one signature.
 * @module
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { encodeAccount } from "../../core/auth/strkey.ts";

/** An account that signs. */
export interface SigningAccount {
  /** `G…` */
  readonly address: string;
  /** The challenge with one more signature, in base64. @param passphrase of the network */
  readonly sign: (challenge: string, passphrase: string) => string;
}

/** A count of one, and the one signature: hint, length, 64 bytes. */
const SIGNATURES = 4 + 4 + 4 + 64;

/** Makes an account. */
export function newSigningAccount(): SigningAccount {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = Uint8Array.from(publicKey.export({ format: "der", type: "spki" })).subarray(12);
  const hint = raw.subarray(28);
  return {
    address: encodeAccount(raw),
    sign: (challenge, passphrase) => signed(challenge, passphrase, privateKey, hint),
  };
}

function signed(challenge: string, passphrase: string, key: KeyObject, hint: Uint8Array): string {
  const envelope = Uint8Array.fromBase64(challenge);
  const first = envelope.length - SIGNATURES;
  if (first < 4 || new DataView(envelope.buffer).getUint32(first) !== 1) {
    throw new Error("Cannot sign the challenge: it has not one signature");
  }
  const network = createHash("sha256").update(passphrase).digest();
  // What is signed begins with the network and the envelope's type, with which the envelope begins too.
  const hash = createHash("sha256").update(network).update(envelope.subarray(0, first)).digest();
  const more = new Uint8Array(4 + 4 + 64);
  more.set(hint);
  more[7] = 64;
  more.set(sign(null, hash, key), 8);
  const whole = new Uint8Array(envelope.length + more.length);
  whole.set(envelope);
  whole.set(more, envelope.length);
  whole[first + 3] = 2;
  return whole.toBase64();
}
