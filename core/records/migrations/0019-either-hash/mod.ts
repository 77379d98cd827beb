/**
 * The nineteenth migration: a transaction is known by either of its hashes, and envelopes that serve our own accounts can be
 * bumped too (M-7).
 * @module
 */

/** Runs as one atomic batch. */
export const eitherHash = {
  id: "0019-either-hash",
  up: [
    // inner_hash: what was signed first; hash: under which the ledger lists it, once somebody has bumped its fee.
    `create table transaction_aliases (
      inner_hash text primary key,
      hash text not null
    ) strict`,
    `insert or ignore into transaction_aliases (inner_hash, hash)
      select key, external_id from attempts where side = 'ledger' and external_id <> key`,
    `insert or ignore into transaction_aliases (inner_hash, hash)
      select json_extract(record, '$.transaction.inner_transaction.hash'), transaction_hash from ledger_operations
      where json_extract(record, '$.transaction.inner_transaction.hash') is not null`,
    // holder_id: the attempt or the errand whose envelope is inside.
    `create table bumps (
      hash text primary key,
      holder_id text not null,
      number integer not null,
      envelope text not null,
      fee integer not null,
      stored_ms integer not null,
      unique (holder_id, number)
    ) strict`,
    `insert into bumps (hash, holder_id, number, envelope, fee, stored_ms)
      select hash, attempt_id, number, envelope, fee, stored_ms from fee_bumps`,
    "drop table fee_bumps",
    "alter table bumps rename to fee_bumps",
    // What waits for an operator.
    "create index ledger_errands_undecidable on ledger_errands (stored_ms) where state = 'undecidable'",
  ],
} as const;
