/**
 * Reads a challenge that came back and checks that it is one of ours, unchanged (sep-10.md, 4.6).
 *
 * It is decoded once, by the SDK; every check is made on that one reading.
 * @module
 */
import { type OperationRecord, Transaction, xdr } from "@stellar/stellar-sdk/base";
import { Refusal } from "../refusal.ts";
import {
  type ChallengeRules,
  type ChallengeSubject,
  CLIENT_DOMAIN,
  HOME_DOMAIN_SUFFIX,
  WEB_AUTH_DOMAIN,
} from "./challenge.ts";
import { challengeHash } from "./challenge-xdr.ts";
import { parseAccount } from "./strkey.ts";

/** A signature beside a transaction. */
export type ChallengeSignature = {
  /** Last four bytes of the signer's key, in hex; only a hint, anybody can write it. */
  readonly hint: string;
  readonly signature: Uint8Array;
};

/** A challenge of ours that came back in time; of its signatures only the server's was checked. */
export type ReturnedChallenge = ChallengeSubject & {
  /** Hash of the transaction under our passphrase: what was signed, and what a challenge is known by. */
  readonly hash: Uint8Array;
  /** Upper time bound, seconds. */
  readonly expiresAt: number;
  /** All signatures other than the server's, in their order. */
  readonly signatures: readonly ChallengeSignature[];
};

type ManageData = Extract<OperationRecord, { type: "manageData" }>;

/** The whole text of a challenge is far below this; an envelope has 100 operations at most. */
const MAX_TEXT_LENGTH = 50_000;

/**
 * Reads and checks a returned challenge.
 * @param text base64 XDR of a transaction envelope
 * @param now seconds
 * @throws {Refusal} 400 with `sep10.transaction_unreadable`, `sep10.transaction_fee_bump`,
 *   `sep10.challenge_foreign`, `sep10.challenge_expired` or `sep10.challenge_not_yet_valid`
 */
export function readChallenge(rules: ChallengeRules, text: string, now: number): ReturnedChallenge {
  const bytes = decodeText(text);
  const { transaction, isPresentForm } = decode(bytes, rules.networkPassphrase);
  if (transaction.source !== rules.signer.account) throw foreign("source account");
  if (transaction.sequence !== "0") throw foreign("sequence number");
  const bounds = readTimeBounds(transaction);
  const [first, ...further] = transaction.operations.map(requireManageData);
  if (!first) throw foreign("no operations");
  const client = parseAccount(first.source ?? "");
  if (!client) throw foreign("no source of the first operation");
  const memo = readMemo(transaction, client.kind === "muxed");
  const homeDomain = rules.homeDomains.find((domain) => domain + HOME_DOMAIN_SUFFIX === first.name);
  if (!homeDomain) throw foreign("home domain");
  requireNonce(first);
  const clientDomain = readFurtherOperations(rules, further);
  const hash = isPresentForm ? hashOf(bytes, transaction) : transaction.hash();
  const signatures = withoutServerSignature(rules, transaction, hash);
  // Last, so that an answer about time is only ever given about a challenge of ours.
  if (now < bounds.min - rules.skewSeconds) throw new Refusal("sep10.challenge_not_yet_valid");
  if (now > bounds.max) throw new Refusal("sep10.challenge_expired");
  return { client, memo, homeDomain, clientDomain, hash, expiresAt: bounds.max, signatures };
}

function decodeText(text: string): Uint8Array {
  if (text.length > MAX_TEXT_LENGTH) throw unreadable("too long");
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    throw unreadable("not base64");
  }
}

/** The transaction, and whether its envelope is of the form that is written today: the bytes of an older one differ. */
function decode(
  bytes: Uint8Array,
  networkPassphrase: string,
): { transaction: Transaction; isPresentForm: boolean } {
  const envelope = decodeEnvelope(bytes);
  if (envelope.type === "envelopeTypeTxFeeBump") throw new Refusal("sep10.transaction_fee_bump");
  try {
    const transaction = new Transaction(envelope, networkPassphrase);
    return { transaction, isPresentForm: envelope.type === "envelopeTypeTx" };
  } catch {
    throw unreadable("the envelope holds no transaction");
  }
}

