/**
 * The records' database: SQLite in a file or in memory, or libSQL over HTTP, behind three
 * operations.
 *
 * Core and its jobs know nothing else of libSQL. What a lost answer, a busy file or a second process may do is settled
 * here once (DESIGN §7), so that each concept's own SQL can be read as if the network never failed.
 * @module
 */
import { Refusal } from "../refusal.ts";
import type { DatabaseKind, Driver } from "./driver.ts";
import { failureOf, isStatementRefused, isUnbindable } from "./failure.ts";
import { openLocalDriver } from "./local-driver.ts";
import { patienceOf } from "./patience.ts";
import { openRemoteDriver } from "./remote-driver.ts";
import { RemoteRefusal } from "./remote-refusal.ts";
import type { Row, Statement } from "./statement.ts";
import { TurnNeverCame } from "./turns.ts";

export type { Row, Statement, Value } from "./statement.ts";
export type { DatabaseKind } from "./driver.ts";

/**
 * What a write came to.
 * - `written`: committed, now or by an earlier try. `rows` are the rows of each statement; **after a lost answer it is
 *   the empty list**, and a caller that needs rows reads them again by its write id.
 * - `stale`: an expectation of the batch did not hold ({@link expect}, {@link compareAndSet}); nothing was written.
 * - `duplicate`: a unique key was already there; nothing was written. `key` is `table.column`, several columns joined
 *   by `, `, or the name of an index over an expression.
 */
export type WriteResult =
  | { kind: "written"; rows: Row[][] }
  | { kind: "stale" }
  | { kind: "duplicate"; key: string };

/** What a write batch carries besides its statements. */
export interface WriteOptions {
  /**
   * A read that returns a row exactly when this batch has been committed: by the batch's write id, the unique key of
   * its history, inbox or other row. See {@link repeatable} for batches that may run twice.
   */
  readonly committed: Statement;
}

/** A database; all its errors but developer errors are {@link RecordsUnavailable}. */
export interface Database {
  readonly kind: DatabaseKind;
  /** One read. */
  query(statement: Statement): Promise<Row[]>;
  /** Several reads from one snapshot; one list of rows for each. */
  read(statements: readonly Statement[]): Promise<Row[][]>;
  /**
   * One atomic batch. Before anything but a plain success is reported or tried again, `committed` is read back; a row
   * means that an earlier try (of this call, or of a process that died) was committed, and the answer is `written`.
   * @throws {Error} of the driver when a statement is refused for another reason (syntax, not null, check, foreign key)
   */
  write(statements: readonly Statement[], options: WriteOptions): Promise<WriteResult>;
  /** Closes all connections. */
  close(): void;
}

/** For a batch that may run twice with the same end: nothing is read back, a lost answer is simply tried again. */
export const repeatable: WriteOptions = { committed: { sql: "select 1 where false" } };

/** The database could not be reached, or stayed busy, in the tries that were allowed. Answered with 503. */
export class RecordsUnavailable extends Refusal {
  constructor(
    /** True for a write whose batch may be committed nevertheless; the same write id may be written again. */
    readonly mayBeWritten: boolean,
    override readonly cause: unknown,
  ) {
    super(
      "records.unreachable",
      {},
      `Cannot ${mayBeWritten ? "write" : "read"} records: ${reasonOf(cause)}`,
    );
  }
}

/** For the log, where an operator reads it: never the driver's own words, which may hold a statement's. */
function reasonOf(cause: unknown): string {
  if (cause instanceof TurnNeverCame) return cause.message;
  if (!(cause instanceof RemoteRefusal)) return "no answer in time";
  const { status, message, isLasting } = cause;
  if (!isLasting) return message;
  const setting = status === 401 || status === 403 ? "LIBSQL_AUTH_TOKEN" : "LIBSQL_URL";
  return `${message}, and will until the settings change: check ${setting}`;
}

