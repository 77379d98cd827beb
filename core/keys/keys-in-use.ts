/**
 * Which keys a database needs: noted by each process that starts to seal with one, crossed out by `rekey` when nothing
 * stands under it any more. So a process that lacks one does not start, by a look at a table of a few rows.
 *
 * Without it a missing `DATA_KEY` would show at the first value that does not open, and a missing `INDEX_KEY` not at all:
 * whoever is looked for is simply not found.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import { repeatable } from "../records/database.ts";
import type { Database, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Vault } from "../records/vault.ts";
import { isUnused, type KeyPurpose, type KeyUse, valuesUnder } from "./count.ts";

/** The variable that holds the keys of a purpose. */
export const VARIABLES: Readonly<Record<KeyPurpose, string>> = { data: "DATA_KEY", index: "INDEX_KEY" };

interface Key {
  readonly purpose: KeyPurpose;
  readonly keyId: string;
}

const keys = rowsOfTable("vault_keys");

/** A process's keys beside those that a database needs. */
export interface KeyComparison {
  /** What keeps the process from using the database: one line each with what to do. */
  readonly problems: readonly string[];
  /** Notes the keys that it seals with; for a process that starts, before it seals anything. */
  readonly note: () => Promise<void>;
}

/** Compares; one look at a table of a few rows. */
export async function compareKeys(
  { db, vault }: { readonly db: Database; readonly vault: Vault },
): Promise<KeyComparison> {
  const noted = await notedKeys(db);
  const problems = noted.filter(({ purpose, keyId }) => !idsOf(vault, purpose).includes(keyId))
    .map(({ purpose, keyId }) =>
      `records need the key ${keyId} of ${VARIABLES[purpose]}: put it back, behind the first one; ` +
      "the task rekey says what needs it, and when it may be dropped"
    );
  const unnoted = sealingKeys(vault).filter((key) => !noted.some((known) => isSame(known, key)));
  return {
    problems,
    async note() {
      if (unnoted.length > 0) await db.write(unnoted.map(note), repeatable);
    },
  };
}

/** After a count: notes what is needed, and crosses out what is not. */
export async function settleKeys(db: Database, vault: Vault, uses: readonly KeyUse[]): Promise<void> {
  // One that is not configured is told, and not noted: it may be lost for good, and the rest has to start.
  const needed = uses.filter((use) => use.position !== null && valuesUnder(use) > 0);
  const kept = [...sealingKeys(vault), ...uses.filter((use) => !isUnused(use))];
  const unused = (await notedKeys(db)).filter((key) => !kept.some((other) => isSame(key, other)));
  await db.write([
    ...[...sealingKeys(vault), ...needed].map(note),
    ...unused.map(crossOut),
  ], repeatable);
}

/**
 * Gives up on a key that is lost: processes start without it, and what stands under it never opens.
 * @returns whether it was noted
 */
export async function giveUpKey(db: Database, keyId: string): Promise<boolean> {
  const known = await db.query({ sql: "select 1 from vault_keys where id = ?", args: [keyId] });
  await db.write([{ sql: "delete from vault_keys where id = ?", args: [keyId] }], repeatable);
  return known.length > 0;
}

async function notedKeys(db: Database): Promise<Key[]> {
  const rows = await db.query({ sql: "select purpose, id from vault_keys" });
  return rows.map((row) => ({
    purpose: keys.oneOf(row, "purpose", ["data", "index"]),
    keyId: keys.text(row, "id"),
  }));
}

function idsOf(vault: Vault, purpose: KeyPurpose): readonly string[] {
  return purpose === "data" ? vault.dataKeyIds : vault.indexKeyIds;
}

function sealingKeys(vault: Vault): Key[] {
  return (["data", "index"] as const).flatMap((purpose) =>
    idsOf(vault, purpose).slice(0, 1).map((keyId) => ({ purpose, keyId }))
  );
}

function isSame(one: Key, other: Key): boolean {
  return one.purpose === other.purpose && one.keyId === other.keyId;
}

function note({ purpose, keyId }: Key): Statement {
  return {
    sql: `insert into vault_keys (purpose, id, noted_ms) values (?, ?, ${NOW_MS}) on conflict do nothing`,
    args: [purpose, keyId],
  };
}

function crossOut({ purpose, keyId }: Key): Statement {
  return { sql: "delete from vault_keys where purpose = ? and id = ?", args: [purpose, keyId] };
}
