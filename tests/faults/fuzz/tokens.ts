/**
 * Tokens: a few that are good, and many that must open nothing.
 * @module
 */
import fc from "fast-check";
import { SignJWT } from "jose";
import { createTokens, SEP10_TOKEN } from "../../../core/auth/mod.ts";
import type { Environment } from "../../../core/config/environment.ts";
import type { TokenShown } from "./shot.ts";

/** What tokens are made of. */
interface Makings {
  readonly environment: Environment;
  readonly good: string;
  readonly foreign: string;
  readonly subs: { readonly good: string; readonly foreign: string };
  /** Secrets that are for something else. */
  readonly others: readonly string[];
}

/** Tokens to choose from. */
export interface Tokens {
  readonly good: TokenShown;
  /** Of other users, who are let in as well. */
  readonly users: readonly TokenShown[];
  readonly bad: readonly TokenShown[];
  /** Mostly good ones. */
  readonly any: fc.Arbitrary<TokenShown>;
}

/** Nothing sent. */
export const NO_TOKEN: TokenShown = { name: "no token", header: null, sub: null };

/** Builds them all. */
export async function drawTokens(makings: Makings): Promise<Tokens> {
  const { environment, good, foreign, subs, others } = makings;
  const [secret = ""] = environment.jwtSecrets;
  const now = Math.floor(Date.now() / 1000);
  const issued = (at: number, kind = SEP10_TOKEN, issuer = environment.publicUrl, by = secret) =>
    createTokens({ secrets: [by], issuer, now: () => at })
      .sign(kind, { sub: subs.good, jti: "a token of the test", home_domain: environment.homeDomains[0] });
  const claims = { sub: subs.good, jti: "a", home_domain: environment.homeDomains[0] };
  const withSub = (sub: string) =>
    createTokens({ secrets: [secret], issuer: environment.publicUrl, now: () => now })
      .sign(SEP10_TOKEN, { ...claims, sub });
  const [head = "", payload = "", signature = ""] = good.split(".");
  const [, foreignPayload = ""] = foreign.split(".");
  const encode = (value: unknown) =>
    new TextEncoder().encode(JSON.stringify(value)).toBase64({ alphabet: "base64url", omitPadding: true });
  const bad = (name: string, token: string): TokenShown => ({ name, header: `Bearer ${token}`, sub: null });
  const user = (name: string, sub: string, token: string): TokenShown => ({
    name,
    sub,
    header: `Bearer ${token}`,
  });
  const account = subs.good;
  const shared = `${account}:7`;
  const goodToken = user("a good token", account, good);
  const users = [
    user("a token of a user of the account", shared, await withSub(shared)),
    user("a token of another user of the account", `${account}:8`, await withSub(`${account}:8`)),
  ];
  const badTokens = [
    NO_TOKEN,
    { name: "no scheme", header: good, sub: null },
    { name: "another scheme", header: `Basic ${good}`, sub: null },
    { name: "an empty bearer", header: "Bearer ", sub: null },
    { name: "two tokens", header: `Bearer ${good}, Bearer ${good}`, sub: null },
    { name: "two tokens in one", header: `Bearer ${good} ${foreign}`, sub: null },
    bad("nonsense", "nonsense"),
    bad("dots", "..."),
    bad("a very long token", "a".repeat(20_000)),
    bad("an expired token", await issued(now - 10 * 86_400)),
    bad("a token of another kind", await issued(now, { ...SEP10_TOKEN, typ: "kedge-sep24+jwt" })),
    bad("a token for another audience", await issued(now, { ...SEP10_TOKEN, audience: "kedge:operator" })),
    bad("a token of another issuer", await issued(now, SEP10_TOKEN, "https://other.example")),
    bad("a token by another secret", await issued(now, SEP10_TOKEN, environment.publicUrl, "x".repeat(40))),
    bad("a token without a signature", `${head}.${payload}.`),
    bad("another payload", `${head}.${foreignPayload}.${signature}`),
    bad("alg none", `${encode({ alg: "none", typ: SEP10_TOKEN.typ })}.${payload}.`),
    bad(
      "HS512",
      await new SignJWT(claims).setProtectedHeader({ alg: "HS512", typ: SEP10_TOKEN.typ })
        .setIssuer(environment.publicUrl).setAudience(SEP10_TOKEN.audience).setIssuedAt(now)
        .setExpirationTime(now + 600).sign(new TextEncoder().encode(secret.padEnd(64, "0"))),
    ),
    bad("a subject that is none", await withSub("GNOBODY")),
    bad("a subject with a memo that is none", await withSub(`${account}:1e3`)),
    ...others.map((other) => bad("a secret for something else", other)),
  ];
  return {
    good: goodToken,
    users,
    bad: badTokens,
    any: fc.oneof(
      { weight: 12, arbitrary: fc.constant(goodToken) },
      { weight: 3, arbitrary: fc.constantFrom(...users) },
      { weight: 4, arbitrary: fc.constantFrom(...badTokens) },
    ),
  };
}