/** Where the records are. */
export interface DatabaseOptions {
  /** `file:…`, `:memory:` (tests), `http(s)://…` or `libsql://…`. */
  readonly url: string;
  /** Bearer token of a remote database. */
  readonly authToken?: string;
  /** True where the disk belongs to the instance and does not last (`DENO_DEPLOY`): local files are refused. */
  readonly onDeploy: boolean;
  /**
   * How long one request to a remote database may take (default 5000 ms), or a local one may wait for another
   * process's lock (default 2000 ms; the event loop stands still meanwhile).
   */
  readonly timeoutMs?: number;
  /**
   * True for sessions: a power failure may forget the last commits of this connection to a file, and of no other. Such a
   * commit waits for no disk. Nothing of money may go through it.
   */
  readonly mayForget?: boolean;
}

/**
 * Opens the database.
 * @throws {Error} when a local database is asked for where the disk does not last, or does not hold its settings
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, authToken, onDeploy, timeoutMs, mayForget = false } = options;
  if (!url.startsWith("file:") && url !== ":memory:") {
    const token = authToken === undefined ? {} : { authToken };
    return createDatabase(await openRemoteDriver({ url, timeoutMs: timeoutMs ?? 5000, ...token }));
  }
  if (onDeploy) {
    throw new Error(
      "Cannot open a local database: the disk is per instance here, set LIBSQL_URL to a remote one",
    );
  }
  return createDatabase(await openLocalDriver({ url, busyTimeoutMs: timeoutMs ?? 2000, mayForget }));
}

/** Puts the rules of lost answers around a driver. */
export function createDatabase(driver: Driver): Database {
  /** Reads may be repeated freely. */
  async function reading<T>(statements: readonly Statement[], run: () => Promise<T>): Promise<T> {
    statements.forEach(refuseWrites);
    const patience = patienceOf(driver);
    for (;;) {
      try {
        return await run();
      } catch (error) {
        if (isUnbindable(error) || isStatementRefused(error)) throw error;
        if (!await patience.again(error)) throw new RecordsUnavailable(false, error);
      }
    }
  }

  /** Remotely in a write batch, so that the primary answers, after whatever it is committing; a file needs no lock. */
  async function isCommitted(committed: Statement): Promise<boolean> {
    const patience = patienceOf(driver);
    for (;;) {
      try {
        const [rows] = await driver.batch([committed], driver.kind === "remote" ? "write" : "read");
        return rows !== undefined && rows.length > 0;
      } catch (error) {
        if (failureOf(error, [committed]).kind !== "unknown") throw error;
        if (!await patience.again(error)) throw new RecordsUnavailable(true, error);
      }
    }
  }

  return {
    kind: driver.kind,
    close: () => driver.close(),
    query: (statement) => reading([statement], () => driver.execute(statement)),
    read: (statements) => reading(statements, () => driver.batch(statements, "read")),
    write: async (statements, { committed }) => {
      const patience = patienceOf(driver);
      for (;;) {
        try {
          return { kind: "written", rows: await driver.batch(statements, "write") };
        } catch (error) {
          if (isUnbindable(error)) throw error;
          if (error instanceof TurnNeverCame) throw new RecordsUnavailable(true, error);
          const failure = failureOf(error, statements);
          // Read back at the first try too: something between may have sent the batch a second time.
          if (await isCommitted(committed)) return { kind: "written", rows: [] };
          if (failure.kind === "fault") throw error;
          if (failure.kind !== "unknown") return failure;
          if (!await patience.again(error)) throw new RecordsUnavailable(true, error);
        }
      }
    },
  };
}

/** Both drivers take a write inside `batch("read")`, so the wrapper refuses it before it is sent. */
function refuseWrites({ sql }: Statement): void {
  const reads = /^\s*(select|with|values|pragma\s+\w+\s*$)/i.test(sql);
  if (reads && !/\)\s*(insert|update|delete|replace)\b/i.test(sql)) return;
  throw new Error(`Cannot read with "${sql}": it is not a plain select; writes go through write()`);
}
