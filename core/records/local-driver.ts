/**
 * SQLite in this process: `file:` and `:memory:`.
 *
 * The driver is synchronous inside, so waiting for another process's lock freezes the event loop; hence one
 * connection, a short wait, and two tries.
 * @module
 */
import type { Driver } from "./driver.ts";
import { isStatementRefused, isUnbindable } from "./failure.ts";
import { type LocalConnection, localLibrary, SqliteError } from "./local-connection.ts";
import { bind, type BoundStatement, type Row, type Statement } from "./statement.ts";

/** How to open a local database. */
export interface LocalOptions {
  /** `file:…` or `:memory:`. */
  readonly url: string;
  /** How long a statement waits for another process's lock, in milliseconds. */
  readonly busyTimeoutMs: number;
  /** See `DatabaseOptions`. */
  readonly mayForget?: boolean;
}

/** How long a file that others hold is tried to be opened. */
const OPENING_MS = 5_000;
const BEGIN_WRITE: BoundStatement = { sql: "begin immediate", args: [] };
const BEGIN_READ: BoundStatement = { sql: "begin", args: [] };
const COMMIT: BoundStatement = { sql: "commit", args: [] };
const ROLLBACK: BoundStatement = { sql: "rollback", args: [] };

/**
 * Opens a `file:` URL or `:memory:` and proves the settings on which the money rules stand.
 * @throws {Error} when the file cannot be opened, or does not run in WAL with `synchronous=FULL` and foreign keys on:
 * with less, a power failure may forget the last commits, and a forgotten envelope is a double payment (M-1). Where the
 * connection may forget, it runs with NORMAL; what others commit with FULL is on the disk nevertheless, with all before it.
 */
export async function openLocalDriver(
  { url, busyTimeoutMs, mayForget = false }: LocalOptions,
): Promise<Driver> {
  const open = await localLibrary();
  const inMemory = url === ":memory:";
  const path = inMemory ? url : pathOf(url);
  const level = mayForget ? 1n : 2n;
  let connection: LocalConnection | null = null;
  let isClosed = false;

  /** `synchronous` belongs to a connection, so every new one is set up and checked again. */
  function prepare({ run }: LocalConnection): void {
    const set = (sql: string) => run({ sql, args: [] })[0] ?? {};
    if (!inMemory) set("pragma journal_mode=WAL");
    set(`pragma synchronous=${level}`);
    const { journal_mode: journal } = set("pragma journal_mode");
    const { synchronous } = set("pragma synchronous");
    const { foreign_keys: foreignKeys } = set("pragma foreign_keys");
    if (journal === (inMemory ? "memory" : "wal") && synchronous === level && foreignKeys === 1n) return;
    throw new Error(
      `Cannot use ${url}: it runs with journal_mode=${journal}, synchronous=${synchronous}, ` +
        `foreign_keys=${foreignKeys} and must run with WAL, ${level} and 1; is the disk a network share?`,
    );
  }

  /**
   * Runs on the one connection, and opens it where there is none. After a failure that is not the statement's own it is
   * dropped, so that whatever it was about (the disk, a lock) does not outlive it.
   */
  function running<T>(work: (connection: LocalConnection) => T): T {
    if (isClosed) throw new SqliteError("The database is closed", "CLIENT_CLOSED");
    try {
      if (connection === null) {
        connection = open(path, busyTimeoutMs);
        prepare(connection);
      }
      return work(connection);
    } catch (error) {
      // A database in memory lives on its one connection: dropping that would drop the records.
      if (!inMemory && !isUnbindable(error) && !isStatementRefused(error)) drop();
      throw error;
    }
  }

  function drop(): void {
    connection?.close();
    connection = null;
  }

  await opening(() => running(() => {}), drop);
  return {
    kind: inMemory ? "memory" : "file",
    tries: 2,
    patienceMs: Infinity,
    // Async, so that what is thrown becomes a promise that fails.
    execute: async (statement) => await running(({ run }) => run(bind(statement))),
    batch: async (statements, mode) => await running((connection) => inBatch(connection, statements, mode)),
    close: () => {
      isClosed = true;
      drop();
    },
  };
}

/**
 * Opens, again where the file is locked: of several processes that meet a new file at once, one turns it to WAL, and SQLite
 * refuses the others without waiting.
 */
async function opening(open: () => void, drop: () => void): Promise<void> {
  const end = performance.now() + OPENING_MS;
  for (;;) {
    try {
      return open();
    } catch (error) {
      drop();
      const isLocked = error instanceof SqliteError && error.code === "SQLITE_BUSY";
      if (!isLocked || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Runs all statements in one transaction, or none of them. */
function inBatch(
  { run, inTransaction }: LocalConnection,
  statements: readonly Statement[],
  mode: "read" | "write",
): Row[][] {
  const bound = statements.map(bind);
  run(mode === "write" ? BEGIN_WRITE : BEGIN_READ);
  try {
    const rows = bound.map((statement, index) => ofStatement(index, () => run(statement)));
    run(COMMIT);
    return rows;
  } finally {
    // After a failure; some of them have rolled back by themselves.
    if (inTransaction()) run(ROLLBACK);
  }
}

function ofStatement<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof SqliteError ? new SqliteError(error.message, error.code, index) : error;
  }
}

/**
 * The path of a `file:` URL, percent-decoded; a host may only be this one.
 * @throws {TypeError} for a URL with anything besides
 */
function pathOf(url: string): string {
  const path = /^file:(?:\/\/(?:localhost)?(?=\/))?([^?#]+)$/i.exec(url)?.[1];
  if (path === undefined || path.startsWith("//")) throw new TypeError(`Cannot open ${url}: write file:PATH`);
  return decodeURIComponent(path);
}
