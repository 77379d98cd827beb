/**
 * Stellar addresses as text (SEP-23).
 *
 * Text is accepted only if decoding and encoding it again gives the same text (R-23-1), so one address has one
 * spelling, and what a caller sends can be compared and stored as it came.
 * @module
 */
import { StrKey } from "@stellar/stellar-sdk/base";

/** The kinds of address that a request may name; `seed` is known only to be refused (R-23-4). */
export type AddressKind = "account" | "muxed" | "contract" | "claimable_balance" | "seed" | "liquidity_pool";

/** An account that can sign in or be paid: `G…`, or `M…` with the account inside. */
export type AccountAddress =
  | { readonly kind: "account"; readonly address: string; readonly account: string; readonly muxedId: null }
  | {
    readonly kind: "muxed";
    /** The `M…` text. */
    readonly address: string;
    /** The `G…` text of the account inside; signers, trustlines and balances are this one's. */
    readonly account: string;
    /** Unsigned 64-bit id in plain decimal. */
    readonly muxedId: string;
  };

type Codec = {
  readonly kind: AddressKind;
  readonly decode: (text: string) => Uint8Array;
  readonly encode: (key: Uint8Array) => string;
};

/** First letter → how its key is read and written. */
const CODECS: Readonly<Record<string, Codec>> = {
  G: { kind: "account", decode: StrKey.decodeEd25519PublicKey, encode: StrKey.encodeEd25519PublicKey },
  M: { kind: "muxed", decode: StrKey.decodeMed25519PublicKey, encode: StrKey.encodeMed25519PublicKey },
  C: { kind: "contract", decode: StrKey.decodeContract, encode: StrKey.encodeContract },
  B: {
    kind: "claimable_balance",
    decode: StrKey.decodeClaimableBalance,
    encode: StrKey.encodeClaimableBalance,
  },
  S: { kind: "seed", decode: StrKey.decodeEd25519SecretSeed, encode: StrKey.encodeEd25519SecretSeed },
  L: { kind: "liquidity_pool", decode: StrKey.decodeLiquidityPool, encode: StrKey.encodeLiquidityPool },
};

/**
 * The kind of an address, or null for text that is none (R-23-1, R-23-2). Texts of signers other than accounts
 * (`T…`, `X…`, `P…`) are none: no request names them.
 */
export function addressKind(text: string): AddressKind | null {
  return decode(text)?.kind ?? null;
}

/** Reads `G…` or `M…`; null for anything else, other kinds of address included (R-23-5). */
export function parseAccount(text: string): AccountAddress | null {
  const decoded = decode(text);
  if (decoded?.kind === "account") return { kind: "account", address: text, account: text, muxedId: null };
  if (decoded?.kind !== "muxed") return null;
  const { key } = decoded;
  const id = new DataView(key.buffer, key.byteOffset + 32, 8).getBigUint64(0);
  return {
    kind: "muxed",
    address: text,
    account: StrKey.encodeEd25519PublicKey(key.subarray(0, 32)),
    muxedId: id.toString(),
  };
}

/** The 32 bytes of a `G…` address; null for anything else. */
export function accountKey(text: string): Uint8Array | null {
  const decoded = decode(text);
  return decoded?.kind === "account" ? decoded.key : null;
}

/** The 32 bytes of an `S…` seed; null for anything else. For configuration only. */
export function seedKey(text: string): Uint8Array | null {
  const decoded = decode(text);
  return decoded?.kind === "seed" ? decoded.key : null;
}

/** The `G…` text of a 32-byte key. */
export function encodeAccount(key: Uint8Array): string {
  return StrKey.encodeEd25519PublicKey(key);
}

function decode(text: string): { kind: AddressKind; key: Uint8Array } | null {
  const codec = Object.hasOwn(CODECS, text.charAt(0)) ? CODECS[text.charAt(0)] : undefined;
  if (!codec) return null;
  try {
    const key = codec.decode(text);
    return codec.encode(key) === text ? { kind: codec.kind, key } : null;
  } catch {
    // The SDK's errors may quote the text, which can be a seed.
    return null;
  }
}
