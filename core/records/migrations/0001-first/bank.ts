/** The fiat side: addresses that rails gave. */
export const bankTables = [
  // instructions is sealed. A per-customer address has no transfer; a shared one has a reference.
  `create table bank_addresses (
    rail text not null,
    instruction_id text not null,
    customer_id text not null,
    transfer_id text,
    reference text,
    instructions blob not null,
    given_ms integer not null,
    primary key (rail, instruction_id, customer_id)
  ) strict`,
  `create index bank_addresses_by_transfer on bank_addresses (transfer_id)`,
  `create index bank_addresses_by_customer on bank_addresses (rail, customer_id)`,
] as const;
