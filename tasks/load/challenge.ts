/**
 * Signing a SEP-10 challenge at the cost of one hash and one signature, so that thousands of wallets fit into one
 * process beside what they load. It trusts the server: what a real wallet checks first is not checked here.
 * @module
 */
import { createHash } from "node:crypto";
import { importSeed, type Signer } from "../../core/auth/mod.ts";
import { encodeSeed } from "../../core/auth/seeds.ts";

/** `ENVELOPE_TYPE_TX`, which an envelope begins with and which goes into its transaction's hash. */
const TRANSACTION = Uint8Array.of(0, 0, 0, 2);
/** A list of one signature: its count, a hint, a length, 64 bytes. */
const ONE_SIGNATURE = 4 + 4 + 4 + 64;

/** A new seed, `S…`. */
export function newSeed(): string {
  return encodeSeed(crypto.getRandomValues(new Uint8Array(32)));
}

/** A new account's signer. */
export function newSigner(): Signer {
  return importSeed(newSeed());
}

/** A network's id, the hash of its passphrase. */
export function networkIdOf(passphrase: string): Uint8Array {
  return Uint8Array.from(createHash("sha256").update(passphrase).digest());
}

/**
 * Adds a wallet's signature to a challenge that the server has signed.
 * @param challenge base64 XDR, as `GET /auth` answers it
 * @returns the same with two signatures
 * @throws {Error} when it is no transaction with one signature
 */
export function signChallenge(challenge: string, signer: Signer, networkId: Uint8Array): string {
  const envelope = Uint8Array.fromBase64(challenge);
  const end = envelope.length - ONE_SIGNATURE;
  const view = new DataView(envelope.buffer);
  const isChallenge = end > 4 && view.getUint32(0) === 2 && view.getUint32(end) === 1 &&
    view.getUint32(end + 8) === 64;
  if (!isChallenge) throw new Error("Cannot sign: it is no transaction with one signature");
  const hash = createHash("sha256").update(networkId).update(TRANSACTION).update(envelope.subarray(4, end))
    .digest();
  const signed = new Uint8Array(envelope.length + 72);
  signed.set(envelope);
  const out = new DataView(signed.buffer);
  out.setUint32(end, 2);
  signed.set(Uint8Array.fromHex(signer.hint), envelope.length);
  out.setUint32(envelope.length + 4, 64);
  signed.set(signer.sign(Uint8Array.from(hash)), envelope.length + 8);
  return signed.toBase64();
}
