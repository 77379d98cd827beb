/**
 * The seventeenth migration: money that a bank took back is owed to us, and whose it was opens no further transfers and is
 * not paid until somebody has lifted that (M-21).
 * @module
 */

/** Runs as one atomic batch. */
export const receivables = {
  id: "0017-receivables",
  up: [
    // id is the receipt's. owner is whose limits the transfer counts against: it outlives the customer who has data erased.
    `create table receivables (
      id text primary key references receipts (id),
      transfer_id text not null references transfers (id),
      customer_id text not null,
      owner text not null,
      asset text not null,
      amount integer not null check (amount > 0),
      settled integer not null default 0 check (settled >= 0 and settled <= amount),
      state text not null check (state in ('open', 'settled', 'written_off', 'not_paid')),
      reason text not null,
      frozen integer not null check (frozen in (0, 1)),
      version integer not null,
      at_ms integer not null,
      closed_ms integer
    ) strict`,
    "create index receivables_open on receivables (at_ms, id) where state = 'open' or frozen = 1",
    "create index receivables_frozen on receivables (owner) where frozen = 1",
    `create index transfers_to_hold on transfers (customer_owner) where state in ('funded', 'trusting')`,
    `create index transfers_frozen on transfers (customer_owner)
      where state = 'on_hold' and message = 'customer_frozen'`,
  ],
} as const;
