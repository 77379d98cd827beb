/**
 * One connection to a local database, over the SQLite that the runtime brings along.
 *
 * The library under `@libsql/client` is not taken for files: each statement that answers rows leaves some hundred bytes of
 * memory behind that no collection of garbage gives back, which a gateway that is asked a thousand times a second would feel
 * within hours; and it takes three to six times as long. The file is the same, either can read the other's.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
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

/** The oldest Deno whose library tells the columns of a statement, and whether a transaction is open. */
const OLDEST_DENO = { major: 2, minor: 9 } as const;

/** How many statements are kept, the one that rested longest going first. Ours are fewer, but for lists of many lengths. */
const MOST_KEPT = 500;

/** A statement that leaves its columns to the table. */
const STAR = /(?:select|returning|,|\.)\s*\*/i;
/** What writes answers rows by this word alone. */
const RETURNING = /\breturning\b/i;

/**
 * Loads the library; nobody else does, and where records are elsewhere nobody needs it.
 * @returns opens connections to a file's path or `:memory:`; `busyTimeoutMs` is the longest wait for another process's lock
 * @throws {Error} where the runtime's library is too old
 */
export async function localLibrary(): Promise<(path: string, busyTimeoutMs: number) => LocalConnection> {
  refuseOldDeno();
  const { DatabaseSync } = await import("node:sqlite");
  return (path, busyTimeoutMs) =>
    attempt(() => {
      const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
      try {
        return connectionTo(database);
      } catch (error) {
        database.close();
        throw error;
      }
    }, "CANTOPEN");
}

function refuseOldDeno(): void {
  const { deno } = Deno.version;
  const [major = 0, minor = 0] = deno.split(".").map(Number);
  const { major: oldest, minor: oldestMinor } = OLDEST_DENO;
  if (major > oldest || (major === oldest && minor >= oldestMinor)) return;
  throw new Error(
    `Cannot keep records in a file: this needs Deno ${oldest}.${oldestMinor} or later; this is Deno ${deno}. ` +
      "Upgrade Deno, or set LIBSQL_URL to a libSQL server",
  );
}

function connectionTo(database: DatabaseSync): LocalConnection {
  const kept = new Map<string, Ready>();
  const version = database.prepare("pragma schema_version");
  version.setReturnArrays(true);
  const schemaVersion = (): unknown => version.get()?.[0];

  function prepare(sql: string): Ready {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    // Objects of the library's own making take three times as long.
    statement.setReturnArrays(true);
    const names = namesOf(sql, statement);
    if (names.length > 0) return STAR.test(sql) ? starred(sql, statement) : rowsOf(statement, names);
    return (args) => {
      if (Array.isArray(args)) statement.run(...args);
      else statement.run(args);
      return [];
    };
  }

  /**
   * What stands behind a star may change, and a statement learns of it as late as it runs. So its rows count only when their
   * names were learned at the schema that they were read by.
   */
  function starred(sql: string, statement: StatementSync): Ready {
    if (RETURNING.test(sql)) throw new TypeError(`Cannot run "${sql}": name the columns that it returns`);
    let ready: Ready | null = null;
    let learnedAt: unknown;
    return (args) => {
      for (;;) {
        if (ready === null) {
          const before = schemaVersion();
          rowsOf(statement, [])(args);
          const names = namesOf(sql, statement);
          learnedAt = schemaVersion();
          if (learnedAt === before) ready = rowsOf(statement, names);
        } else {
          const rows = ready(args);
          if (schemaVersion() === learnedAt) return rows;
          ready = null;
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

/** The names of its columns; two of one name are refused, since the drivers would not agree on which counts. */
function namesOf(sql: string, statement: StatementSync): string[] {
  const names = statement.columns().map(({ name }) => name);
  if (new Set(names).size === names.length) return names;
  throw new TypeError(`Cannot run "${sql}": two columns have one name`);
}

/** Reads rows under these names, those values of each that have one. */
function rowsOf(statement: StatementSync, names: readonly string[]): Ready {
  const rowOf = (values: unknown): Row => {
    if (!Array.isArray(values)) throw new TypeError("Cannot read a row: it is none");
    const row: Record<string, Value> = {};
    for (const [index, name] of names.entries()) row[name] = valueOf(values[index]);
    return row;
  };
  return (args) => (Array.isArray(args) ? statement.all(...args) : statement.all(args)).map(rowOf);
}

function valueOf(given: unknown): Value {
  if (typeof given === "string" || typeof given === "bigint" || given === null) return given;
  if (given instanceof Uint8Array || typeof given === "number") return given;
  throw new TypeError("Cannot read a row: it holds a value of no kind that columns have");
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
