/**
 * The twenty-second migration: tokens that an operator orders back from whoever was paid for money that a bank took back
 * (M-21). Each try is an errand, as that of a return is.
 * @module
 */

/** Runs as one atomic batch. */
export const clawbacks = {
  id: "0022-clawbacks",
  up: [
    `create table clawbacks (
      id text primary key,
      receivable_id text not null references receivables (id),
      asset text not null,
      amount integer not null check (amount > 0),
      state text not null check (state in ('ordered', 'completed', 'failed', 'undecidable')),
      reason text,
      version integer not null,
      ordered_ms integer not null,
      decided_ms integer
    ) strict`,
    "create index clawbacks_by_receivable on clawbacks (receivable_id, ordered_ms)",
    // What is owed is taken once, whoever orders it.
    `create unique index clawbacks_under_way on clawbacks (receivable_id)
      where state in ('ordered', 'undecidable')`,
    "alter table ledger_errands add column clawback_id text references clawbacks (id)",
    `create unique index ledger_errands_claw_back_once on ledger_errands (clawback_id)
      where clawback_id is not null and state in ('stored', 'completed', 'undecidable')`,
  ],
} as const;
