/**
 * Typed readers of rows. Each throws a developer error that names table and column, never the value, when a row is
 * not what the schema promises.
 * @module
 */
import type { Row } from "./statement.ts";

/** The readers of one table; the ones that end in `OrNull` let SQL null through. */
export interface RowReader {
  /** A TEXT column. */
  text(row: Row, column: string): string;
  /** A TEXT column that may be null. */
  textOrNull(row: Row, column: string): string | null;
  /** A TEXT column that holds one of the listed words. */
  oneOf<const T extends string>(row: Row, column: string, words: readonly T[]): T;
  /** An INTEGER column; money in units of 10^-7 is read by this one alone (M-24). */
  integer(row: Row, column: string): bigint;
  /** An INTEGER column that may be null. */
  integerOrNull(row: Row, column: string): bigint | null;
  /** An INTEGER column that counts, or holds a version, seconds or milliseconds: a safe `number`. Never money. */
  count(row: Row, column: string): number;
  /** As `count`, or null. */
  countOrNull(row: Row, column: string): number | null;
  /** An INTEGER column that is 0 or 1. */
  flag(row: Row, column: string): boolean;
  /** A BLOB column. */
  bytes(row: Row, column: string): Uint8Array;
  /** A BLOB column that may be null. */
  bytesOrNull(row: Row, column: string): Uint8Array | null;
}

/**
 * The readers of a table.
 * @example
 * ```ts
 * const lease = rowsOfTable("leases");
 * const token = lease.integer(row, "token");
 * ```
 */
export function rowsOfTable(table: string): RowReader {
  const wrong = (column: string, wanted: string): Error =>
    new Error(`Cannot read ${table}.${column}: it is not ${wanted}`);

  const reader: RowReader = {
    text: (row, column) => {
      const value = row[column];
      if (typeof value === "string") return value;
      throw wrong(column, "text");
    },
    textOrNull: (row, column) => row[column] === null ? null : reader.text(row, column),
    oneOf: (row, column, words) => {
      const value = row[column];
      const word = words.find((known) => known === value);
      if (word !== undefined) return word;
      throw wrong(column, `one of ${words.join(", ")}`);
    },
    integer: (row, column) => {
      const value = row[column];
      if (typeof value === "bigint") return value;
      throw wrong(column, "an integer");
    },
    integerOrNull: (row, column) => row[column] === null ? null : reader.integer(row, column),
    count: (row, column) => {
      const value = Number(reader.integer(row, column));
      if (Number.isSafeInteger(value)) return value;
      throw wrong(column, "a safe integer");
    },
    countOrNull: (row, column) => row[column] === null ? null : reader.count(row, column),
    flag: (row, column) => {
      const value = row[column];
      if (value === 0n || value === 1n) return value === 1n;
      throw wrong(column, "0 or 1");
    },
    bytes: (row, column) => {
      const value = row[column];
      if (value instanceof Uint8Array) return value;
      throw wrong(column, "a blob");
    },
    bytesOrNull: (row, column) => row[column] === null ? null : reader.bytes(row, column),
  };
  return reader;
}
