/**
 * The bytes of a challenge. A challenge has one shape alone, so it is written straight down, where the SDK would build,
 * encode, decode and encode it again; the tests hold every byte against the SDK.
 * @module
 */
import { createHash } from "node:crypto";
import { remembered } from "../remembered.ts";
import { type AccountAddress, accountKey } from "./strkey.ts";

/** A Manage Data operation. */
export type DataEntry = { readonly source: AccountAddress; readonly name: string; readonly value: string };

/** What a challenge's transaction says. */
export type ChallengeTransaction = {
  /** The server's account, `G…`. */
  readonly server: string;
  /** Time bounds in seconds. */
  readonly from: number;
  readonly until: number;
  /** Unsigned 64-bit number in plain decimal. */
  readonly memo: string | null;
  readonly entries: readonly DataEntry[];
};

/** Codes of Stellar's XDR. */
const ENVELOPE_TX = 2;
const KEY_ED25519 = 0;
const KEY_MUXED = 0x100;
const PRECONDITION_TIME = 1;
const MEMO_NONE = 0;
const MEMO_ID = 2;
const MANAGE_DATA = 10;

const FEE_OF_OPERATION = 100;
/** More than three entries of 64 bytes each ever need. */
const ROOM = 2048;

const encoder = new TextEncoder();
const networkId = remembered(10, (passphrase) => createHash("sha256").update(passphrase).digest());

/** The transaction, from its envelope's type on, which is also how what is signed goes on after the network's id. */
export function challengeBytes({ server, from, until, memo, entries }: ChallengeTransaction): Uint8Array {
  const bytes = new Uint8Array(ROOM);
  const view = new DataView(bytes.buffer);
  let end = 0;
  const int = (value: number) => void (view.setUint32(end, value), end += 4);
  const long = (value: bigint) => void (view.setBigUint64(end, value), end += 8);
  const raw = (value: Uint8Array) => void (bytes.set(value, end), end += value.length);
  const text = (value: string) => {
    const { written } = encoder.encodeInto(value, bytes.subarray(end + 4));
    int(written);
    // Filled up to a multiple of four with zeros, which are there.
    end += Math.ceil(written / 4) * 4;
  };
  const account = ({ account, muxedId }: Pick<AccountAddress, "account" | "muxedId">) => {
    int(muxedId === null ? KEY_ED25519 : KEY_MUXED);
    if (muxedId !== null) long(BigInt(muxedId));
    raw(keyOf(account));
  };

  int(ENVELOPE_TX);
  account({ account: server, muxedId: null });
  int(FEE_OF_OPERATION * entries.length);
  long(0n);
  int(PRECONDITION_TIME);
  long(BigInt(from));
  long(BigInt(until));
  int(memo === null ? MEMO_NONE : MEMO_ID);
  if (memo !== null) long(BigInt(memo));
  int(entries.length);
  for (const { source, name, value } of entries) {
    int(1);
    account(source);
    int(MANAGE_DATA);
    text(name);
    int(1);
    text(value);
  }
  int(0);
  return bytes.subarray(0, end);
}

/** What is signed: the hash of the transaction under a network. */
export function challengeHash(transaction: Uint8Array, passphrase: string): Uint8Array {
  return Uint8Array.from(createHash("sha256").update(networkId(passphrase)).update(transaction).digest());
}

/** The whole envelope with its one signature, in base64. @param hint of the signer's key, in hex */
export function challengeEnvelope(transaction: Uint8Array, hint: string, signature: Uint8Array): string {
  const envelope = new Uint8Array(transaction.length + 12 + signature.length);
  const view = new DataView(envelope.buffer);
  envelope.set(transaction);
  view.setUint32(transaction.length, 1);
  envelope.set(Uint8Array.fromHex(hint), transaction.length + 4);
  view.setUint32(transaction.length + 8, signature.length);
  envelope.set(signature, transaction.length + 12);
  return envelope.toBase64();
}

function keyOf(account: string): Uint8Array {
  const key = accountKey(account);
  if (!key) throw new TypeError("Cannot write a challenge: it names what is no account");
  return key;
}
