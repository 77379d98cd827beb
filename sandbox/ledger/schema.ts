/**
 * The ledger's tables in the sandbox's storage. Tokens of history are decimal numbers padded to 19 digits, so that
 * they sort as text and never pass through a floating point number.
 * @module
 */
import type { Store } from "../store.ts";

const TABLES = [
  `create table if not exists ledger_settings (name text primary key, value text not null) strict`,
  `create table if not exists ledger_headers (
    sequence integer primary key,
    header blob not null,
    succeeded integer not null,
    failed integer not null,
    operations integer not null,
    set_operations integer not null
  ) strict`,
  `create table if not exists ledger_entries (key text primary key, entry text not null) strict`,
  `create table if not exists ledger_transactions (
    token text primary key,
    hash text not null unique,
    inner_hash text not null,
    ledger integer not null,
    successful integer not null,
    fee_charged text not null,
    max_fee text not null,
    operations integer not null,
    record text not null
  ) strict`,
  `create index if not exists ledger_transactions_inner on ledger_transactions (inner_hash)`,
  `create index if not exists ledger_transactions_ledger on ledger_transactions (ledger)`,
  `create table if not exists ledger_operations (
    token text primary key,
    transaction_token text not null references ledger_transactions (token),
    payment integer not null,
    successful integer not null,
    record text not null
  ) strict`,
  // An owner is an account, or the id of a claimable balance.
  `create table if not exists ledger_owners (
    owner text not null,
    token text not null,
    kind text not null check (kind in ('transaction', 'operation')),
    payment integer not null,
    successful integer not null,
    primary key (owner, kind, token)
  ) strict, without rowid`,
  // Transactions whose sender was told that nothing is known; they outlive a restart.
  `create table if not exists ledger_pending (
    hash text primary key,
    envelope text not null,
    not_before integer
  ) strict`,
];

/** Makes the ledger's tables where they are missing. */
export async function createTables(store: Store): Promise<void> {
  await store.batch(TABLES);
}

/** A token of history as it is stored. */
export function storedToken(token: bigint): string {
  return token.toString().padStart(19, "0");
}
