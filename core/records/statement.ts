/**
 * The words in which core speaks to the database: statements in, rows out, the same on a file and over HTTP.
 * @module
 */

import { Refusal } from "../refusal.ts";

/**
 * A value of a column. Integers come back as `bigint`, blobs as `Uint8Array`; a `number` comes back only from a REAL
 * expression, which money never is. Going in, a `number` must be a safe integer and is bound as an INTEGER.
 */
export type Value = string | number | bigint | Uint8Array | null;

/** One row: column name → value. */
export type Row = Readonly<Record<string, Value>>;

/** One SQL statement with its arguments, by position (`?`) or by name (`:name`, given without the colon). */
export interface Statement {
  readonly sql: string;
  readonly args?: readonly Value[] | Readonly<Record<string, Value>>;
}

/** A value as the drivers take it: never a `number`, which both of them would bind as REAL. */
export type BoundValue = string | bigint | Uint8Array | null;

/** A statement that is ready for a driver. */
export interface BoundStatement {
  sql: string;
  args: BoundValue[] | Record<string, BoundValue>;
}

/**
 * Binds a statement's arguments: whole numbers become `bigint`.
 * @throws {RangeError} when a number is not a safe integer (nothing in our tables is a float, M-24)
 * @throws {Refusal} 400 when a text holds U+0000 or half a surrogate pair: the one is cut off by the local driver when
 * it is read again, the other becomes U+FFFD, so what was stored would not be what was said
 */
export function bind(statement: Statement): BoundStatement {
  const { sql, args = [] } = statement;
  if (isList(args)) return { sql, args: args.map((value) => boundValue(value, sql)) };
  const named = Object.entries(args).map(([name, value]) => [name, boundValue(value, sql)] as const);
  return { sql, args: Object.fromEntries(named) };
}

function boundValue(value: Value, sql: string): BoundValue {
  if (typeof value === "string" && (value.includes("\0") || !value.isWellFormed())) {
    throw new Refusal("records.unstorable_text", {}, "Cannot store a text: it is not well-formed");
  }
  if (typeof value !== "number") return value;
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new RangeError(`Cannot bind a number to "${sql}": it is not a safe integer`);
}

function isList(args: NonNullable<Statement["args"]>): args is readonly Value[] {
  return Array.isArray(args);
}

/** What both drivers answer for one statement. */
interface Result {
  readonly columns: readonly string[];
  readonly rows: readonly ArrayLike<string | number | bigint | ArrayBuffer | null>[];
}

/** The rows of a driver's answer as plain objects; of two columns with one name the first counts. */
export function rowsOf(result: Result): Row[] {
  return result.rows.map((values) => {
    const row: Record<string, Value> = {};
    for (let i = result.columns.length - 1; i >= 0; i--) {
      const value = values[i] ?? null;
      row[result.columns[i] ?? ""] = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
    }
    return row;
  });
}
