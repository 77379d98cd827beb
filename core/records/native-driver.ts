/**
 * libSQL in this process: `file:` and `:memory:`.
 *
 * The driver is synchronous inside, so waiting for another process's lock freezes the event loop; hence one
 * connection, a short wait, and two tries.
 * @module
 */
import type { Driver } from "./driver.ts";
import { bind, rowsOf } from "./statement.ts";
import type { Statement } from "./statement.ts";
import { codeOf, isStatementRefused, isUnbindable } from "./failure.ts";

/** How to open a local database. */
export interface NativeOptions {
  /** `file:…` or `:memory:`. */
  readonly url: string;
  /** How long a statement waits for another process's lock, in milliseconds. */
  readonly busyTimeoutMs: number;
}

/**
 * Opens a `file:` URL or `:memory:` and proves the settings on which the money rules stand.
 * @throws {Error} when the file cannot be opened, or does not run in WAL with `synchronous=FULL` and foreign keys on:
 * with less, a power failure may forget the last commits, and a forgotten envelope is a double payment (M-1).
 */
export async function openNativeDriver({ url, busyTimeoutMs }: NativeOptions): Promise<Driver> {
  const { createClient } = await import("@libsql/client");
  const inMemory = url === ":memory:";
  const client = createClient({ url, concurrency: 1, timeout: busyTimeoutMs, intMode: "bigint" });
  let ready = false;
  let last: Promise<unknown> = Promise.resolve();

  /** `synchronous` belongs to a connection, so every new one is set up and checked again. */
  async function prepare(): Promise<void> {
    if (!inMemory) await client.execute("pragma journal_mode=WAL");
    await client.execute("pragma synchronous=FULL");
    const found = await client.batch(
      ["pragma journal_mode", "pragma synchronous", "pragma foreign_keys"],
      "read",
    );
    const [journal, synchronous, foreignKeys] = found.map((result) => String(result.rows[0]?.[0]));
    if (journal !== (inMemory ? "memory" : "wal") || synchronous !== "2" || foreignKeys !== "1") {
      throw new Error(
        `Cannot use ${url}: it runs with journal_mode=${journal}, synchronous=${synchronous}, ` +
          `foreign_keys=${foreignKeys} and must run with WAL, 2 (FULL) and 1; is the disk a network share?`,
      );
    }
    ready = true;
  }

  /**
   * One operation at a time, so that a reconnect never closes the connection under another one. After a failure that
   * is not the statement's own the connection is dropped: a statement that met SQLITE_BUSY is never finalised and
   * spoils every later commit (tursodatabase/libsql-client-ts#352).
   */
  function alone<T>(run: () => Promise<T>): Promise<T> {
    const attempt = async () => {
      if (!ready) await prepare();
      try {
        return await run();
      } catch (error) {
        // A database in memory lives on its one connection: dropping that would drop the records.
        if (
          !inMemory && !isUnbindable(error) && !isStatementRefused(error) && codeOf(error) !== "CLIENT_CLOSED"
        ) {
          ready = false;
          await client.reconnect();
        }
        throw error;
      }
    };
    const next = last.then(attempt, attempt);
    last = next;
    return next;
  }

  try {
    await alone(() => Promise.resolve());
  } catch (error) {
    client.close();
    throw error;
  }
  return {
    kind: inMemory ? "memory" : "file",
    tries: 2,
    patienceMs: Infinity,
    execute: (statement: Statement) => alone(async () => rowsOf(await client.execute(bind(statement)))),
    batch: (statements, mode) =>
      alone(async () => (await client.batch(statements.map(bind), mode)).map(rowsOf)),
    close: () => client.close(),
  };
}
