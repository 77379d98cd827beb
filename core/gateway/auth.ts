/**
 * SEP-10 of this deployment.
 * @module
 */
import {
  type Caller,
  challengeRules,
  createClientDomains,
  createTokens,
  createWebAuth,
  importSeed,
  MAX_STELLAR_TOML_BYTES,
  readCaller,
  SEP10_TOKEN,
  type Tokens,
  type WebAuth,
} from "../auth/mod.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Environment } from "../config/environment.ts";
import { createGuardedFetch } from "../outgoing/mod.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Horizon } from "../stellar/horizon.ts";

/** The room. */
export interface Auth {
  readonly webAuth: WebAuth;
  /** Of every kind: one room knows those again that were verified. */
  readonly tokens: Tokens;
  readonly caller: (token: string) => Promise<Caller | null>;
  /** `SIGNING_KEY` of stellar.toml. */
  readonly signingKey: string;
  readonly close: () => void;
}

/** Seconds within which a wallet's domain has to answer. */
const CLIENT_DOMAIN_TIMEOUT_MS = 3_000;

/** Builds the room. */
export function authRoom(
  { environment, anchor, horizon, sessions, now }: {
    readonly environment: Environment;
    readonly anchor: Anchor;
    readonly horizon: Horizon;
    readonly sessions: Sessions;
    readonly now: () => number;
  },
): Auth {
  const { publicUrl } = environment;
  const webAuthEndpoint = `${publicUrl}/auth`;
  const signer = importSeed(environment.seeds.signing);
  const { challengeSeconds, tokenSeconds, threshold, clientDomains, clientSignedHeader } = anchor.auth;
  const tokenKind = { ...SEP10_TOKEN, seconds: tokenSeconds };
  const tokens = createTokens({ secrets: environment.jwtSecrets, issuer: publicUrl, now });
  const outgoing = createGuardedFetch({
    allow: environment.outgoingAllow,
    maxBytes: MAX_STELLAR_TOML_BYTES,
    timeoutMs: CLIENT_DOMAIN_TIMEOUT_MS,
  });
  const { allow, deny, required } = clientDomains;
  const webAuth = createWebAuth({
    rules: challengeRules({
      signer,
      networkPassphrase: environment.passphrase,
      homeDomains: environment.homeDomains,
      webAuthEndpoint,
      // R-10-17 wants the port, the public wallet SDK (1.10) refuses it. Where an endpoint has no port they agree; on
      // the sandbox, which only ever has one, the wallet that a newcomer points at it counts.
      ...(environment.network === "sandbox" ? { webAuthDomain: new URL(webAuthEndpoint).hostname } : {}),
      lifetimeSeconds: challengeSeconds,
    }),
    webAuthEndpoint,
    accounts: (account) => horizon.account(account),
    sessions,
    tokens,
    tokenKind,
    clientDomains: createClientDomains({
      outgoing,
      serverAccount: signer.account,
      policy: { deny, required, ...(allow ? { allow } : {}) },
    }),
    ...(clientSignedHeader ? { clientSignedHeader: {} } : {}),
    threshold,
    now,
  });
  return {
    webAuth,
    tokens,
    caller: (token) => readCaller(tokens, token),
    signingKey: signer.account,
    close: () => void outgoing.close(),
  };
}
