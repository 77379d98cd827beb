/**
 * Records as Horizon writes them, for situations that are hard to bring about on a ledger.
 * @module
 */
import { Keypair } from "@stellar/stellar-sdk";

/** Accounts that stay the same from run to run. */
export const ALICE = keysOf("alice").publicKey();
/** See {@link ALICE}. */
export const BOB = keysOf("bob").publicKey();
/** See {@link ALICE}. */
export const CAROL = keysOf("carol").publicKey();
/** See {@link ALICE}. */
export const ISSUER = keysOf("issuer").publicKey();

/** The keys of a name. */
export function keysOf(name: string): Keypair {
  return Keypair.fromRawEd25519Seed(new TextEncoder().encode(name.padEnd(32, "-").slice(0, 32)));
}

/** A hash made of one digit. */
export const hashOf = (digit: string): string => digit.repeat(64);

/** A transaction's record; `more` replaces or adds fields. */
export function transactionRecord(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    hash: hashOf("a"),
    successful: true,
    ledger: 100,
    created_at: "2026-11-21T10:00:00Z",
    source_account: ALICE,
    source_account_sequence: "7",
    fee_charged: "100",
    max_fee: "200",
    operation_count: 1,
    envelope_xdr: "",
    result_xdr: "AAAAAAAAAGQAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAA=",
    result_meta_xdr: "long",
    fee_meta_xdr: "long",
    memo_type: "none",
    signatures: [],
    ...more,
  };
}

/** A payment's record in the transaction's ledger, the operation at `index` of the transaction at `order`. */
export function operationRecord(
  more: Record<string, unknown> = {},
  transaction: Record<string, unknown> = transactionRecord(),
  [order, index]: readonly [number, number] = [1, 1],
): Record<string, unknown> {
  const position = (BigInt(Number(transaction.ledger)) << 32n) | (BigInt(order) << 12n) | BigInt(index);
  return {
    _links: { self: { href: "https://horizon.example/operations/1" } },
    id: position.toString(),
    paging_token: position.toString(),
    transaction_successful: true,
    source_account: ALICE,
    type: "payment",
    type_i: 1,
    created_at: "2026-11-21T10:00:00Z",
    transaction_hash: transaction.hash,
    asset_type: "credit_alphanum4",
    asset_code: "USDX",
    asset_issuer: ISSUER,
    from: ALICE,
    to: BOB,
    amount: "12.5000000",
    transaction,
    ...more,
  };
}

/** An account's record. */
export function accountRecord(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    account_id: id,
    sequence: "41",
    subentry_count: 0,
    num_sponsoring: 0,
    num_sponsored: 0,
    last_modified_ledger: 5,
    thresholds: { low_threshold: 0, med_threshold: 0, high_threshold: 0 },
    flags: {
      auth_required: false,
      auth_revocable: false,
      auth_immutable: false,
      auth_clawback_enabled: false,
    },
    balances: [{
      balance: "10.0000000",
      buying_liabilities: "0.0000000",
      selling_liabilities: "0.0000000",
      asset_type: "native",
    }],
    signers: [{ weight: 1, key: id, type: "ed25519_public_key" }],
    data: {},
    ...more,
  };
}

/** A collection with these records. */
export function pageOf(records: readonly unknown[]): Record<string, unknown> {
  return { _links: {}, _embedded: { records } };
}

/** A ledger's record that closed at so many seconds. */
export function ledgerRecord(sequence: number, closedAt: number): Record<string, unknown> {
  return {
    sequence,
    hash: hashOf("b"),
    closed_at: new Date(closedAt * 1000).toISOString(),
    base_fee_in_stroops: 100,
    base_reserve_in_stroops: 5_000_000,
  };
}
