/** Transfers, attempts, receipts. */
export const transfersIndexes = [
  // A list of one kind does not walk past all those of the other.
  "drop index transfers_by_owner",
  `create index transfers_by_owner on transfers (owner, asset, protocol, kind, started_ms desc, id desc)`,
  "drop index transfers_open",
  `create index transfers_unpaid on transfers (expires_ms) where state in ('kyc', 'instructing', 'waiting')`,
  `create index transfers_holding on transfers (status_ms)
    where state in ('asking', 'funded', 'trusting', 'paying', 'refunding')`,
  `create index transfers_to_settle on transfers (customer_id, protocol, state)
    where state in ('kyc', 'instructing', 'waiting', 'asking')`,
  `create index transfers_under_way on transfers (rail, kyc)
    where state not in ('completed', 'refunded', 'expired', 'failed')`,
  // What was moved in a period is summed up from the index alone.
  "drop index transfers_by_customer_owner",
  `create index transfers_by_customer_owner
    on transfers (customer_owner, asset, funded_ms, id, received, refunded)`,
  "drop index attempts_undecided",
  `create index attempts_undecided on attempts (side, place, state, stored_ms)
    where state in ('stored', 'sent', 'undecidable')`,
  "drop index attempts_by_batch",
  `create index attempts_by_batch on attempts (side, place, batch, key) where batch is not null`,
  `create index attempts_by_key on attempts (key)`,
  `create index attempts_in_ledgers on attempts (place, sequence) where ledger is not null`,
  "drop index receipts_by_transfer",
  `create index receipts_by_transfer on receipts (transfer_id, state)`,
  "drop index receipts_by_state",
  `create index receipts_waiting on receipts (side, place) where state in ('pending', 'unmatched')`,
] as const;
