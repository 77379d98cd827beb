/** Customers, what they gave, and the reviews of providers. */
export const customersTables = [
  // owner is the full subject of the token (R-10-102).
  `create table customers (
    id text primary key,
    owner text not null unique,
    account text not null,
    language text,
    version integer not null,
    created_ms integer not null
  ) strict`,
  // value is sealed; what must be found again has its keyed hashes in customer_indexes.
  `create table customer_values (
    customer_id text not null references customers (id) on delete cascade,
    name text not null,
    value blob not null,
    given_ms integer not null,
    primary key (customer_id, name)
  ) strict`,
  `create table customer_indexes (
    customer_id text not null references customers (id) on delete cascade,
    kind text not null,
    hash text not null,
    primary key (customer_id, kind, hash)
  ) strict`,
  `create index customer_indexes_by_hash on customer_indexes (kind, hash)`,
  // One review of one customer for one type. id is the key that the provider gets: <customer>:<type>:<attempt>.
  `create table kyc_cases (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    type text not null,
    attempt integer not null,
    level text not null,
    instance text not null,
    ref text,
    state text not null check (state in ('new', 'collecting', 'processing', 'accepted', 'retry', 'rejected', 'expired')),
    revision integer not null,
    valid_until_ms integer,
    answer blob,
    version integer not null,
    asked_ms integer,
    changed_ms integer not null,
    unique (customer_id, type, attempt)
  ) strict`,
  `create index kyc_cases_by_state on kyc_cases (state, asked_ms)`,
  `create index kyc_cases_by_ref on kyc_cases (instance, ref)`,
] as const;
