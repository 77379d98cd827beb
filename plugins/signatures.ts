/**
 * The verifiers of webhook signatures, in one place: each module says which one its provider uses, none compares
 * signatures itself. All compare in constant time, take several secrets or keys so that one can be rotated out, and
 * take the algorithm from the module's code alone: a header never chooses it.
 * @module
 */
import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from "node:crypto";

/** `stale`: signed by the right key, but at another time than now. `malformed`: there is no signature to check. */
export type SignatureVerdict = "valid" | "bad_signature" | "stale" | "malformed";

/** How far, in seconds, a signed timestamp may lie from now on either side. */
export const TOLERANCE_SECONDS = 300;

/** What was signed: parts that are put one behind the other. Text is UTF-8. */
export type SignedParts = readonly (string | Uint8Array)[];

/** What an HMAC is checked with. */
export interface HmacCheck {
  readonly algorithm: "sha1" | "sha256" | "sha512";
  readonly encoding: "hex" | "base64";
  /** All that are valid now, newest first. */
  readonly secrets: readonly (string | Uint8Array)[];
  readonly signed: SignedParts;
  /** As received; `null` when the header was missing. */
  readonly signature: string | null;
}

/** Checks an HMAC. Hex may be of either case; base64 needs its padding. */
export function verifyHmac(check: HmacCheck): SignatureVerdict {
  const given = check.signature === null ? null : decoded(check.signature, check.encoding);
  if (given === null) return "malformed";
  return anyHmac(check, [given]) ? "valid" : "bad_signature";
}

/** What a header of the form `t=SECONDS,v1=HEX` is checked with (Persona, Stripe and others). */
export interface TimestampedCheck {
  /** As received; several groups apart by blanks while a secret rotates. */
  readonly header: string | null;
  readonly secrets: readonly string[];
  readonly body: Uint8Array;
  /** Seconds since 1970. */
  readonly now: number;
  readonly toleranceSeconds?: number;
}

/** Checks `t=…,v1=…`: HMAC-SHA256 in hex over `t.body`. Other versions in the header are not looked at. */
export function verifyTimestamped(check: TimestampedCheck): SignatureVerdict {
  const groups = (check.header ?? "").split(" ").map(timestampedGroup).filter((group) => group !== null);
  if (groups.length === 0) return "malformed";
  const right = groups.filter(({ timestamp, signatures }) =>
    anyHmac({
      algorithm: "sha256",
      secrets: check.secrets,
      signed: [timestamp, ".", check.body],
    }, signatures)
  );
  if (right.length === 0) return "bad_signature";
  const fresh = right.some(({ timestamp }) => isFresh(Number(timestamp), check.now, check.toleranceSeconds));
  return fresh ? "valid" : "stale";
}

function timestampedGroup(text: string): { timestamp: string; signatures: Uint8Array[] } | null {
  const pairs = text.split(",").map((pair) => pair.trim().split("="));
  const timestamp = pairs.find(([name]) => name === "t")?.[1] ?? "";
  const signatures = pairs.filter(([name]) => name === "v1")
    .map(([, value]) => decoded(value ?? "", "hex")).filter((bytes) => bytes !== null);
  return /^\d{1,12}$/.test(timestamp) && signatures.length > 0 ? { timestamp, signatures } : null;
}

/** What a Standard Webhooks message is checked with. */
export interface StandardWebhookCheck {
  readonly headers: Headers;
  /** `whsec_` and base64, or the raw bytes of the key. */
  readonly secrets: readonly (string | Uint8Array)[];
  readonly body: Uint8Array;
  /** Seconds since 1970. */
  readonly now: number;
  readonly toleranceSeconds?: number;
}

/**
 * Checks `webhook-id`, `webhook-timestamp` and `webhook-signature` (`v1,BASE64`, apart by blanks): HMAC-SHA256 over
 * `id.timestamp.body`.
 */
export function verifyStandardWebhook(check: StandardWebhookCheck): SignatureVerdict {
  const id = check.headers.get("webhook-id") ?? "";
  const timestamp = check.headers.get("webhook-timestamp") ?? "";
  const signatures = (check.headers.get("webhook-signature") ?? "").split(" ")
    .map((part) => part.startsWith("v1,") ? decoded(part.slice(3), "base64") : null)
    .filter((bytes) => bytes !== null);
  if (id === "" || !/^\d{1,12}$/.test(timestamp) || signatures.length === 0) return "malformed";
  const right = anyHmac({
    algorithm: "sha256",
    secrets: check.secrets.map(standardKey),
    signed: [id, ".", timestamp, ".", check.body],
  }, signatures);
  if (!right) return "bad_signature";
  return isFresh(Number(timestamp), check.now, check.toleranceSeconds) ? "valid" : "stale";
}

function standardKey(secret: string | Uint8Array): Uint8Array {
  if (typeof secret !== "string") return secret;
  const key = secret.startsWith("whsec_") ? decoded(secret.slice(6), "base64") : null;
  if (key === null) {
    throw new TypeError("Cannot read the webhook secret: it must be `whsec_` followed by base64");
  }
  return key;
}

/** What a public-key signature is checked with. */
export interface PublicKeyCheck {
  /** All that are valid now: PEM text, SPKI in DER, or for Ed25519 the 32 raw bytes. */
  readonly keys: readonly (string | Uint8Array)[];
  readonly signed: SignedParts;
  /** Base64, as received. */
  readonly signature: string | null;
}

