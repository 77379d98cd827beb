/**
 * What a wallet, a broken one or an attacker who holds the server's key, may send.
 * @module
 */
import {
  Account,
  BASE_FEE,
  Keypair,
  Memo,
  Operation,
  StrKey,
  type Transaction,
  TransactionBuilder,
  type xdr,
} from "@stellar/stellar-sdk";
import { HOME_DOMAIN, PASSPHRASE, WEB_AUTH_DOMAIN } from "./deployment.ts";

/** A muxed address of an account. */
export function muxedAddress(account: string, id: bigint): string {
  const key = new Uint8Array(40);
  key.set(StrKey.decodeEd25519PublicKey(account));
  new DataView(key.buffer).setBigUint64(32, id);
  return StrKey.encodeMed25519PublicKey(key);
}

/** A nonce as challenges have it. */
export function nonce(): string {
  return crypto.getRandomValues(new Uint8Array(48)).toBase64();
}

/** The parts of a challenge; each may be made wrong. */
export type Forged = {
  server: Keypair;
  client: string;
  now: number;
  source?: string;
  sequence?: string;
  memo?: Memo;
  timebounds?: { minTime: number | string; maxTime: number | string };
  operations?: xdr.Operation[];
  passphrase?: string;
  signers?: Keypair[];
};

/** The operations of a good challenge. */
export function goodOperations(server: string, client: string): [xdr.Operation, xdr.Operation] {
  return [
    Operation.manageData({ name: `${HOME_DOMAIN} auth`, value: nonce(), source: client }),
    Operation.manageData({ name: "web_auth_domain", value: WEB_AUTH_DOMAIN, source: server }),
  ];
}

/** A challenge made by hand and signed by the server's key: good, but for the parts that are given. */
export function forge(parts: Forged): Transaction {
  const { server, now } = parts;
  const source = parts.source ?? server.publicKey();
  const builder = new TransactionBuilder(new Account(source, parts.sequence ?? "-1"), {
    fee: BASE_FEE,
    networkPassphrase: parts.passphrase ?? PASSPHRASE,
    timebounds: parts.timebounds ?? { minTime: now, maxTime: now + 900 },
  });
  for (const operation of parts.operations ?? goodOperations(server.publicKey(), parts.client)) {
    builder.addOperation(operation);
  }
  if (parts.memo) builder.addMemo(parts.memo);
  const transaction = builder.build();
  transaction.sign(...(parts.signers ?? [server]));
  return transaction;
}
