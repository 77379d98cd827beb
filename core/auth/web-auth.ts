/**
 * SEP-10: a challenge for an account, and a token for the challenge that its owner signed.
 * @module
 */
import { Refusal } from "../refusal.ts";
import { type Sessions, sessionsUnreachable } from "../sessions/sessions.ts";
import { buildChallenge, type ChallengeRules, type ClientDomain } from "./challenge.ts";
import type { ClientDomains } from "./client-domain.ts";
import { checkClientSignedHeader, type ClientSignedHeaderPolicy } from "./client-signed-header.ts";
import { readChallenge, type ReturnedChallenge } from "./read-challenge.ts";
import { formatSubject, normalizeMemo } from "./session.ts";
import { type AccountAddress, parseAccount } from "./strkey.ts";
import { SEP10_TOKEN, type TokenKind, type Tokens } from "./tokens.ts";
import { type AccountLookup, verifySignatures } from "./verify.ts";

/** How many challenges may be asked for in a window. */
export type ChallengeLimits = {
  /** For one account from one network; nobody can use up another one's. */
  readonly perAccount: number;
  /** From one network; wallets with servers log in many users from one. */
  readonly perNetwork: number;
  readonly windowSeconds: number;
};

/** What {@link createWebAuth} takes. */
export type WebAuthOptions = {
  readonly rules: ChallengeRules;
  /** The endpoint's whole URL, `WEB_AUTH_ENDPOINT` of stellar.toml. */
  readonly webAuthEndpoint: string;
  readonly accounts: AccountLookup;
  /** Used challenges and rate limits. */
  readonly sessions: Pick<Sessions, "once" | "countEach">;
  readonly tokens: Tokens;
  /** Absent: client domains are not supported, and ignored (R-10-37). */
  readonly clientDomains?: ClientDomains;
  /** Absent: the client-signed header is not demanded and not looked at. */
  readonly clientSignedHeader?: ClientSignedHeaderPolicy;
  /** Which threshold of the account a login must reach; medium by default (R-10-73). */
  readonly threshold?: "medium" | "high";
  readonly limits?: ChallengeLimits;
  readonly tokenKind?: TokenKind;
  /** Whole seconds. */
  readonly now: () => number;
};

/** What the two routes call. */
export type WebAuth = {
  /**
   * A challenge for the account that the query names.
   * @param request.network from where it is asked, for the rate limit
   * @throws {Refusal} see docs of `challenge`, `client-domain` and `client-signed-header`; 429 `too_many_requests`
   */
  challenge(
    request: { query: URLSearchParams; authorization: string | null; network: string },
  ): Promise<{ transaction: string; network_passphrase: string }>;
  /**
   * A token for a signed challenge, once.
   * @throws {Refusal} 400 for whatever is wrong with it, `sep10.challenge_used` the second time; 503 when the
   *   ledger or the store of used challenges cannot answer
   */
  token(transaction: string): Promise<{ token: string }>;
};

const DEFAULT_LIMITS: ChallengeLimits = { perAccount: 60, perNetwork: 3000, windowSeconds: 60 };

/** A used challenge is remembered this much longer than it is good for, in seconds: the store has its own clock. */
const GRACE_SECONDS = 120;

/** Builds SEP-10 of this deployment. */
export function createWebAuth(options: WebAuthOptions): WebAuth {
  const { rules, tokens, now, limits = DEFAULT_LIMITS, tokenKind = SEP10_TOKEN } = options;
  const signatureRules = {
    accounts: options.accounts,
    serverAccount: rules.signer.account,
    threshold: options.threshold ?? "medium",
  };

  async function limit(account: string, network: string): Promise<void> {
    const { perAccount, perNetwork, windowSeconds } = limits;
    const keys = [`sep10-challenges:${network}`, `sep10-challenges:${network}:${account}`];
    const [ofNetwork = Infinity, ofAccount = Infinity] = await reach(
      options.sessions.countEach(keys, windowSeconds),
    );
    if (ofNetwork <= perNetwork && ofAccount <= perAccount) return;
    throw new Refusal("too_many_requests", { count: windowSeconds, retry_after: windowSeconds });
  }

  /** Who the wallet is, as far as config wants to know. */
  async function identifyClient(
    query: URLSearchParams,
    authorization: string | null,
    client: AccountAddress,
  ): Promise<ClientDomain | null> {
    const { clientSignedHeader: policy, webAuthEndpoint } = options;
    if (policy && !authorization) throw new Refusal("sep10.header_missing");
    const named = query.get("client_domain");
    const clientDomain = await options.clientDomains?.verify(named) ?? null;
    if (!policy) return clientDomain;
    // Without its key the header cannot be checked, so it is no longer enough to ignore the domain (R-10-49).
    if (named !== null && !clientDomain) throw new Refusal("sep10.client_domain_unsupported");
    const request = { authorization, query, account: client.account, clientDomain };
    await checkClientSignedHeader({ policy, webAuthEndpoint, now: now() }, request);
    return clientDomain;
  }

  return {
    async challenge({ query, authorization, network }) {
      const client = readAccount(query);
      const memo = readMemo(query, client);
      const homeDomain = readHomeDomain(query, rules);
      await limit(client.account, network);
      const clientDomain = await identifyClient(query, authorization, client);
      const transaction = buildChallenge(rules, { client, memo, homeDomain, clientDomain }, now());
      return { transaction, network_passphrase: rules.networkPassphrase };
    },
    async token(transaction) {
      const challenge = readChallenge(rules, transaction, now());
      await verifySignatures(signatureRules, challenge);
      const hash = challenge.hash.toHex();
      // After all checks, so that nobody but its owner can use a challenge up; before the token, so that there is one.
      const ttl = challenge.expiresAt - now() + GRACE_SECONDS;
      const first = await reach(options.sessions.once(`sep10-challenge-used:${hash}`, ttl));
      if (!first) throw new Refusal("sep10.challenge_used");
      return { token: await tokens.sign(tokenKind, claimsOf(challenge, hash)) };
    },
  };
}

function readAccount(query: URLSearchParams): AccountAddress {
  const account = query.get("account");
  if (!account) throw new Refusal("sep10.account_missing");
  const parsed = parseAccount(account);
  if (!parsed) throw new Refusal("sep10.account_invalid");
  return parsed;
}

function readMemo(query: URLSearchParams, client: AccountAddress): string | null {
  const memo = query.get("memo");
  if (memo === null) return null;
  if (client.kind === "muxed") throw new Refusal("sep10.memo_with_muxed");
  const normalized = normalizeMemo(memo);
  if (normalized === null) throw new Refusal("sep10.memo_invalid");
  return normalized;
}

function readHomeDomain(query: URLSearchParams, { homeDomains }: ChallengeRules): string {
  const named = query.get("home_domain") ?? homeDomains[0];
  if (homeDomains.includes(named)) return named;
  throw new Refusal("sep10.home_domain_unknown", { domains: homeDomains.join(", ") });
}

/** The claims of sep-10.md, 3.4; what every token has is added by `tokens`. */
function claimsOf(challenge: ReturnedChallenge, hash: string) {
  const { client, memo, homeDomain, clientDomain } = challenge;
  return {
    sub: formatSubject(client.address, memo),
    jti: hash,
    home_domain: homeDomain,
    ...(clientDomain && { client_domain: clientDomain.domain }),
  };
}

/** When sessions cannot be reached, what needs them answers 503 and nothing is let through (DESIGN §7). */
async function reach<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    // A refusal of the store says in the log what is the matter.
    throw error instanceof Refusal ? error : sessionsUnreachable();
  }
}
