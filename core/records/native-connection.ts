/**
 * One connection to a local database, over the native library on which `@libsql/client` itself stands.
 *
 * That client prepares a statement anew each time, which costs a read of a transfer ten times its own work, and the memory
 * of each stays until garbage is collected. Here a statement is prepared once and kept, by its text.
 * @module
 */
import type { BoundStatement, Row, Value } from "./statement.ts";

/** An open connection. Everything in it happens at once: there is nothing to wait for. */
export interface NativeConnection {
  /**
   * Runs one statement.
   * @throws {NativeError} when the library refuses it, or cannot do it now
   * @throws {TypeError} when two of its columns have one name
   */
  readonly run: (statement: BoundStatement) => Row[];
  /** Whether a transaction is open. */
  readonly inTransaction: () => boolean;
  /** Gives it up. */
  readonly close: () => void;
}

/** What the library said, under SQLite's own code. */
export class NativeError extends Error {
  override readonly name = "NativeError";
  constructor(
    message: string,
    /** For example `SQLITE_CONSTRAINT`. */
    readonly code: string,
    /** Which statement of a batch it was. */
    readonly statementIndex?: number,
  ) {
    super(message);
  }
}

/** A statement that is ready. */
type Ready = (args: BoundStatement["args"]) => Row[];

/** How many statements are kept, the one that rested longest going first. Ours are fewer, but for lists of many lengths. */
const MOST_KEPT = 500;

/**
 * Loads the library; nobody else does.
 * @returns opens connections; `busyTimeoutMs` is the longest wait for another process's lock
 */
export async function nativeLibrary(): Promise<(path: string, busyTimeoutMs: number) => NativeConnection> {
  const { default: Database } = await import("libsql");
  return (path, busyTimeoutMs) => {
    const database = attempt(() => new Database(path, { timeout: busyTimeoutMs }));
    const kept = new Map<string, Ready>();

    function prepare(sql: string): Ready {
      const statement = database.prepare<unknown[]>(sql).safeIntegers(true);
      const names = statement.columns().map(({ name }) => name);
      // The library would let the last one win, the remote driver the first.
      if (new Set(names).size < names.length) {
        throw new TypeError(`Cannot run "${sql}": two columns have one name`);
      }
      if (names.length > 0) return (args) => statement.all(args).map(rowOf);
      return (args) => {
        statement.run(args);
        return [];
      };
    }

    return {
      run: ({ sql, args }) =>
        attempt(() => {
          const ready = kept.get(sql) ?? prepare(sql);
          // A map remembers the order in which its keys came: from now on this one is the youngest.
          kept.delete(sql);
          kept.set(sql, ready);
          const [oldest] = kept.size > MOST_KEPT ? kept.keys() : [];
          if (oldest !== undefined) kept.delete(oldest);
          return ready(args);
        }),
      inTransaction: () => database.inTransaction,
      close: () => {
        kept.clear();
        database.close();
      },
    };
  };
}

/** Proves what the library gives for a row, under the names that its columns have now; its blobs become ours. */
function rowOf(given: unknown): Row {
  if (!isFields(given)) throw new TypeError("Cannot read a row: it is none");
  for (const name in given) {
    const value = given[name];
    if (value instanceof ArrayBuffer) given[name] = new Uint8Array(value);
  }
  if (!isRow(given)) throw new TypeError("Cannot read a row: it holds a value of no kind that columns have");
  return given;
}

function isFields(given: unknown): given is Record<string, unknown> {
  return typeof given === "object" && given !== null;
}

function isRow(fields: Record<string, unknown>): fields is Record<string, Value> {
  for (const name in fields) if (!isValue(fields[name])) return false;
  return true;
}

function isValue(value: unknown): value is Value {
  const type = typeof value;
  return type === "string" || type === "bigint" || type === "number" || value === null ||
    value instanceof Uint8Array;
}

/** SQLite's result codes from 1 on; extended ones have theirs in the lowest byte. The remote driver says these too. */
const CODES = [
  ...["ERROR", "INTERNAL", "PERM", "ABORT", "BUSY", "LOCKED", "NOMEM", "READONLY", "INTERRUPT", "IOERR"],
  ...["CORRUPT", "NOTFOUND", "FULL", "CANTOPEN", "PROTOCOL", "EMPTY", "SCHEMA", "TOOBIG", "CONSTRAINT"],
  ...["MISMATCH", "MISUSE", "NOLFS", "AUTH", "FORMAT", "RANGE", "NOTADB", "NOTICE", "WARNING"],
] as const;

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !("rawCode" in error)) throw error;
    const { rawCode } = error;
    const code = typeof rawCode === "number" ? CODES[(rawCode & 0xff) - 1] : undefined;
    throw new NativeError(error.message, `SQLITE_${code ?? "UNKNOWN"}`);
  }
}
