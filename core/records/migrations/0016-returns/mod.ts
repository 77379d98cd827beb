/**
 * The sixteenth migration: money that belongs to no transfer goes back to whoever sent it (M-19, M-20).
 *
 * A return is a decision about a receipt. On the ledger each try is an errand: an envelope that serves no transfer, in a
 * table of the same shape as attempts, whose source, sequence and end follow the same rules (M-1, M-2, M-4); so attempts
 * go on to belong to transfers. At a bank the row itself holds the key, as a refund's does.
 * @module
 */

/** Runs as one atomic batch. */
export const returns = {
  id: "0016-returns",
  up: [
    // place and key: the rail instance and the key that it knows the last try by. number: of the order, if a first one failed.
    `create table returns (
      receipt_id text primary key references receipts (id),
      side text not null check (side in ('bank', 'ledger')),
      place text not null,
      asset text not null,
      amount integer not null check (amount > 0),
      state text not null check (state in ('ordered', 'stored', 'completed', 'failed', 'undecidable')),
      number integer not null,
      key text,
      failures integer not null default 0,
      external_id text,
      reason text,
      automatic integer not null check (automatic in (0, 1)),
      version integer not null,
      ordered_ms integer not null,
      decided_ms integer
    ) strict`,
    "create unique index returns_by_key on returns (place, key) where key is not null",
    "create index returns_open on returns (side, place) where state = 'stored'",
    // What went back lately: nobody is sent something twice a day by a machine.
    "create index returns_by_time on returns (ordered_ms, receipt_id)",
    "create index refunds_by_time on refunds (at_ms, receipt_id)",
    // The receipt that an errand sends back.
    "alter table ledger_errands add column receipt_id text references receipts (id)",
    `create index ledger_errands_by_receipt on ledger_errands (receipt_id, state)
      where receipt_id is not null`,
    // Whatever else goes wrong: a receipt is sent back once.
    `create unique index ledger_errands_send_back_once on ledger_errands (receipt_id)
      where receipt_id is not null and state in ('stored', 'completed', 'undecidable')`,
    "create index ledger_errands_by_ledger on ledger_errands (ledger) where ledger is not null",
  ],
} as const;
