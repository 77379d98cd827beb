/** Reviews, values, verifications, addresses. */
export const customersIndexes = [
  "drop index kyc_cases_by_state",
  `create index kyc_cases_to_ask on kyc_cases (instance, state, coalesce(asked_ms, changed_ms))
    where ref is not null and state in ('processing', 'collecting', 'retry')`,
  `create index kyc_cases_begun on kyc_cases (instance) where state in ('new', 'collecting', 'processing')`,
  // A file is not deleted before no value is found that needs it.
  `create index customer_values_by_file on customer_values (file_id) where file_id is not null`,
  `create index customer_verifications_to_send on customer_verifications (instance) where state = 'to_send'`,
  "drop index bank_addresses_by_customer",
  `create index bank_addresses_by_customer on bank_addresses (customer_id, rail)`,
] as const;
