/** What the gateway needs for its own running: stamp, clock, leases, sessions, inbox, outbox, alarms. */
export const recordsTables = [
  `create table stamp (key text primary key, value text not null) strict`,
  // Moved by tests only: every comparison of due times and leases goes through it (M-29).
  `create table test_clock (only integer primary key check (only = 1), offset_ms integer not null) strict`,
  `create table leases (
    name text primary key,
    holder text not null,
    token integer not null,
    until_ms integer not null
  ) strict`,
  `create table sessions (
    key text primary key,
    value text not null,
    expires_ms integer not null
  ) strict`,
  `create index sessions_by_expiry on sessions (expires_ms)`,
  // Raw requests of providers, committed before they are answered. request is sealed.
  `create table inbox (
    id text primary key,
    contract text not null check (contract in ('rail', 'kyc')),
    instance text not null,
    request blob not null,
    state text not null check (state in ('due', 'done', 'parked')),
    due_ms integer not null,
    tries integer not null default 0,
    error text,
    received_ms integer not null
  ) strict`,
  `create index inbox_due on inbox (state, due_ms)`,
  // What is to be done outside, written in the batch that decided it. id is the effect's key; body is sealed.
  `create table outbox (
    id text primary key,
    kind text not null,
    subject text not null,
    delivery text not null check (delivery in ('at_least_once', 'at_most_once')),
    state text not null check (state in ('due', 'sending', 'done', 'parked')),
    body blob,
    due_ms integer not null,
    tries integer not null default 0,
    error text,
    created_ms integer not null,
    done_ms integer
  ) strict`,
  `create index outbox_due on outbox (state, due_ms)`,
  `create index outbox_by_subject on outbox (subject)`,
  // What only a person can settle. detail holds ids and codes, never values.
  `create table alarms (
    id text primary key,
    kind text not null,
    subject text not null,
    detail text not null,
    raised_ms integer not null,
    closed_ms integer
  ) strict`,
  `create index alarms_open on alarms (closed_ms, kind)`,
  // Positions in streams and statements, moved by compare-and-set.
  `create table cursors (
    name text primary key,
    value text not null,
    version integer not null,
    moved_ms integer not null
  ) strict`,
  // What instances of modules share: tokens, nonces, keys. value is sealed.
  `create table module_store (
    instance text not null,
    key text not null,
    value blob not null,
    version integer not null,
    expires_ms integer,
    primary key (instance, key)
  ) strict`,
] as const;
