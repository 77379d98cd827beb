/**
 * The optional JWT by which a wallet shows, before it gets a challenge, who it is (sep-10.md, 2.2 and 4.5).
 * @module
 */
import { errors, importJWK, type JWTPayload, jwtVerify } from "jose";
import { Refusal } from "../refusal.ts";
import type { ClientDomain } from "./challenge.ts";
import { importAccount } from "./ed25519.ts";
import { accountKey } from "./strkey.ts";

/** What config says of the header; without it, a header that is sent is ignored. */
export type ClientSignedHeaderPolicy = {
  /** Whether the caller that proved itself may have challenges; everybody, when absent. */
  readonly admit?: (caller: { account: string; clientDomain: string | null }) => boolean | Promise<boolean>;
};

/** The request that the header came with. */
export type ClientSignedRequest = {
  /** `Authorization` as it came. */
  readonly authorization: string | null;
  readonly query: URLSearchParams;
  /** The `G…` account that is to log in; the one inside for a muxed address (R-10-50). */
  readonly account: string;
  readonly clientDomain: ClientDomain | null;
};

/** Parameters whose absence from the query must be an absence from the claims too. */
const PARAMETERS = ["account", "memo", "home_domain", "client_domain"];

/** How far a wallet's clock may run ahead, in seconds. */
const MAX_AHEAD = 30;

/**
 * Returns when the header is valid for this very request and its signer is admitted.
 * @param options.webAuthEndpoint the endpoint's whole URL
 * @param options.now seconds
 * @throws {Refusal} 401 `sep10.header_missing`; 400 `sep10.header_malformed`, `sep10.header_expired`,
 *   `sep10.header_signature`, `sep10.header_endpoint`, `sep10.header_claims`; 403 `sep10.not_admitted`
 */
export async function checkClientSignedHeader(
  options: { policy: ClientSignedHeaderPolicy; webAuthEndpoint: string; now: number },
  request: ClientSignedRequest,
): Promise<void> {
  const { policy, webAuthEndpoint, now } = options;
  const { authorization, clientDomain } = request;
  if (!authorization) throw new Refusal("sep10.header_missing");
  const token = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
  if (!token) throw new Refusal("sep10.header_malformed");
  const account = clientDomain?.account ?? request.account;
  const claims = await verify(token, account, now);
  if (claims.web_auth_endpoint !== webAuthEndpoint) {
    throw new Refusal("sep10.header_endpoint", { endpoint: webAuthEndpoint });
  }
  requireSameParameters(claims, request.query);
  if (await policy.admit?.({ account, clientDomain: clientDomain?.domain ?? null }) === false) {
    throw new Refusal("sep10.not_admitted");
  }
}

async function verify(token: string, account: string, now: number): Promise<JWTPayload> {
  const raw = accountKey(account);
  // The import refuses keys under which anybody can sign; jose's own would not.
  if (!raw || !importAccount(account)) throw new Refusal("sep10.header_signature");
  const key = await importJWK({
    kty: "OKP",
    crv: "Ed25519",
    x: raw.toBase64({ alphabet: "base64url", omitPadding: true }),
  }, "EdDSA");
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["EdDSA"],
      currentDate: new Date(now * 1000),
      requiredClaims: ["iat", "exp", "web_auth_endpoint"],
    });
    if (payload.iat === undefined || payload.iat > now + MAX_AHEAD) {
      throw new Refusal("sep10.header_expired");
    }
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new Refusal("sep10.header_expired");
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      throw new Refusal("sep10.header_signature");
    }
    if (error instanceof errors.JOSEError) throw new Refusal("sep10.header_malformed");
    throw error;
  }
}

/** Each parameter of the query is a claim of the same value, and no claim names one that was not sent (R-10-48). */
function requireSameParameters(claims: JWTPayload, query: URLSearchParams): void {
  const names = new Set([...query.keys(), ...PARAMETERS]);
  for (const name of names) {
    const [sent, ...more] = query.getAll(name);
    if (more.length > 0 || claims[name] !== sent) {
      throw new Refusal("sep10.header_claims", { name: PARAMETERS.includes(name) ? name : "query" });
    }
  }
}
