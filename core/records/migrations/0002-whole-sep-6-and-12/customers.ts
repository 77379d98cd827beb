/** Callbacks, verification codes, uploads and erasure of customers. */
export const customersTables = [
  // A customer that was erased keeps its row, without owner and account, so that its id is never given again and what
  // law wants kept still has something to belong to. decisions: JSON of codes, never values; null once retention is over.
  "alter table customers add column erased_ms integer",
  "alter table customers add column decisions text",
  `create index customers_erased on customers (erased_ms) where decisions is not null`,
  // owner: who uploaded the file, while no customer has it (customer_id is '' then). facts is sealed: media type, hash, size.
  "alter table customer_files add column owner text",
  "alter table customer_files add column facts blob",
  `create index customer_files_by_owner on customer_files (owner)`,
  // Where changes of a customer's status are posted. id names the registration: a later one ends it. url is sealed.
  // status is the last that was told; ended is set with the final one.
  `create table customer_callbacks (
    customer_id text primary key references customers (id) on delete cascade,
    id text not null unique,
    url blob not null,
    type text not null,
    status text not null,
    ended integer not null check (ended in (0, 1)),
    version integer not null,
    write_id text not null,
    set_ms integer not null
  ) strict`,
  `create index customer_callbacks_open on customer_callbacks (ended, customer_id)`,
  // A value whose possession is verified by a code. given_version is the customer's version that brought the value: of
  // another value, the row says nothing. send_id names one sending. code_ref is sealed: the provider's name of the code.
  `create table customer_verifications (
    customer_id text not null references customers (id) on delete cascade,
    name text not null,
    given_version integer not null,
    instance text not null,
    state text not null check (state in ('to_send', 'sent', 'verified', 'refused')),
    send_id text not null unique,
    code_ref blob,
    tries integer not null,
    expires_ms integer,
    write_id text not null,
    primary key (customer_id, name)
  ) strict`,
  // Codes that were sent lately, so that nobody is sent too many. counted is a keyed hash: of a customer's field, and of
  // the number or address itself, whoever gave it. Rows outlive the customer, and are gone within hours.
  `create table code_sendings (
    counted text not null,
    at_ms integer not null
  ) strict`,
  `create index code_sendings_by_counted on code_sendings (counted, at_ms)`,
  `create index code_sendings_by_time on code_sendings (at_ms)`,
] as const;
