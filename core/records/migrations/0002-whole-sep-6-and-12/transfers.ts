/** Callbacks, limits and retention of transfers. */
export const transfersTables = [
  // Databases of an earlier day may have these two.
  `create index if not exists transfers_returnable on transfers (returnable_until_ms)
    where returnable_until_ms is not null`,
  "create index if not exists attempts_by_external_id on attempts (side, place, external_id)",
  // Whose limits it counts against: the owner of its customer, which outlives the customer's erasure.
  "alter table transfers add column customer_owner text",
  "update transfers set customer_owner = (select c.owner from customers c where c.id = transfers.customer_id)",
  // When money came in: what counts as moved in a period.
  "alter table transfers add column funded_ms integer",
  `update transfers set funded_ms = (
    select min(at_ms) from receipts r where r.transfer_id = transfers.id and r.state = 'matched'
  ) where received > 0`,
  "create index transfers_by_customer_owner on transfers (customer_owner, asset, funded_ms)",
  // Calls to a bank under the attempt's key: begun, answered, when the last one was begun, and the one before it.
  "alter table attempts add column calls integer not null default 0",
  "alter table attempts add column answers integer not null default 0",
  "alter table attempts add column called_ms integer",
  "alter table attempts add column before_ms integer",
  // SEP-6's on_change_callback, sealed.
  "alter table transfers add column callback blob",
  // When what is personal in a transfer that is over was erased.
  "alter table transfers add column erased_ms integer",
  `create index receipts_to_erase on receipts (at_ms) where payer is not null and transfer_id is null`,
  `create index transfers_to_erase on transfers (status_ms)
    where erased_ms is null and state in ('completed', 'refunded', 'expired', 'failed')`,
] as const;
