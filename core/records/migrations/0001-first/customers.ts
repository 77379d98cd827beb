/** Customers, what they gave, and the reviews of providers. */
export const customersTables = [
  // owner is the full subject of the token (R-10-102), or its memo's form (core/customers/owner.ts). version grows with
  // every change of what was given and is 0 while nothing was. write_id is that of the last batch.
  `create table customers (
    id text primary key,
    owner text not null unique,
    account text not null,
    language text,
    version integer not null,
    write_id text not null,
    created_ms integer not null
  ) strict`,
  // Files stand in chunks, since a remote database takes no large value. A file with expires_ms belongs to nothing yet.
  `create table customer_files (
    id text primary key,
    customer_id text not null,
    created_ms integer not null,
    expires_ms integer
  ) strict`,
  `create index customer_files_by_customer on customer_files (customer_id)`,
  `create index customer_files_by_expiry on customer_files (expires_ms)`,
  `create table customer_file_chunks (
    file_id text not null references customer_files (id) on delete cascade,
    number integer not null,
    bytes blob not null,
    primary key (file_id, number)
  ) strict`,
  // value is sealed: the text, or what is known of the file. given_version is the customer's version that brought it.
  `create table customer_values (
    customer_id text not null references customers (id) on delete cascade,
    name text not null,
    value blob not null,
    file_id text references customer_files (id),
    given_version integer not null,
    given_ms integer not null,
    primary key (customer_id, name)
  ) strict`,
  // Keyed hashes of the values that must be found again, each under the SEP-9 name that it was given for.
  `create table customer_indexes (
    customer_id text not null references customers (id) on delete cascade,
    name text not null,
    kind text not null,
    hash text not null,
    primary key (customer_id, name, hash)
  ) strict`,
  `create index customer_indexes_by_hash on customer_indexes (kind, hash)`,
  // One review of one customer for one type. id is the key that the provider gets: <customer>:<type>:<attempt>.
  // values_version is the customer's version that was handed in; a superseded case was overtaken by other values.
  `create table kyc_cases (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    type text not null,
    attempt integer not null,
    level text not null,
    instance text not null,
    ref text,
    state text not null check (state in (
      'new', 'collecting', 'processing', 'accepted', 'retry', 'rejected', 'expired', 'superseded'
    )),
    revision integer not null,
    values_version integer not null,
    valid_until_ms integer,
    answer blob,
    version integer not null,
    write_id text not null,
    asked_ms integer,
    changed_ms integer not null,
    unique (customer_id, type, attempt)
  ) strict`,
  `create index kyc_cases_by_state on kyc_cases (state, asked_ms)`,
  `create index kyc_cases_by_ref on kyc_cases (instance, ref)`,
] as const;
