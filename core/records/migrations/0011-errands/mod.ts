/**
 * The eleventh migration: envelopes that serve no transfer but our own accounts, such as those that create channels. They are
 * stored before they are sent and hold their source like those of transfers (M-1, M-4).
 * @module
 */

/** Runs as one atomic batch. */
export const errands = {
  id: "0011-errands",
  up: [
    `create table ledger_errands (
      id text primary key,
      subject text,
      source text not null,
      hash text not null unique,
      envelope text not null,
      sequence integer not null,
      valid_until integer not null,
      state text not null check (state in ('stored', 'completed', 'failed', 'absent', 'undecidable')),
      ledger integer,
      fee integer,
      code text,
      version integer not null,
      stored_ms integer not null,
      decided_ms integer
    ) strict`,
    "create index ledger_errands_undecided on ledger_errands (stored_ms) where state = 'stored'",
    // What is to be done once: under way or done, it is not begun again.
    `create unique index ledger_errands_by_subject on ledger_errands (subject)
      where subject is not null and state in ('stored', 'completed')`,
    "create index ledger_errands_in_ledgers on ledger_errands (source, sequence) where ledger is not null",
  ],
} as const;
