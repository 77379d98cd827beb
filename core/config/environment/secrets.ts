/**
 * Reads the secrets of the environment: none weak, none that the sandbox made on another network, no two alike.
 * @module
 */
import { isBearerToken } from "../../auth/bearer.ts";
import { addressKind, seedKey } from "../../auth/strkey.ts";
import { isMarked } from "./sandbox-mark.ts";
import type { Variables } from "./variables.ts";

/** Reads secrets and remembers each, so that two alike are found at the end; see {@link createSecretReader}. */
export interface SecretReader {
  /** A Stellar seed (`S…`); null when it is unset or wrong, which is noted. */
  readonly seed: (name: string, need: Need) => string | null;
  /** Base64 of exactly 32 bytes, several separated by commas. */
  readonly keys: (name: string, need: Need) => readonly Uint8Array[];
  /** Texts of at least 256 bits, several separated by commas. */
  readonly texts: (name: string, need: Need) => readonly string[];
  /** As `text`, for what callers send as a bearer token, so only of characters that one can have. */
  readonly bearer: (name: string, need: Need) => string | null;
  /** One such text; null when it is unset, which is noted when it is needed. */
  readonly text: (name: string, need: Need) => string | null;
  /** Notes a secret that stands inside another variable's value. */
  readonly note: (name: string, secret: string) => void;
  /** Notes every two secrets that are alike. Call it last. */
  readonly compare: () => void;
}

/** Whether a secret may be left out. */
export type Need = "needed" | "optional";

const SEED = 'write a Stellar secret seed ("S…")';
const KEY = "write 32 random bytes in base64, for example from: openssl rand -base64 32";
const TEXT = "write a random text of 256 bits or more, for example from: openssl rand -base64 32";
const BEARER = "write letters, digits and -._~+/= alone: it travels as Authorization: Bearer";
const MADE = "this secret was made by the sandbox: write one of your own, made for this environment";

/**
 * Builds the reader.
 * @param mayBeMade true on the sandbox network alone: there its own secrets are welcome
 */
export function createSecretReader(variables: Variables, mayBeMade: boolean): SecretReader {
  const seen: { readonly name: string; readonly material: string }[] = [];

  function remember(name: string, material: Uint8Array | string) {
    const bytes = typeof material === "string"
      ? decodeBase64(material) ?? encoder.encode(material)
      : material;
    if (!mayBeMade && isMarked(bytes)) variables.wrong(name, MADE);
    seen.push({ name, material: bytes.toHex() });
  }

  function parts(name: string, need: Need, write: string): readonly string[] {
    const given = variables.list(name);
    if (given.length === 0 && need === "needed") variables.wrong(name, write);
    return given;
  }

  function texts(name: string, need: Need): readonly string[] {
    return parts(name, need, TEXT).map((text) => {
      if (isWeak(text)) variables.wrong(name, TEXT);
      remember(name, text);
      return text;
    });
  }

  function text(name: string, need: Need): string | null {
    const [first = null, ...others] = texts(name, need);
    if (others.length > 0) variables.wrong(name, "write one secret, without a comma");
    return first;
  }

  return {
    seed: (name, need) => {
      const seed = variables.text(name);
      if (seed === null) {
        if (need === "needed") variables.wrong(name, SEED);
        return null;
      }
      const raw = addressKind(seed) === "seed" ? seedKey(seed) : null;
      if (!raw) {
        variables.wrong(name, SEED);
        return null;
      }
      remember(name, raw);
      return seed;
    },
    keys: (name, need) =>
      parts(name, need, KEY).flatMap((text) => {
        const bytes = decodeBase64(text);
        if (!bytes || bytes.length !== 32 || new Set(bytes).size < 16) {
          variables.wrong(name, KEY);
          return [];
        }
        remember(name, bytes);
        return [bytes];
      }),
    texts,
    text,
    bearer: (name, need) => {
      const secret = text(name, need);
      if (secret !== null && !isBearerToken(secret)) variables.wrong(name, BEARER);
      return secret;
    },
    note: (name, secret) => remember(name, secret),
    compare: () => {
      seen.forEach(({ name, material }, index) => {
        const twin = seen.slice(0, index).find((other) => other.material === material);
        if (twin) variables.wrong(name, `this secret is the same as one of ${twin.name}: write another`);
      });
    },
  };
}

/** True for a text that cannot hold 256 bits, as far as can be seen: short, or of few different characters. */
export function isWeak(text: string): boolean {
  const bytes = encoder.encode(text).length;
  const needed = /^[0-9a-f]+$/i.test(text) ? 64 : 32;
  return bytes < needed || new Set(text).size < 10;
}

/** Bytes of base64 or base64url text, padded or not; null when it is neither. */
export function decodeBase64(text: string): Uint8Array | null {
  if (!/^[\w+/-]+={0,2}$/.test(text)) return null;
  try {
    return Uint8Array.fromBase64(text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, ""));
  } catch {
    return null;
  }
}

const encoder = new TextEncoder();
