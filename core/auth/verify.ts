/**
 * Whether the signatures of a returned challenge prove control of the account (sep-10.md, 4.7).
 *
 * The ledger says who may sign, at the time of the request. Anything but Horizon's own not-found (M-3) is no
 * answer, and without an answer nobody signs in.
 * @module
 */
import { Refusal } from "../refusal.ts";
import { importAccount } from "./ed25519.ts";
import type { ChallengeSignature, ReturnedChallenge } from "./read-challenge.ts";
import { accountKey } from "./strkey.ts";

/** What the ledger says of an account, narrowed to what signing in needs. */
export type LedgerAccount = {
  /** Horizon's `signers`: `type` is `ed25519_public_key`, `sha256_hash`, `preauth_tx` … */
  readonly signers: readonly { readonly key: string; readonly type: string; readonly weight: number }[];
  readonly thresholds: { readonly low: number; readonly med: number; readonly high: number };
};

/**
 * Reads an account from the ledger. `not_found` is Horizon's own not-found under rule M-3; it throws when Horizon
 * cannot answer, whatever the reason.
 */
export type AccountLookup = (
  account: string,
) => Promise<({ readonly kind: "found" } & LedgerAccount) | { readonly kind: "not_found" }>;

/** What {@link verifySignatures} needs. */
export type SignatureRules = {
  readonly accounts: AccountLookup;
  /** The server's own account; its signature never adds weight (R-10-76). */
  readonly serverAccount: string;
  /** Which of the account's thresholds must be reached (R-10-73, R-10-74). */
  readonly threshold: "medium" | "high";
};

/**
 * Returns when the signatures suffice: the client domain's, and those of the account's signers up to the threshold,
 * each once and none besides.
 * @throws {Refusal} 400 `sep10.signature_missing`, `sep10.signature_unknown`, `sep10.signature_weight`,
 *   `sep10.client_domain_signature`; 503 `sep10.ledger_unavailable`
 */
export async function verifySignatures(rules: SignatureRules, challenge: ReturnedChallenge): Promise<void> {
  const { hash, clientDomain, client } = challenge;
  let unexplained = challenge.signatures;
  if (clientDomain) {
    const rest = withoutSignatureOf(clientDomain.account, hash, unexplained);
    if (!rest) throw new Refusal("sep10.client_domain_signature", { domain: clientDomain.domain });
    unexplained = rest;
  }
  // Before the ledger is asked: nobody makes us ask for a challenge that its owner has not touched.
  if (unexplained.length === 0) throw new Refusal("sep10.signature_missing");
  const { weights, required } = await readSigners(rules, client.account);
  // Wallets' servers sign for their domain whatever they are shown, so that this signature gives no weight even
  // where the same key is a signer of the account (R-10-77; the SDK decides alike).
  weights.delete(rules.serverAccount);
  if (clientDomain) weights.delete(clientDomain.account);
  let weight = 0;
  for (const [account, signerWeight] of weights) {
    const rest = withoutSignatureOf(account, hash, unexplained);
    if (!rest) continue;
    unexplained = rest;
    weight += signerWeight;
  }
  if (unexplained.length > 0) throw new Refusal("sep10.signature_unknown");
  if (weight < required) throw new Refusal("sep10.signature_weight", { weight, required });
}

/** Account → weight of each signer that can prove itself, and the weight that is needed. */
async function readSigners(
  { accounts, threshold }: SignatureRules,
  account: string,
): Promise<{ weights: Map<string, number>; required: number }> {
  const found = await lookUp(accounts, account);
  // A missing account has its master key alone (R-10-81, R-10-82).
  if (found.kind === "not_found") return { weights: new Map([[account, 1]]), required: 1 };
  // Pre-authorized transactions and hash-x are no signatures by anybody (R-10-87); weight 0 is no signer (R-10-78).
  const usable = found.signers.filter(({ type, weight }) => type === "ed25519_public_key" && weight > 0);
  const weights = new Map(usable.map(({ key, weight }) => [key, weight]));
  // With a threshold of 0 somebody must still have signed (R-10-79).
  const required = Math.max(1, threshold === "high" ? found.thresholds.high : found.thresholds.med);
  return { weights, required };
}

async function lookUp(accounts: AccountLookup, account: string): ReturnType<AccountLookup> {
  try {
    return await accounts(account);
  } catch {
    throw new Refusal("sep10.ledger_unavailable", {}, "Cannot read the signers: Horizon gave no answer");
  }
}

/** The signatures less the first valid one of this account; null when it has none. */
function withoutSignatureOf(
  account: string,
  hash: Uint8Array,
  signatures: readonly ChallengeSignature[],
): ChallengeSignature[] | null {
  const accountHint = accountKey(account)?.subarray(28).toHex();
  // Importing a key costs half a verification, and most signers of an account have not signed.
  if (!signatures.some(({ hint }) => hint === accountHint)) return null;
  const key = importAccount(account);
  const index = signatures.findIndex(({ hint, signature }) =>
    hint === key?.hint && key.verify(hash, signature)
  );
  return index < 0 ? null : signatures.toSpliced(index, 1);
}
