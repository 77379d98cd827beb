/**
 * Ed25519 by the runtime's native code, about twenty times as fast as the SDK's, and as strict.
 *
 * The native code accepts public keys of small order, for which anybody can forge signatures, and keys whose
 * encoding is not the shortest. The SDK accepts neither, so both are refused here when a key is imported; the tests
 * hold the two against each other.
 * @module
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { accountKey, encodeAccount, seedKey } from "./strkey.ts";

/** A public key that was imported and may be used for verification. */
export type VerificationKey = {
  /** The `G…` text. */
  readonly account: string;
  /** The last four bytes of the key, in hex: a signature's hint names it by these. */
  readonly hint: string;
  /** True for a signature of the message by this key. */
  verify(message: Uint8Array, signature: Uint8Array): boolean;
};

/** A key that signs for us. */
export type Signer = VerificationKey & {
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
};

/** DER up to the key itself, RFC 8410: SubjectPublicKeyInfo and PKCS #8. */
const SPKI = Uint8Array.fromHex("302a300506032b6570032100");
const PKCS8 = Uint8Array.fromHex("302e020100300506032b657004220420");

/** y coordinates of the eight points of small order (of two pairs both have the same y), little-endian. */
const SMALL_ORDER = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** The field's prime 2²⁵⁵ − 19; a y at or above it is a second spelling of a smaller one (RFC 8032, 5.1.3). */
const PRIME = 2n ** 255n - 19n;

/** Imports the key of a `G…` address; null when the text is none, or when no signature by it proves anything. */
export function importAccount(account: string): VerificationKey | null {
  const raw = accountKey(account);
  const key = raw && isSound(raw) ? importPoint(raw) : null;
  return raw && key && verificationKey(account, raw, key);
}

/** About half of all 32-byte texts are no points of the curve; the import throws at those. */
function importPoint(raw: Uint8Array): KeyObject | null {
  try {
    return createPublicKey({ key: pem("PUBLIC", SPKI, raw), format: "pem" });
  } catch {
    return null;
  }
}

/**
 * Imports an `S…` seed of the configuration.
 * @throws {TypeError} when the text is no seed; the text is not in the message
 */
export function importSeed(seed: string): Signer {
  const raw = seedKey(seed);
  if (!raw) throw new TypeError("Cannot import the signing key: it is not a secret seed (S…)");
  const privateKey = createPrivateKey({ key: pem("PRIVATE", PKCS8, raw), format: "pem" });
  const publicKey = createPublicKey(privateKey);
  const publicRaw = Uint8Array.from(publicKey.export({ format: "der", type: "spki" })).subarray(SPKI.length);
  return {
    ...verificationKey(encodeAccount(publicRaw), publicRaw, publicKey),
    sign: (message) => Uint8Array.from(sign(null, message, privateKey)),
  };
}

function verificationKey(account: string, raw: Uint8Array, key: KeyObject): VerificationKey {
  return {
    account,
    hint: raw.subarray(28).toHex(),
    verify: (message, signature) => signature.length === 64 && verify(null, message, key, signature),
  };
}

function isSound(raw: Uint8Array): boolean {
  const bytes = Uint8Array.from(raw);
  bytes[31] = (raw[31] ?? 0) & 0x7f;
  const y = bytes.toHex();
  return !SMALL_ORDER.has(y) && BigInt(`0x${bytes.reverse().toHex()}`) < PRIME;
}

function pem(kind: "PUBLIC" | "PRIVATE", prefix: Uint8Array, raw: Uint8Array): string {
  const der = new Uint8Array(prefix.length + raw.length);
  der.set(prefix);
  der.set(raw, prefix.length);
  return `-----BEGIN ${kind} KEY-----\n${der.toBase64()}\n-----END ${kind} KEY-----\n`;
}
