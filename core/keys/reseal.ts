/**
 * Seals the values of a column anew with the first data key.
 *
 * Which rows need it is read from the key ids with which sealed bytes begin, so a run that was stopped goes on where it
 * was without a position of its own: rows that are current are only looked at. Each value is written by compare-and-set on
 * the sealing that was opened; a row that somebody changed meanwhile is read again. Nothing else of the row moves: no
 * version, no history, no event.
 * @module
 */
import { repeatable } from "../records/database.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { SealedColumn } from "../records/sealed-column.ts";
import { HEAD_BYTES, VaultError } from "../records/vault.ts";
import type { Vault, VaultErrorCode } from "../records/vault.ts";
import { keyOf, pagesOf } from "./pages.ts";

/** What a walk over the records needs of its surroundings. */
export interface Walking {
  readonly db: Database;
  readonly vault: Vault;
  /** Asked between batches: true ends the walk. */
  readonly isStopped: () => boolean;
  /** Gets what does not open. */
  readonly unopened: (value: Unopened) => void;
  /** Gets how far the walk is, after each page. */
  readonly progress: (progress: Progress) => void;
}

/** A value that does not open: where it stands, never what it is. */
export interface Unopened {
  readonly table: string;
  readonly column: string;
  /** The primary key, several columns joined by `/`. */
  readonly row: string;
  readonly why: VaultErrorCode;
  /** The key that is missing, where that is what is wrong. */
  readonly keyId?: string;
}

/** How far the walk over a column is. */
export interface Progress {
  readonly table: string;
  readonly column: string;
  /** Rows that were looked at. */
  readonly looked: number;
  /** Values that now stand under the first key, and did not. */
  readonly moved: number;
  readonly isOver: boolean;
}

/** Rows of one write, so that no lock is held for long. */
const ROWS_A_BATCH = 100;
/** Bytes of one write: a chunk of a file alone, or many small values. */
const BYTES_A_BATCH = 512 * 1024;
/** How often a row is read again that changes under our hands; the next run meets it otherwise. */
const ROUNDS = 5;

/** Walks a column. */
export async function reseal(on: Walking, column: SealedColumn): Promise<void> {
  const { table, key } = column;
  const [current] = on.vault.dataKeyIds;
  let looked = 0;
  let moved = 0;
  const tell = (isOver: boolean) => on.progress({ table, column: column.column, looked, moved, isOver });
  for await (const page of pagesOf(on.db, { table, key, select: headOf(column), bytesOf })) {
    const stale = page.filter((row) => !["", current].includes(keyIdIn(row)));
    for (const batch of batchesOf(stale)) {
      if (on.isStopped()) return;
      moved += await sealAnew(on, column, batch);
    }
    looked += page.length;
    if (on.isStopped()) return;
    tell(false);
  }
  tell(true);
}

/** What tells of a value without reading it: the id of its key, empty where nothing is sealed, and its size. */
export function headOf({ column }: Pick<SealedColumn, "column">): string {
  return `lower(hex(substr(${column}, 1, 8))) as key_id, coalesce(length(${column}), 0) as bytes`;
}

const heads = rowsOfTable("sealed");

/** Reads {@link headOf}. */
export function keyIdIn(row: Row): string {
  return heads.text(row, "key_id");
}

/** Reads {@link headOf}. */
export function bytesOf(row: Row): number {
  return heads.count(row, "bytes");
}

function batchesOf(rows: readonly Row[]): Row[][] {
  const batches: Row[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const batch = batches.at(-1);
    bytes += bytesOf(row);
    if (batch !== undefined && batch.length < ROWS_A_BATCH && bytes <= BYTES_A_BATCH) {
      batch.push(row);
    } else {
      batches.push([row]);
      bytes = bytesOf(row);
    }
  }
  return batches;
}

/** @returns how many values were moved */
async function sealAnew(on: Walking, column: SealedColumn, batch: readonly Row[]): Promise<number> {
  let moved = 0;
  let tasks: readonly Task[] = batch.map((row) => ({ row, written: null }));
  for (let round = 0; round < ROUNDS && tasks.length > 0; round++) {
    const read = await on.db.read(tasks.map(({ row }) => valueOf(column, row)));
    const updates = tasks.flatMap(({ row, written }, n) => {
      const found = read[n]?.[0];
      const sealed = found === undefined ? null : heads.bytesOrNull(found, "value");
      // It was written after all, though no answer said so.
      if (sealed !== null && headsOf(sealed) === written) moved++;
      const anew = sealed === null ? null : openedAnew(on, column, row, sealed);
      return sealed === null || anew === null ? [] : [{ row, sealed, anew }];
    });
    if (updates.length === 0) break;
    const statements = updates.map((update) => updateOf(column, update));
    const result = await on.db.write(statements, repeatable);
    const rowsOf = result.kind === "written" ? result.rows : [];
    const missed = updates.filter((_, n) => (rowsOf[n]?.length ?? 0) === 0);
    moved += updates.length - missed.length;
    tasks = missed.map(({ row, anew }) => ({ row, written: headsOf(anew) }));
  }
  return moved;
}

/** A row to be moved; `written` names the sealing that was written last, where it is not known whether it stands there. */
interface Task {
  readonly row: Row;
  readonly written: string | null;
}

function headsOf(sealed: Uint8Array): string {
  return sealed.subarray(0, HEAD_BYTES).toHex();
}

function whereOf({ key }: SealedColumn): string {
  return key.map((name) => `${name} = ?`).join(" and ");
}

function valueOf(column: SealedColumn, row: Row): Statement {
  return {
    sql: `select ${column.column} as value from ${column.table} where ${whereOf(column)}`,
    args: keyOf(column.key, row),
  };
}

function updateOf(
  column: SealedColumn,
  { row, sealed, anew }: { readonly row: Row; readonly sealed: Uint8Array; readonly anew: Uint8Array },
): Statement {
  return {
    sql: `update ${column.table} set ${column.column} = ?
      where ${whereOf(column)} and substr(${column.column}, 1, ${HEAD_BYTES}) = ? returning 1`,
    args: [anew, ...keyOf(column.key, row), sealed.subarray(0, HEAD_BYTES)],
  };
}

/** Null for a value that was erased or sealed by the first key since, and for one that does not open. */
function openedAnew(
  { vault, unopened }: Walking,
  column: SealedColumn,
  row: Row,
  sealed: Uint8Array,
): Uint8Array | null {
  if (sealed.length === 0 || vault.isCurrent(sealed)) return null;
  const place = column.place(...keyOf(column.key, row));
  try {
    return vault.seal(place, vault.open(place, sealed));
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    unopened({ ...place, why: error.why, ...(error.keyId === undefined ? {} : { keyId: error.keyId }) });
    return null;
  }
}