/** Checks RSA PKCS#1 v1.5 with SHA-256 (Bitso, Wise, STP). */
export function verifyRsaSha256(check: PublicKeyCheck): SignatureVerdict {
  return anyKey(
    check,
    "rsa",
    (key, signed, signature) =>
      verify("sha256", signed, { key, padding: constants.RSA_PKCS1_PADDING }, signature),
  );
}

/** Checks ECDSA on secp256k1 with SHA-256, signature in DER; a high S is accepted, as some providers send it. */
export function verifySecp256k1(check: PublicKeyCheck): SignatureVerdict {
  return anyKey(check, "ec", (key, signed, signature) => {
    const low = lowS(signature);
    return key.asymmetricKeyDetails?.namedCurve === "secp256k1" && low !== null &&
      verify("sha256", signed, key, low);
  });
}

const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/**
 * The same signature with the smaller of its two S: (r, s) and (r, n − s) prove the same, but the runtime accepts the
 * smaller alone. `null` when the bytes are no DER signature.
 */
function lowS(der: Uint8Array): Uint8Array | null {
  const rLength = der[3] ?? 0;
  const sAt = 4 + rLength;
  const framed = der[0] === 0x30 && der[1] === der.length - 2 && der[2] === 2 && der[sAt] === 2 &&
    der[sAt + 1] === der.length - sAt - 2 && sAt + 2 < der.length;
  if (!framed) return null;
  const s = BigInt(`0x${der.slice(sAt + 2).toHex()}`);
  if (s <= SECP256K1_ORDER / 2n || s >= SECP256K1_ORDER) return der;
  const low = (SECP256K1_ORDER - s).toString(16);
  const even = low.length % 2 === 0 ? low : `0${low}`;
  const bytes = Uint8Array.fromHex(/^[89a-f]/.test(even) ? `00${even}` : even);
  const body = [...der.slice(2, sAt), 2, bytes.length, ...bytes];
  return Uint8Array.from([0x30, body.length, ...body]);
}

/** Checks Ed25519, the signature of Stellar keys. Keys of small order are refused: they would sign anything. */
export function verifyEd25519(check: PublicKeyCheck): SignatureVerdict {
  return anyKey(
    check,
    "ed25519",
    (key, signed, signature) => signature.length === 64 && verify(null, signed, key, signature),
  );
}

/** Whether a timestamp in seconds lies near enough to now, on either side. */
export function isFresh(timestamp: number, now: number, toleranceSeconds = TOLERANCE_SECONDS): boolean {
  return Number.isFinite(timestamp) && Math.abs(now - timestamp) <= toleranceSeconds;
}

/** Whether two texts are equal, in time that does not tell where they differ; for static shared secrets. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function anyHmac(
  { algorithm, secrets, signed }: Pick<HmacCheck, "algorithm" | "secrets" | "signed">,
  given: readonly Uint8Array[],
): boolean {
  let right = false;
  for (const secret of secrets) {
    // An empty secret would let everybody sign.
    if (secret.length === 0) continue;
    const hmac = createHmac(algorithm, secret);
    for (const part of signed) hmac.update(part);
    const expected = hmac.digest();
    for (const signature of given) {
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) right = true;
    }
  }
  return right;
}

function anyKey(
  check: PublicKeyCheck,
  type: "rsa" | "ec" | "ed25519",
  matches: (key: KeyObject, signed: Uint8Array, signature: Uint8Array) => boolean,
): SignatureVerdict {
  const signature = check.signature === null ? null : decoded(check.signature, "base64");
  if (signature === null) return "malformed";
  const signed = joined(check.signed);
  const right = check.keys.some((raw) => {
    const key = publicKey(raw, type);
    return key.asymmetricKeyType === type && matches(key, signed, signature);
  });
  return right ? "valid" : "bad_signature";
}

const ED25519_SPKI = Uint8Array.fromHex("302a300506032b6570032100");

/** The eight points of small order in their seven encodings, sign bit cleared (edge cases of RFC 8032 verifiers). */
const SMALL_ORDER = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

function publicKey(raw: string | Uint8Array, type: "rsa" | "ec" | "ed25519"): KeyObject {
  if (typeof raw === "string") return createPublicKey(raw);
  if (type !== "ed25519" || raw.length !== 32) return createPublicKey(pem(raw));
  const point = raw.slice();
  point[31] = (point[31] ?? 0) & 0x7f;
  if (SMALL_ORDER.has(point.toHex())) {
    throw new RangeError("Cannot import Ed25519 key: the point has small order");
  }
  return createPublicKey(pem(joined([ED25519_SPKI, raw])));
}

function pem(spki: Uint8Array): string {
  return `-----BEGIN PUBLIC KEY-----\n${spki.toBase64()}\n-----END PUBLIC KEY-----\n`;
}

function joined(parts: SignedParts): Uint8Array {
  const bytes = parts.map((part) => typeof part === "string" ? new TextEncoder().encode(part) : part);
  const whole = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function decoded(text: string, encoding: "hex" | "base64"): Uint8Array | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  try {
    return encoding === "hex" ? Uint8Array.fromHex(trimmed) : Uint8Array.fromBase64(trimmed);
  } catch {
    // Neither hex nor base64: there is nothing to compare.
    return null;
  }
}
