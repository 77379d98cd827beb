/** Inbox, outbox, alarms, the ledger's operations. */
export const recordsIndexes = [
  "drop index inbox_due",
  `create index inbox_due on inbox (due_ms) where state = 'due'`,
  `create index inbox_done on inbox (due_ms) where state = 'done'`,
  `create index inbox_parked on inbox (due_ms) where state = 'parked'`,
  "drop index outbox_due",
  `create index outbox_due on outbox (lane, due_ms) where state = 'due'`,
  `create index outbox_sending on outbox (due_ms) where state = 'sending'`,
  `create index outbox_parked on outbox (created_ms) where state = 'parked' and body is not null`,
  `create index outbox_over on outbox (done_ms)
    where state = 'done' and kind not in ('kyc_review', 'kyc_erase', 'customer_erased')`,
  "drop index outbox_by_subject",
  `create index outbox_by_subject on outbox (subject, state, lane, due_ms)`,
  "drop index alarms_open",
  `create index alarms_open on alarms (kind, subject, detail) where closed_ms is null`,
  `create index alarms_by_age on alarms (raised_ms, id) where closed_ms is null`,
  "drop index ledger_operations_by_state",
  `create index ledger_operations_new on ledger_operations (position) where state = 'new'`,
  `create index ledger_operations_set_aside on ledger_operations (position) where state = 'set_aside'`,
] as const;
