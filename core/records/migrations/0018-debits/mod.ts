/**
 * The eighteenth migration: what left without a stored attempt, each a row that stands open until an operator has said
 * what it was (M-14).
 * @module
 */

/** Runs as one atomic batch. */
export const debits = {
  id: "0018-debits",
  up: [
    // id is the subject of the debit's alarm. asset is a currency at a bank, where fee comes on top. key is the envelope's
    // hash, or the key under which the rail was instructed. undone: the rail says that it never left after all. What it was
    // told to be is a transfer's, or the return of a receipt that belongs to none.
    `create table debits (
      id text primary key,
      side text not null check (side in ('bank', 'ledger')),
      place text not null,
      external_id text not null,
      key text,
      asset text not null,
      amount integer not null check (amount > 0),
      fee integer not null check (fee >= 0),
      state text not null check (state in ('open', 'payout', 'refund', 'return', 'loss', 'undone')),
      transfer_id text references transfers (id),
      receipt_id text references receipts (id),
      at_ms integer not null,
      explained_ms integer
    ) strict`,
    "create index debits_open on debits (at_ms, id) where state = 'open'",
    "create index debits_by_key on debits (key) where key is not null",
    // Those on the ledger that were found before have their amount in the books alone.
    `insert into debits (id, side, place, external_id, key, asset, amount, fee, state, at_ms)
      select 'ledger:' || o.id, 'ledger', o.account, o.id, o.transaction_hash, p.asset, p.amount, 0, 'open', o.seen_ms
      from ledger_operations o join postings p on p.batch = 'operation:' || o.id
      where p.account = 'suspense' and p.amount > 0`,
  ],
} as const;
