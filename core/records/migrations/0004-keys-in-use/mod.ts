/**
 * The fourth migration: which keys a database needs, so that a process which lacks one does not start, and what a swap
 * of a module's value is known by after a lost answer: its bytes change when keys rotate.
 * @module
 */

/** Runs as one atomic batch. */
export const keysInUse = {
  id: "0004-keys-in-use",
  up: [
    // id is that of the key (core/records/vault.ts), which tells nothing of it. Noted when a process first seals with it.
    `create table vault_keys (
      purpose text not null check (purpose in ('data', 'index')),
      id text not null,
      noted_ms integer not null,
      primary key (purpose, id)
    ) strict`,
    "alter table module_store add column write_id text",
  ],
} as const;