function decodeEnvelope(bytes: Uint8Array): xdr.TransactionEnvelope {
  try {
    return xdr.TransactionEnvelope.fromXdr(bytes);
  } catch {
    throw unreadable("not XDR of an envelope");
  }
}

/**
 * The hash over the bytes as they came, all but the signatures at their end, which costs a fifth of encoding them anew. Had
 * they another spelling than ours, the server's signature would not fit.
 */
function hashOf(bytes: Uint8Array, { signatures, networkPassphrase }: Transaction): Uint8Array {
  const length = signatures.reduce((sum, { signature }) => sum + 8 + paddedLength(signature.toBytes()), 4);
  return challengeHash(bytes.subarray(0, bytes.length - length), networkPassphrase);
}

/** XDR fills up to a multiple of four. */
function paddedLength({ length }: Uint8Array): number {
  return Math.ceil(length / 4) * 4;
}

function readTimeBounds({ timeBounds }: Transaction): { min: number; max: number } {
  const min = Number(timeBounds?.minTime ?? 0);
  const max = Number(timeBounds?.maxTime ?? 0);
  // 0 as the upper bound means for ever (R-10-58); both bounds are ours, so they are small numbers.
  if (max === 0 || !Number.isSafeInteger(min) || !Number.isSafeInteger(max)) throw foreign("time bounds");
  return { min, max };
}

function requireManageData(operation: OperationRecord): ManageData {
  if (operation.type !== "manageData") throw foreign("an operation that is not Manage Data");
  return operation;
}

function readMemo({ memo }: Transaction, muxed: boolean): string | null {
  if (memo.type === "none") return null;
  if (memo.type !== "id" || muxed || typeof memo.value !== "string") throw foreign("memo");
  return memo.value;
}

function requireNonce({ value }: ManageData): void {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(value);
    if (text.length === 64 && Uint8Array.fromBase64(text).length === 48) return;
  } catch {
    // Falls through to the same refusal.
  }
  throw foreign("nonce");
}

/** The client domain among the operations after the first; everything else must be the server's. */
function readFurtherOperations(
  { signer, webAuthDomain }: ChallengeRules,
  operations: readonly ManageData[],
): ChallengeSubject["clientDomain"] {
  let clientDomain: ChallengeSubject["clientDomain"] = null;
  let endpointNamed = false;
  for (const { name, value, source } of operations) {
    const text = new TextDecoder().decode(value);
    if (name === CLIENT_DOMAIN) {
      const account = parseAccount(source ?? "");
      // The server's own signature is on every challenge and would prove such a domain for anybody.
      if (clientDomain || !text || account?.kind !== "account" || account.account === signer.account) {
        throw foreign("client domain");
      }
      clientDomain = { domain: text, account: account.account };
      continue;
    }
    if (source !== signer.account) throw foreign("an operation of another account");
    if (name === WEB_AUTH_DOMAIN) {
      if (text !== webAuthDomain) throw foreign("web_auth_domain");
      endpointNamed = true;
    }
  }
  if (!endpointNamed) throw foreign("no web_auth_domain");
  return clientDomain;
}

/** Finds the server's one signature (R-10-66) and returns the others; a second one of the server stays among them. */
function withoutServerSignature(
  { signer }: ChallengeRules,
  transaction: Transaction,
  hash: Uint8Array,
): ChallengeSignature[] {
  const signatures = transaction.signatures.map(({ hint, signature }) => ({
    hint: hint.toBytes().toHex(),
    signature: signature.toBytes(),
  }));
  const ours = signatures.findIndex(({ hint, signature }) =>
    hint === signer.hint && signer.verify(hash, signature)
  );
  if (ours < 0) throw foreign("no signature of the server");
  return signatures.toSpliced(ours, 1);
}

/** The reason goes to the log; the caller can only ask for a new challenge, whatever it was. */
function foreign(reason: string): Refusal {
  return new Refusal("sep10.challenge_foreign", {}, `Cannot accept the challenge: ${reason}`);
}

function unreadable(reason: string): Refusal {
  return new Refusal("sep10.transaction_unreadable", {}, `Cannot read the transaction: ${reason}`);
}
