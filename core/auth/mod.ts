/**
 * Who is calling: challenges, signers, tokens (SEP-10), and addresses as text (SEP-23).
 * @module
 */
export { type ChallengeRules, challengeRules } from "./challenge.ts";
export {
  type ClientDomainPolicy,
  type ClientDomains,
  createClientDomains,
  MAX_STELLAR_TOML_BYTES,
} from "./client-domain.ts";
export { type ClientSignedHeaderPolicy } from "./client-signed-header.ts";
export { importAccount, importSeed, type Signer, type VerificationKey } from "./ed25519.ts";
export { type Caller, parseSubject, readCaller } from "./session.ts";
export { type AccountAddress, type AddressKind, addressKind, parseAccount } from "./strkey.ts";
export { createTokens, SEP10_TOKEN, type TokenKind, type Tokens, type VerifiedToken } from "./tokens.ts";
export { type AccountLookup, type LedgerAccount } from "./verify.ts";
export { type ChallengeLimits, createWebAuth, type WebAuth, type WebAuthOptions } from "./web-auth.ts";
