/**
 * Accounts between the two ways of writing them: bytes in a transaction, `G…` and `M…` addresses outside of it.
 * @module
 */
import { StrKey, type xdr } from "@stellar/stellar-sdk";

/** A participant of an operation: the account, and the multiplexed address if it was named by one. */
export interface Party {
  /** The base account, `G…`. */
  account: string;
  /** The multiplexed address, `M…`. */
  muxed?: string;
  /** Its id as a decimal string. */
  muxedId?: string;
}

/** The `G…` address of a public key. */
export function accountOf(key: xdr.PublicKeyWire): string {
  return StrKey.encodeEd25519PublicKey(key.ed25519);
}

/** The public key of a `G…` address. */
export function publicKeyOf(account: string): xdr.PublicKeyWire {
  return { type: 0, ed25519: StrKey.decodeEd25519PublicKey(account) };
}

/** Who a possibly multiplexed account is. */
export function partyOf(account: xdr.MuxedAccountWire): Party {
  if (account.type === 0) return { account: StrKey.encodeEd25519PublicKey(account.ed25519) };
  const { ed25519, id } = account.med25519;
  const bytes = new Uint8Array(40);
  bytes.set(ed25519);
  new DataView(bytes.buffer).setBigUint64(32, id);
  return {
    account: StrKey.encodeEd25519PublicKey(ed25519),
    muxed: StrKey.encodeMed25519PublicKey(bytes),
    muxedId: id.toString(),
  };
}

/**
 * A party as Horizon shows it under a name: `{from, from_muxed?, from_muxed_id?}`.
 */
export function partyFields(name: string, party: Party): Record<string, string> {
  const fields: Record<string, string> = { [name]: party.account };
  if (party.muxed !== undefined) fields[`${name}_muxed`] = party.muxed;
  if (party.muxedId !== undefined) fields[`${name}_muxed_id`] = party.muxedId;
  return fields;
}
