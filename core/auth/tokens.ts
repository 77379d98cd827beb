/**
 * Tokens that the gateway issues and later accepts: JWTs, HS256.
 *
 * A token has a kind, which is in its `typ` header and its `aud` claim, so that none works where another is meant
 * (DESIGN §4.5). Secrets rotate: the first one signs, all of them verify; `kid` says which one it was.
 *
 * Nobody else's tokens are ever accepted, so nothing is read of a header: it has to be, letter for letter, one that we
 * would write. The MAC is made by the runtime at once, where WebCrypto would hand it to another thread and back; the tests
 * hold both against `jose`.
 * @module
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";

/** A kind of token. No two kinds may share `typ` or `audience`. */
export type TokenKind = {
  /** Media type of the header, for example `kedge-sep10+jwt`. */
  readonly typ: string;
  /** Who the token is for. */
  readonly audience: string;
  /** How long it lives, in seconds. */
  readonly seconds: number;
};

/** A session by SEP-10. A day: long enough for hardware signers, and a removed signer is out tomorrow (R-10-95). */
export const SEP10_TOKEN: TokenKind = { typ: "kedge-sep10+jwt", audience: "kedge:sep", seconds: 86_400 };

/** What a token says beside what every token says. */
export type TokenClaims = {
  readonly sub: string;
  /** Unique name of the token, or of what it was issued for. */
  readonly jti: string;
  readonly [claim: string]: string;
};

/** A token that was verified. */
export type VerifiedToken = {
  readonly sub: string;
  readonly jti: string;
  /** Seconds. */
  readonly iat: number;
  readonly exp: number;
  /** Every claim as it stands in the token. */
  readonly claims: Readonly<Record<string, unknown>>;
};

/** Issues and verifies tokens; see {@link createTokens}. */
export type Tokens = {
  /** Signs a token of this kind with the first secret. */
  sign(kind: TokenKind, claims: TokenClaims): Promise<string>;
  /** The token's content, or null when it is not a valid token of this kind, whatever the reason (R-10-98). */
  verify(kind: TokenKind, token: string): Promise<VerifiedToken | null>;
};

/** 256 bits, the length of the MAC. */
const MIN_SECRET_BYTES = 32;

/**
 * Builds the tokens of this deployment.
 * @param options.secrets the first signs, all verify; at least 32 bytes each
 * @param options.issuer public URL of the gateway, the `iss` claim (R-10-89)
 * @param options.now seconds
 * @throws {TypeError} when there is no secret, or a short one; no secret is in the message
 */
export function createTokens(
  options: { secrets: readonly string[]; issuer: string; now: () => number },
): Tokens {
  const { issuer, now } = options;
  const [first, ...older] = options.secrets.map(importSecret);
  if (!first) throw new TypeError("Cannot issue tokens: there is no secret");
  const known = [first, ...older];

  function verify(kind: TokenKind, token: string): VerifiedToken | null {
    const [header = "", payload = "", mac = "", ...more] = token.split(".");
    const secret = known.find((one) => header === headerOf(kind, one));
    if (more.length > 0 || !secret || !isSame(mac, macOf(secret, `${header}.${payload}`))) return null;
    const claims = decodeJson(payload);
    if (claims === null) return null;
    const { sub, jti, iat, exp, nbf = 0 } = claims;
    if (claims["iss"] !== issuer || claims["aud"] !== kind.audience) return null;
    if (typeof sub !== "string" || typeof jti !== "string" || typeof iat !== "number") return null;
    if (typeof exp !== "number" || exp <= now() || typeof nbf !== "number" || nbf > now()) return null;
    return { sub, jti, iat, exp, claims };
  }

  return {
    sign(kind, claims) {
      const iat = now();
      const payload = { ...claims, iss: issuer, aud: kind.audience, iat, exp: iat + kind.seconds };
      const signed = `${headerOf(kind, first)}.${encodeJson(payload)}`;
      return Promise.resolve(`${signed}.${macOf(first, signed)}`);
    },
    verify: (kind, token) => Promise.resolve(verify(kind, token)),
  };
}

/** A secret that was imported, the name that headers have for it, and the headers that were written so far, by `typ`. */
type Secret = { readonly key: KeyObject; readonly kid: string; readonly headers: Map<string, string> };

/** The header of a kind under a secret; there are as many as kinds. */
function headerOf({ typ }: TokenKind, { kid, headers }: Secret): string {
  const known = headers.get(typ);
  if (known !== undefined) return known;
  const header = encodeJson({ alg: "HS256", typ, kid });
  headers.set(typ, header);
  return header;
}

function macOf({ key }: Secret, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

/** In a time that says nothing of where they differ. Texts are compared, so that one MAC has one spelling. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => encoder.encode(text));
  return one !== undefined && other !== undefined && one.length === other.length &&
    timingSafeEqual(one, other);
}

const encoder = new TextEncoder();

function encodeJson(value: Readonly<Record<string, unknown>>): string {
  return encoder.encode(JSON.stringify(value)).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** The object that a part holds, or null for anything else. */
function decodeJson(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function importSecret(text: string): Secret {
  const bytes = encoder.encode(text);
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new TypeError("Cannot issue tokens: a secret has less than 256 bits");
  }
  const key = createSecretKey(bytes);
  // A MAC by the secret itself names it without helping anybody to find it.
  const name = createHmac("sha256", key).update("kedge token key id").digest();
  return {
    key,
    kid: Uint8Array.from(name).subarray(0, 9).toBase64({ alphabet: "base64url" }),
    headers: new Map(),
  };
}
