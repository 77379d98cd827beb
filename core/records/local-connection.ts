/**
 * One connection to a local database, over the SQLite that the runtime brings along.
 *
 * The library under `@libsql/client` is not taken for files: each statement that answers rows leaves some hundred bytes of
 * memory behind that no collection of garbage gives back, which a gateway that is asked a thousand times a second would feel
 * within hours; and it takes three to six times as long. The file is the same, either can read the other's.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { BoundStatement, Row, Value } from "./statement.ts";

/** An open connection. Everything in it happens at once: there is nothing to wait for. */
export interface LocalConnection {
  /**
   * Runs one statement.
   * @throws {SqliteError} when SQLite refuses it, or cannot do it now
   * @throws {TypeError} when two of its columns have one name
   */
  readonly run: (statement: BoundStatement) => Row[];
  /** Whether a transaction is open. */
  readonly inTransaction: () => boolean;
  /** Gives it up. */
  readonly close: () => void;
}

/** What SQLite said, under its own code. */
export class SqliteError extends Error {
  override readonly name = "SqliteError";
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

/** A statement that leaves its columns to the table. */
const STAR = /(?:select|returning|,|\.)\s*\*/i;
const READ = /^\s*(select|with)\b/i;

/**
 * Loads the library; nobody else does, and where records are elsewhere nobody needs it.
 * @returns opens connections to a file's path or `:memory:`; `busyTimeoutMs` is the longest wait for another process's lock
 */
export async function localLibrary(): Promise<(path: string, busyTimeoutMs: number) => LocalConnection> {
  const { DatabaseSync } = await import("node:sqlite");
  return (path, busyTimeoutMs) =>
    connectionTo(attempt(() => new DatabaseSync(path, { timeout: busyTimeoutMs }), "CANTOPEN"));
}

function connectionTo(database: DatabaseSync): LocalConnection {
  const kept = new Map<string, Ready>();
  const version = database.prepare("pragma schema_version");
  const schemaVersion = () => version.get()?.["schema_version"];

  function prepare(sql: string): Ready {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    const names = statement.columns().map(({ name }) => name);
    // The library would let the last one win, the remote driver the first.
    if (new Set(names).size < names.length) {
      throw new TypeError(`Cannot run "${sql}": two columns have one name`);
    }
    if (names.length === 0) {
      return (args) => {
        if (Array.isArray(args)) statement.run(...args);
        else statement.run(args);
        return [];
      };
    }
    const all: Ready = (args) =>
      (Array.isArray(args) ? statement.all(...args) : statement.all(args)).map(rowOf);
    return STAR.test(sql) ? starred(sql, all) : all;
  }

  /**
   * The library learns the names behind a star before SQLite learns that somebody has changed the tables: the first rows
   * after that come under the names of before. So rows count only when their statement was made for the schema that they
   * were read by.
   */
  function starred(sql: string, all: Ready): Ready {
    if (!READ.test(sql)) throw new TypeError(`Cannot run "${sql}": name the columns that it returns`);
    let madeFor: unknown = null;
    return (args) => {
      for (;;) {
        if (madeFor === null) {
          const before = schemaVersion();
          // SQLite makes it anew where it must.
          all(args);
          if (schemaVersion() === before) madeFor = before;
        } else {
          const rows = all(args);
          if (schemaVersion() === madeFor) return rows;
          madeFor = null;
        }
      }
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
    inTransaction: () => database.isTransaction,
    close: () => {
      kept.clear();
      database.close();
    },
  };
}

/** Proves what the library gives for a row, under the names that its columns have now. */
function rowOf(given: object): Row {
  // A plain object, which that of the library is not.
  const row = { ...given };
  if (!isRow(row)) throw new TypeError("Cannot read a row: it holds a value of no kind that columns have");
  return row;
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

/** @param otherwise what a failure is called that brings no code of SQLite along */
function attempt<T>(work: () => T, otherwise = "UNKNOWN"): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_SQLITE_ERROR") throw error;
    const number = "errcode" in error && typeof error.errcode === "number" ? error.errcode : 0;
    throw new SqliteError(error.message, `SQLITE_${CODES[(number & 0xff) - 1] ?? otherwise}`);
  }
}
