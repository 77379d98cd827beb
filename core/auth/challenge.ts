/**
 * SEP-10's challenge: a transaction that can never be sent, which the owner of an account signs (sep-10.md, 3.2).
 * @module
 */
import { challengeBytes, challengeEnvelope, challengeHash } from "./challenge-xdr.ts";
import type { Signer } from "./ed25519.ts";
import type { AccountAddress } from "./strkey.ts";

/** What a deployment's challenges look like; see {@link challengeRules}. */
export type ChallengeRules = {
  /** The key in `SIGNING_KEY` of stellar.toml. */
  readonly signer: Signer;
  /** Challenges are signed and checked under this passphrase alone (R-10-69). */
  readonly networkPassphrase: string;
  /** The home domains that this server serves, the default first. */
  readonly homeDomains: readonly [string, ...string[]];
  /** Host, with the port if the URL has one, of the endpoint. */
  readonly webAuthDomain: string;
  /** How long a challenge may be answered, in seconds. */
  readonly lifetimeSeconds: number;
  /** How far the lower time bound may lie ahead of this process's clock, for servers whose clocks differ. */
  readonly skewSeconds: number;
};

/** Who is challenged. */
export type ChallengeSubject = {
  readonly client: AccountAddress;
  /** Unsigned 64-bit number in plain decimal; null with a muxed account. */
  readonly memo: string | null;
  readonly homeDomain: string;
  /** The wallet's domain and the `SIGNING_KEY` that it publishes. */
  readonly clientDomain: ClientDomain | null;
};

/** A wallet's domain and the account that signs for it. */
export type ClientDomain = { readonly domain: string; readonly account: string };

/** Suffix of the first operation's name. */
export const HOME_DOMAIN_SUFFIX = " auth";
/** Name of the operation that says which endpoint the challenge is for. */
export const WEB_AUTH_DOMAIN = "web_auth_domain";
/** Name of the operation that says which wallet's domain takes part. */
export const CLIENT_DOMAIN = "client_domain";

/** Longest name or value of a Manage Data operation, in bytes. */
export const MAX_DATA_BYTES = 64;

/**
 * Checks what of the configuration goes into challenges (sep-10.md, trap 16).
 * @throws {TypeError} when a domain is empty or does not fit
 */
export function challengeRules(
  options: {
    signer: Signer;
    networkPassphrase: string;
    homeDomains: readonly string[];
    webAuthEndpoint: string;
    /** What challenges say instead of the endpoint's host; see `core/gateway/auth.ts`. */
    webAuthDomain?: string;
    lifetimeSeconds?: number;
    skewSeconds?: number;
  },
): ChallengeRules {
  const { signer, networkPassphrase, lifetimeSeconds = 900, skewSeconds = 30 } = options;
  const [defaultDomain, ...furtherDomains] = options.homeDomains;
  if (!defaultDomain) throw new TypeError("Cannot make challenges: there is no home domain");
  const homeDomains: [string, ...string[]] = [defaultDomain, ...furtherDomains];
  for (const domain of homeDomains) requireFit(`the home domain ${domain}`, domain + HOME_DOMAIN_SUFFIX);
  const webAuthDomain = options.webAuthDomain ?? new URL(options.webAuthEndpoint).host;
  requireFit(`the endpoint's host ${webAuthDomain}`, webAuthDomain);
  return { signer, networkPassphrase, homeDomains, webAuthDomain, lifetimeSeconds, skewSeconds };
}

function requireFit(what: string, text: string): void {
  const length = new TextEncoder().encode(text).length;
  if (length > MAX_DATA_BYTES) {
    throw new TypeError(`Cannot make challenges: ${what} is ${length - MAX_DATA_BYTES} bytes too long`);
  }
}

/**
 * A new challenge, signed by the server, as base64 XDR of its envelope (R-10-9 … R-10-19).
 * @param now seconds; becomes the lower time bound, without allowance for other clocks (trap 13)
 */
export function buildChallenge(rules: ChallengeRules, subject: ChallengeSubject, now: number): string {
  const { signer, networkPassphrase, webAuthDomain, lifetimeSeconds } = rules;
  const { clientDomain } = subject;
  const server = plainAccount(signer.account);
  const transaction = challengeBytes({
    server: signer.account,
    from: now,
    until: now + lifetimeSeconds,
    memo: subject.memo,
    entries: [
      {
        source: subject.client,
        name: subject.homeDomain + HOME_DOMAIN_SUFFIX,
        value: crypto.getRandomValues(new Uint8Array(48)).toBase64(),
      },
      { source: server, name: WEB_AUTH_DOMAIN, value: webAuthDomain },
      ...(clientDomain
        ? [{ source: plainAccount(clientDomain.account), name: CLIENT_DOMAIN, value: clientDomain.domain }]
        : []),
    ],
  });
  const signature = signer.sign(challengeHash(transaction, networkPassphrase));
  return challengeEnvelope(transaction, signer.hint, signature);
}

function plainAccount(account: string): AccountAddress {
  return { kind: "account", address: account, account, muxedId: null };
}
