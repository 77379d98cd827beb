/**
 * Tokens that the gateway issues and later accepts: JWTs, HS256.
 *
 * A token has a kind, which is in its `typ` header and its `aud` claim, so that none works where another is meant
 * (DESIGN §4.5). Secrets rotate: the first one signs, all of them verify; `kid` says which one it was.
 *
 * A wallet that polls shows the same token with every request, and a MAC by WebCrypto costs two changes of thread: so a
 * token that was verified is known again by its whole text, until it expires.
 * @module
 */
import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";

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

/** What a token turned out to be. `expired`: it was a valid one of this kind, and its time is over. */
export type TokenReading =
  | { readonly kind: "valid" | "expired"; readonly token: VerifiedToken }
  | { readonly kind: "invalid" };

/** Issues and verifies tokens; see {@link createTokens}. */
export type Tokens = {
  /** Signs a token of this kind with the first secret. */
  sign(kind: TokenKind, claims: TokenClaims): Promise<string>;
  /** The token's content, or null when it is not a valid token of this kind, whatever the reason (R-10-98). */
  verify(kind: TokenKind, token: string): Promise<VerifiedToken | null>;
  /** As {@link Tokens.verify}, for who tells a person why: only what is right in everything else is `expired`. */
  read(kind: TokenKind, token: string): Promise<TokenReading>;
};

/** 256 bits, the length of the MAC. */
const MIN_SECRET_BYTES = 32;

/** So many tokens are known again, about 5 MB; of more, the one that was verified first is verified anew. */
const MOST_KNOWN = 5_000;

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
  const [first, ...older] = options.secrets.map(secretBytes);
  if (!first) throw new TypeError("Cannot issue tokens: there is no secret");
  let imported: Promise<[Key, ...Key[]]> | undefined;
  // At the first token, so that a start does not wait for it.
  const keys = () => imported ??= Promise.all([importSecret(first), ...older.map(importSecret)]);
  const verified = remembering(now);

  async function readAnew(kind: TokenKind, token: string): Promise<TokenReading> {
    const known = await keys();
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => known.find((secret) => secret.kid === kid)?.key ?? unknownKey(),
        {
          algorithms: ["HS256"],
          typ: kind.typ,
          audience: kind.audience,
          issuer,
          currentDate: new Date(now() * 1000),
          requiredClaims: ["sub", "jti", "iat", "exp"],
        },
      );
      return readingOf("valid", payload);
    } catch (error) {
      // Signature, type, issuer and audience are judged before the time.
      if (error instanceof errors.JWTExpired) return readingOf("expired", error.payload);
      if (error instanceof errors.JOSEError) return { kind: "invalid" };
      throw error;
    }
  }

  async function read(kind: TokenKind, token: string): Promise<TokenReading> {
    const found = verified.find(kind, token);
    if (found) return { kind: "valid", token: found };
    const reading = await readAnew(kind, token);
    if (reading.kind === "valid") verified.keep(kind, token, reading.token);
    return reading;
  }

  return {
    async sign(kind, claims) {
      const [{ kid, key }] = await keys();
      const iat = now();
      return await new SignJWT({ ...claims })
        .setProtectedHeader({ alg: "HS256", typ: kind.typ, kid })
        .setIssuer(issuer)
        .setAudience(kind.audience)
        .setIssuedAt(iat)
        .setExpirationTime(iat + kind.seconds)
        .sign(key);
    },
    async verify(kind, token) {
      const reading = await read(kind, token);
      return reading.kind === "valid" ? reading.token : null;
    },
    read,
  };
}

/**
 * Tokens that were verified, by kind and whole text. Only what was verified is kept, so nobody fills it who has not signed
 * in so often, and what is found is as good as what is verified anew: secrets do not change while a process runs.
 */
function remembering(now: () => number) {
  const kinds = new Map<string, Map<string, VerifiedToken>>();
  return {
    find(kind: TokenKind, token: string): VerifiedToken | null {
      const found = kinds.get(kind.typ)?.get(token);
      return found && found.exp > now() ? found : null;
    },
    keep(kind: TokenKind, token: string, found: VerifiedToken): void {
      const known = kinds.get(kind.typ) ?? new Map<string, VerifiedToken>();
      kinds.set(kind.typ, known);
      const [oldest] = known.size >= MOST_KNOWN ? known.keys() : [];
      if (oldest !== undefined) known.delete(oldest);
      known.set(token, found);
    },
  };
}

function readingOf(kind: "valid" | "expired", payload: JWTPayload): TokenReading {
  const { sub, jti, iat, exp } = payload;
  if (sub === undefined || jti === undefined || iat === undefined || exp === undefined) {
    return { kind: "invalid" };
  }
  return { kind, token: { sub, jti, iat, exp, claims: payload } };
}

function unknownKey(): never {
  throw new errors.JWKSNoMatchingKey();
}

type Key = { kid: string; key: CryptoKey };

function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new TypeError("Cannot issue tokens: a secret has less than 256 bits");
  }
  return bytes;
}

async function importSecret(secret: Uint8Array<ArrayBuffer>): Promise<Key> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
    "verify",
  ]);
  // A MAC by the secret itself names it without helping anybody to find it.
  const name = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode("kedge token key id"));
  return { kid: new Uint8Array(name).subarray(0, 9).toBase64({ alphabet: "base64url" }), key };
}
