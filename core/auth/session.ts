/**
 * Who is calling, from the token of a SEP-10 session.
 * @module
 */
import { remembered } from "../remembered.ts";
import { parseAccount } from "./strkey.ts";
import { SEP10_TOKEN, type Tokens, type VerifiedToken } from "./tokens.ts";

/**
 * The owner of records: two callers are the same only if `sub` is the same (R-10-101, R-10-102). `M…` and `G…:id`
 * of one pair are different customers (sep-10.md, trap 10).
 */
export type Caller = {
  /** `M…`, `G…:memo` or `G…`. */
  readonly sub: string;
  /** The `G…` account, the one inside for a muxed login. Never an owner by itself. */
  readonly account: string;
  /** Unsigned 64-bit number in plain decimal; null when the login had none. `"0"` is a memo (R-10-34). */
  readonly memo: string | null;
  /** The id inside an `M…` address, in plain decimal; null for other logins. */
  readonly muxedId: string | null;
  /** The wallet's domain, proved by its key (R-10-93). */
  readonly clientDomain: string | null;
  /** The home domain that was logged in to. */
  readonly homeDomain: string;
};

const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * The caller that a bearer token names, or null when the token is not a valid one of a SEP-10 session.
 * @param token the token alone, without `Bearer`
 */
export async function readCaller(tokens: Tokens, token: string): Promise<Caller | null> {
  const verified = await tokens.verify(SEP10_TOKEN, token);
  return verified && callerOf(verified);
}

function callerOf({ sub, claims }: VerifiedToken): Caller | null {
  const subject = parseSubject(sub);
  const { home_domain: homeDomain, client_domain: clientDomain = null } = claims;
  if (!subject || typeof homeDomain !== "string") return null;
  if (clientDomain !== null && typeof clientDomain !== "string") return null;
  return { sub, ...subject, clientDomain, homeDomain };
}

/** The `sub` of a login: `M…`, `G…:memo` or `G…` (R-10-90 … R-10-92). */
export function formatSubject(address: string, memo: string | null): string {
  return memo === null ? address : `${address}:${memo}`;
}

/**
 * Reads a `sub`, split at its first colon (sep-10.md, trap 9); null when it is none of the three forms. Who polls asks with
 * every request.
 */
export const parseSubject = remembered(1000, readSubject);

function readSubject(sub: string): Pick<Caller, "account" | "memo" | "muxedId"> | null {
  const colon = sub.indexOf(":");
  const parsed = parseAccount(colon < 0 ? sub : sub.slice(0, colon));
  if (!parsed) return null;
  const { account, muxedId } = parsed;
  if (colon < 0) return { account, memo: null, muxedId };
  const memo = sub.slice(colon + 1);
  return parsed.kind === "account" && normalizeMemo(memo) === memo ? { account, memo, muxedId: null } : null;
}

/**
 * A memo in its plain decimal form, so that `007` and `7` are one user (R-10-33), with every digit (R-10-35); null
 * for text that is not an unsigned 64-bit integer in decimal (R-10-30).
 */
export function normalizeMemo(text: string): string | null {
  if (!/^[0-9]{1,80}$/.test(text)) return null;
  const value = BigInt(text);
  return value <= MAX_UINT64 ? value.toString() : null;
}
