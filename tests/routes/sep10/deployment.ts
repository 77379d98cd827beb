/**
 * A deployment of SEP-10 for tests: the real routes and core, a ledger and a clock that the test moves.
 * @module
 */
import assert from "node:assert/strict";
import { Hono } from "hono";
import { Keypair, Networks, Transaction, WebAuth } from "@stellar/stellar-sdk";
import {
  type AccountLookup,
  challengeRules,
  createTokens,
  createWebAuth,
  importSeed,
  type LedgerAccount,
  type WebAuthOptions,
} from "../../../core/auth/mod.ts";
import type { Sessions } from "../../../core/sessions/sessions.ts";
import { createTexts } from "../../../core/i18n/mod.ts";
import { createLanguages, errorHandler, type HttpEnv, notFoundHandler } from "../../../routes/http/mod.ts";
import { sep10Routes } from "../../../routes/sep10/mod.ts";

export const ENDPOINT = "https://anchor.example:8443/auth";
export const WEB_AUTH_DOMAIN = "anchor.example:8443";
export const HOME_DOMAIN = "anchor.example";
export const SECOND_DOMAIN = "second.example";
export const PASSPHRASE = Networks.TESTNET;
export const SECRET = "a secret of the tests, at least 32 bytes long";
export const ISSUER = "https://anchor.example";

/** The shape of every JSON answer here. */
export type Answer = { status: number; headers: Headers; body: Record<string, unknown>; text: string };

/** Signers and thresholds of an account as Horizon tells them; a master key of weight 1 when nothing is said. */
export function ledgerAccount(
  account: string,
  options: {
    master?: number;
    signers?: LedgerAccount["signers"];
    med?: number;
    high?: number;
    low?: number;
  } = {},
): LedgerAccount {
  const { master = 1, signers = [], low = 0, med = 0, high = 0 } = options;
  return {
    signers: [{ key: account, type: "ed25519_public_key", weight: master }, ...signers],
    thresholds: { low, med, high },
  };
}

/** A signer of another kind of key, or of an account. */
export function signer(key: string, weight: number, type = "ed25519_public_key") {
  return { key, type, weight };
}

/** Sessions in this process, for tests that are not about the store. */
export function sessionsInMemory(): Pick<Sessions, "once" | "countEach"> {
  const used = new Set<string>();
  const counts = new Map<string, number>();
  return {
    once(key) {
      const first = !used.has(key);
      used.add(key);
      return Promise.resolve(first);
    },
    countEach(keys) {
      return Promise.resolve(keys.map((key) => {
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        return count;
      }));
    },
  };
}

/** The deployment; `overrides` change what the gateway is built of. */
export function deploy(
  overrides: Partial<Omit<WebAuthOptions, "rules" | "tokens" | "now">> & {
    server?: Keypair;
    secrets?: string[];
    networkPassphrase?: string;
    homeDomains?: string[];
  } = {},
) {
  const server = overrides.server ?? Keypair.random();
  // The SDK's reader, which plays the wallet, looks at the real clock.
  const clock = { now: Math.floor(Date.now() / 1000) };
  const ledger = new Map<string, LedgerAccount>();
  const lookups: string[] = [];
  const accounts: AccountLookup = (account) => {
    lookups.push(account);
    const found = ledger.get(account);
    return Promise.resolve(found ? { kind: "found", ...found } : { kind: "not_found" });
  };
  const now = () => clock.now;
  const tokens = createTokens({ secrets: overrides.secrets ?? [SECRET], issuer: ISSUER, now });
  const webAuth = createWebAuth({
    rules: challengeRules({
      signer: importSeed(server.secret()),
      networkPassphrase: overrides.networkPassphrase ?? PASSPHRASE,
      homeDomains: overrides.homeDomains ?? [HOME_DOMAIN, SECOND_DOMAIN],
      webAuthEndpoint: ENDPOINT,
    }),
    webAuthEndpoint: ENDPOINT,
    accounts,
    sessions: sessionsInMemory(),
    tokens,
    now,
    ...overrides,
  });
  const errors: string[] = [];
  const languages = createLanguages(createTexts());
  const app = new Hono<HttpEnv>();
  app.route("/auth", sep10Routes({ webAuth, network: (c) => c.req.header("x-test-network") ?? "192.0.2.1" }));
  app.onError(errorHandler({ languages, log: (_, event) => void errors.push(event) }));
  app.notFound(notFoundHandler({ languages }));

  async function request(path: string, init?: RequestInit): Promise<Answer> {
    const response = await app.request(path, init);
    const text = await response.text();
    const body: unknown = text === "" ? {} : JSON.parse(text);
    assert.ok(isRecord(body));
    return { status: response.status, headers: response.headers, body, text };
  }

  const gateway = {
    app,
    /** Events that the error handler logged. */
    errors,
    server,
    clock,
    ledger,
    lookups,
    tokens,
    request,
    /** GET with these parameters. */
    get(parameters: Record<string, string> | string, headers: HeadersInit = {}) {
      return request(`/auth?${new URLSearchParams(parameters)}`, { headers });
    },
    /** POST of a transaction as JSON. */
    post(transaction: unknown) {
      return request("/auth", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ transaction }),
      });
    },
    /** A challenge for these parameters; fails when none is given. */
    async challenge(parameters: Record<string, string>): Promise<string> {
      const { status, body, text } = await gateway.get(parameters);
      assert.equal(status, 200, text);
      assert.ok(typeof body.transaction === "string");
      return body.transaction;
    },
    /** Challenge, signatures, token: what a wallet does. */
    async signIn(parameters: Record<string, string>, ...signers: Keypair[]): Promise<Answer> {
      return await gateway.post(sign(await gateway.challenge(parameters), ...signers));
    },
    /** The claims of a token that must be there. */
    async claims(parameters: Record<string, string>, ...signers: Keypair[]) {
      const answer = await gateway.signIn(parameters, ...signers);
      assert.equal(answer.status, 200, answer.text);
      return decodeClaims(answer.body.token);
    },
  };
  return gateway;
}

/** Adds signatures to a challenge, as the SDK does it. */
export function sign(transaction: string, ...signers: Keypair[]): string {
  const parsed = new Transaction(transaction, PASSPHRASE);
  parsed.sign(...signers);
  return parsed.toXdr();
}

/** What the SDK, as the wallet, reads in a challenge; it throws when the challenge is not as it should be. */
export function readAsWallet(transaction: string, server: string, homeDomain = HOME_DOMAIN) {
  return WebAuth.readChallengeTx(transaction, server, PASSPHRASE, homeDomain, WEB_AUTH_DOMAIN);
}

/** Claims of a JWT, unverified. */
export function decodeClaims(token: unknown): Record<string, unknown> {
  assert.ok(typeof token === "string");
  return decodePart(token, 1);
}

/** A part of a JWT: 0 is the header, 1 the claims. */
export function decodePart(token: string, part: 0 | 1): Record<string, unknown> {
  const text = token.split(".")[part] ?? "";
  const decoded: unknown = JSON.parse(
    new TextDecoder().decode(Uint8Array.fromBase64(text, { alphabet: "base64url" })),
  );
  assert.ok(isRecord(decoded));
  return decoded;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Asserts status and code of a refusal, and that it has a text. */
export function assertRefused({ status, body }: Answer, expected: number, code: string) {
  assert.deepEqual([status, body.code], [expected, code]);
  assert.ok(typeof body.error === "string" && body.error !== "");
}
