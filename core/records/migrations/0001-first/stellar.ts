/** The ledger side: accounts that pay, and operations that were seen. */
export const stellarTables = [
  // One undecided envelope per source account (M-4): attempt_id is set and cleared by compare-and-set.
  `create table stellar_sources (
    account text primary key,
    role text not null check (role in ('distribution', 'channel')),
    attempt_id text,
    version integer not null
  ) strict`,
  // Operations on our accounts in the order of the ledger (M-9). A record that cannot be read is set aside (M-11).
  `create table ledger_operations (
    id text primary key,
    position integer not null,
    account text not null,
    transaction_hash text not null,
    record text not null,
    state text not null check (state in ('new', 'done', 'set_aside')),
    reason text,
    seen_ms integer not null
  ) strict`,
  `create index ledger_operations_by_state on ledger_operations (state, position)`,
  `create index ledger_operations_by_transaction on ledger_operations (transaction_hash)`,
] as const;
