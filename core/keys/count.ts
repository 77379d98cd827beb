/**
 * Counts how many values stand under which key, without opening any: the id of its key stands before each.
 * @module
 */
import { CODE_LIMITS } from "../customers/verifications.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { keyIdOfHash } from "../records/vault.ts";
import type { Vault } from "../records/vault.ts";
import { pagesOf } from "./pages.ts";
import { bytesOf, headOf, keyIdIn } from "./reseal.ts";
import { sealedColumns, sendingHashes, valueHashes, walkOfHashes } from "./sealed-columns.ts";

/** What a key is for: `data` for those of `DATA_KEY`, `index` for those of `INDEX_KEY`. */
export type KeyPurpose = "data" | "index";

/** A key, and what stands under it. */
export interface KeyUse {
  readonly purpose: KeyPurpose;
  readonly keyId: string;
  /** Its place among those that are configured, from 1; null for one that is not. */
  readonly position: number | null;
  /** Values that need it, by `table.column`. */
  readonly values: ReadonlyMap<string, number>;
  /** When the last of the sent codes that are counted under it expires, in milliseconds; null where none is. */
  readonly expiresMs: number | null;
}

/** How many values need a key. */
export function valuesUnder({ values }: Pick<KeyUse, "values">): number {
  return [...values.values()].reduce((sum, count) => sum + count, 0);
}

/** True when nothing needs the key. */
export function isUnused(use: KeyUse): boolean {
  return valuesUnder(use) === 0 && use.expiresMs === null;
}

/**
 * Counts; those that are configured first, in their order, then others that are found.
 * @param isStopped asked after each page
 * @returns null when it was stopped
 */
export async function countKeys(
  { db, vault, isStopped }: {
    readonly db: Database;
    readonly vault: Vault;
    readonly isStopped: () => boolean;
  },
): Promise<KeyUse[] | null> {
  const data = tally();
  for (const column of sealedColumns) {
    const { table, key } = column;
    for await (const page of pagesOf(db, { table, key, select: headOf(column), bytesOf })) {
      if (isStopped()) return null;
      for (const row of page) data.add(keyIdIn(row), `${table}.${column.column}`);
    }
  }
  const index = tally();
  const { table, column } = valueHashes;
  for await (const page of pagesOf(db, walkOfHashes)) {
    if (isStopped()) return null;
    for (const row of page) index.add(keyIdOfHash(hashes.text(row, "hash")), `${table}.${column}`);
  }
  const sendings = await sendingsByKey(db);
  return [
    ...usesOf("data", vault.dataKeyIds, data.found, new Map()),
    ...usesOf("index", vault.indexKeyIds, index.found, sendings),
  ];
}

const hashes = rowsOfTable("hashes");

/** Key id → `table.column` → how many. */
type Found = Map<string, Map<string, number>>;

function tally(): { readonly found: Found; readonly add: (keyId: string, place: string) => void } {
  const found: Found = new Map();
  return {
    found,
    add(keyId, place) {
      if (keyId === "") return; // nothing is sealed there
      const places = found.get(keyId) ?? new Map<string, number>();
      found.set(keyId, places.set(place, (places.get(place) ?? 0) + 1));
    },
  };
}

/** When the last of what still counts expires, by key id. */
async function sendingsByKey(db: Database): Promise<Map<string, number>> {
  const { table, column } = sendingHashes;
  const rows = await db.query({
    sql: `select substr(${column}, 1, 16) as key_id, max(at_ms) + ? as expires_ms from ${table}
      where at_ms > ${NOW_MS} - ? group by 1`,
    args: [CODE_LIMITS.sendsPerMs, CODE_LIMITS.sendsPerMs],
  });
  return new Map(rows.map((row: Row) => [keyIdIn(row), hashes.count(row, "expires_ms")]));
}

function usesOf(
  purpose: KeyPurpose,
  configured: readonly string[],
  found: Found,
  expiring: ReadonlyMap<string, number>,
): KeyUse[] {
  const ids = new Set([...configured, ...found.keys(), ...expiring.keys()]);
  return [...ids].map((keyId) => {
    const at = configured.indexOf(keyId);
    return {
      purpose,
      keyId,
      position: at < 0 ? null : at + 1,
      values: found.get(keyId) ?? new Map(),
      expiresMs: expiring.get(keyId) ?? null,
    };
  });
}
