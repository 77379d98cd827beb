/**
 * The vault: personal data as bytes that are worthless without a key that is not in the database (DESIGN §4.6).
 *
 * Sealed bytes are key id (8), nonce (12), AES-256-GCM ciphertext with its tag (16). The additional data names table,
 * column and row, so that a value moved to another place does not open. Several keys rotate: the first one seals, all
 * of them open. What must be found again gets a keyed hash of its normal form (see `normalise.ts`).
 *
 * No error says anything of a value, and nothing is logged.
 * @module
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { Refusal } from "../refusal.ts";

/** Where a value stands; it opens nowhere else. */
export interface Place {
  readonly table: string;
  readonly column: string;
  /** The row's primary key; several columns joined by `/`. */
  readonly row: string;
}

/** The keys of a vault, 32 bytes each; the first of each list is used for what is new. */
export interface VaultKeys {
  readonly dataKeys: readonly Uint8Array[];
  readonly indexKeys: readonly Uint8Array[];
}

/** Seals and opens values, and makes the hashes by which they are found again. */
export interface Vault {
  /** Seals bytes, or text as UTF-8. */
  seal(place: Place, content: Uint8Array | string): Uint8Array;
  /** Seals a value that JSON can hold; a `bigint` must be text by then. */
  sealJson(place: Place, content: unknown): Uint8Array;
  /** @throws {VaultError} when no key fits, or place or bytes are not those that were sealed */
  open(place: Place, sealed: Uint8Array): Uint8Array;
  /** As `open`, for what was sealed as text. */
  openText(place: Place, sealed: Uint8Array): string;
  /** As `open`, for what was sealed by `sealJson`; the caller parses the shape. */
  openJson(place: Place, sealed: Uint8Array): unknown;
  /** Ids of the data keys, in their order. */
  readonly dataKeyIds: readonly string[];
  /** Ids of the index keys, in their order. */
  readonly indexKeyIds: readonly string[];
  /** True when the first data key sealed this; false calls for a rekey. */
  isCurrent(sealed: Uint8Array): boolean;
  /**
   * The hash under which a value is stored: `<key id>.<HMAC-SHA256 in base64url>`.
   * @param kind what the value is, for example `id_number`; equal texts of two kinds have different hashes
   * @param normalised the normal form of the value
   */
  index(kind: string, normalised: string): string;
  /** The hashes of a value by all index keys, for look-ups while keys rotate. */
  indexes(kind: string, normalised: string): string[];
  /** True when the first index key made this hash. */
  isCurrentIndex(hash: string): boolean;
}

/** Why a sealed value did not open. */
export type VaultErrorCode = "unknown_key" | "tampered" | "not_text" | "not_json";

/**
 * A value did not open; says which place, never what. A request that needed the value is answered with 503, and the log
 * names the key that is missing.
 */
export class VaultError extends Refusal {
  override readonly name = "VaultError";
  constructor(
    /** What is wrong with it. */
    readonly why: VaultErrorCode,
    place: Place,
    /** The key that is missing, where that is what is wrong. */
    readonly keyId?: string,
  ) {
    const column = `${place.table}.${place.column}`;
    super(
      "records.unreadable",
      {},
      keyId === undefined
        ? `Cannot open ${column}: ${why}`
        : `Cannot open ${column}: ${why} ${keyId}; put the key of this id back into DATA_KEY`,
    );
  }
}

interface NamedKey {
  readonly id: string;
  /** Bytes: ciphers of Deno 2.5 take no key objects. */
  readonly key: Uint8Array;
}

const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Key id and nonce, with which sealed bytes begin: they name one sealing, since every sealing draws a nonce of its own. */
export const HEAD_BYTES = KEY_ID_BYTES + NONCE_BYTES;

/**
 * Makes a vault.
 * @throws {RangeError} when a list is empty, a key is not 32 bytes, or a key comes twice
 */
