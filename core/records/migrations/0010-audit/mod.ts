/**
 * The tenth migration: the audit log (M-28). Entries are never changed or deleted, and each is the one that its chain's
 * head names; a head moves by one entry at a time.
 * @module
 */

/** What the first entry of a chain names as the one before it. */
const NONE = "0".repeat(64);

/** Runs as one atomic batch. */
export const audit = {
  id: "0010-audit",
  up: [
    `create table audit_heads (
      chain text primary key check (chain in ('actions', 'views')),
      sequence integer not null,
      hash text not null
    ) strict`,
    `insert into audit_heads (chain, sequence, hash) values ('actions', 0, '${NONE}'), ('views', 0, '${NONE}')`,
    // detail: JSON of ids, codes and hashes, never values.
    `create table audit_entries (
      chain text not null references audit_heads (chain),
      sequence integer not null,
      id text not null unique,
      actor text not null,
      action text not null,
      subject text not null,
      detail text not null,
      at_ms integer not null,
      previous text not null,
      hash text not null,
      primary key (chain, sequence)
    ) strict`,
    `create trigger audit_entries_stay before update on audit_entries
      begin select raise(abort, 'audit entries are never changed'); end`,
    `create trigger audit_entries_remain before delete on audit_entries
      begin select raise(abort, 'audit entries are never deleted'); end`,
    // An insert that replaces a row fires no trigger of its removal, so it is refused here.
    `create trigger audit_entries_are_named before insert on audit_entries when not exists (
        select 1 from audit_heads h where h.chain = new.chain and h.sequence = new.sequence and h.hash = new.hash
      ) or exists (
        select 1 from audit_entries e where e.id = new.id or (e.chain = new.chain and e.sequence = new.sequence)
      ) begin select raise(abort, 'an audit entry is the one that its head names'); end`,
    `create trigger audit_heads_move_on before update on audit_heads
      when new.chain <> old.chain or new.sequence <> old.sequence + 1
      begin select raise(abort, 'the head of an audit chain moves by one entry'); end`,
    `create trigger audit_heads_remain before delete on audit_heads
      begin select raise(abort, 'the head of an audit chain is never deleted'); end`,
  ],
} as const;