export function createVault(keys: VaultKeys): Vault {
  const dataKeys = keys.dataKeys.map((key) => named(key, "data"));
  const indexKeys = keys.indexKeys.map((key) => named(key, "index"));
  const sealing = firstOf(dataKeys, "data");
  const indexing = firstOf(indexKeys, "index");

  const vault: Vault = {
    seal(place, content) {
      const plain = typeof content === "string" ? new TextEncoder().encode(content) : content;
      const sealed = new Uint8Array(HEAD_BYTES + plain.length + TAG_BYTES);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealing.key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(additional(place));
      sealed.set(Uint8Array.fromHex(sealing.id));
      sealed.set(nonce, KEY_ID_BYTES);
      sealed.set(cipher.update(plain), HEAD_BYTES);
      cipher.final();
      sealed.set(cipher.getAuthTag(), HEAD_BYTES + plain.length);
      return sealed;
    },
    sealJson: (place, content) => vault.seal(place, JSON.stringify(content)),
    open(place, sealed) {
      const id = keyIdOf(sealed);
      const opening = dataKeys.find((known) => known.id === id);
      if (opening === undefined) throw new VaultError("unknown_key", place, id);
      const end = sealed.length - TAG_BYTES;
      if (end < HEAD_BYTES) throw new VaultError("tampered", place);
      const nonce = sealed.subarray(KEY_ID_BYTES, HEAD_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", opening.key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(additional(place));
      decipher.setAuthTag(sealed.subarray(end));
      try {
        const plain = Uint8Array.from(decipher.update(sealed.subarray(HEAD_BYTES, end)));
        decipher.final();
        return plain;
      } catch {
        throw new VaultError("tampered", place);
      }
    },
    openText(place, sealed) {
      const plain = vault.open(place, sealed);
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain);
      } catch {
        throw new VaultError("not_text", place);
      }
    },
    openJson(place, sealed) {
      const text = vault.openText(place, sealed);
      try {
        return JSON.parse(text);
      } catch { // its message would quote the text
        throw new VaultError("not_json", place);
      }
    },
    dataKeyIds: dataKeys.map(({ id }) => id),
    indexKeyIds: indexKeys.map(({ id }) => id),
    isCurrent: (sealed) => keyIdOf(sealed) === sealing.id,
    index: (kind, normalised) => hashOf(indexing, kind, normalised),
    indexes: (kind, normalised) => indexKeys.map((key) => hashOf(key, kind, normalised)),
    isCurrentIndex: (hash) => keyIdOfHash(hash) === indexing.id,
  };
  return vault;
}

/** The id of a key is a keyed hash of its purpose: it tells nothing of the key. */
function named(bytes: Uint8Array, purpose: string): NamedKey {
  if (bytes.length !== 32) throw new RangeError(`Cannot use a ${purpose} key: it is not 32 bytes`);
  const key = Uint8Array.from(bytes);
  const digest = createHmac("sha256", key).update(`kedge ${purpose} key`).digest("hex");
  return { id: digest.slice(0, 2 * KEY_ID_BYTES), key };
}

function firstOf(keys: readonly NamedKey[], purpose: string): NamedKey {
  const [first] = keys;
  if (first === undefined) throw new RangeError(`Cannot make a vault: there is no ${purpose} key`);
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) {
    throw new RangeError(`Cannot make a vault: a ${purpose} key comes twice`);
  }
  return first;
}

/** Id of the key that made a hash. */
export function keyIdOfHash(hash: string): string {
  return hash.slice(0, 2 * KEY_ID_BYTES);
}

function keyIdOf(sealed: Uint8Array): string {
  return sealed.subarray(0, KEY_ID_BYTES).toHex();
}

function additional({ table, column, row }: Place): Uint8Array {
  return new TextEncoder().encode(`${table}:${column}:${row}`);
}

function hashOf({ id, key }: NamedKey, kind: string, normalised: string): string {
  const digest = createHmac("sha256", key).update(`${kind}:${normalised}`).digest("base64url");
  return `${id}.${digest}`;
}
