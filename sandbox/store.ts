/**
 * The sandbox's own storage: one libSQL database that its ledger, bank and KYC bureau share, each with tables of its
 * own. It is never the database of the gateway under test.
 * @module
 */
import type { Client, InStatement, ResultSet } from "@libsql/client";

/** What the parts of the sandbox may do with their storage: single statements and atomic batches, nothing else. */
export interface Store {
  /** Runs one statement. */
  execute(statement: InStatement): Promise<ResultSet>;
  /** Runs all statements or none. `read` sees one snapshot and takes no write lock. */
  batch(statements: InStatement[], mode?: "read" | "write"): Promise<ResultSet[]>;
  /** Closes the connection; the store cannot be used afterwards. */
  close(): void;
}

/** How long a statement waits for a lock held by another process, in milliseconds. */
const LOCK_TIMEOUT = 2000;

/**
 * Opens the sandbox's storage. `file:…` and `:memory:` use the native driver, anything else is a remote libSQL server.
 *
 * @throws Error when a local file is asked for on a platform whose disk does not last
 */
export async function openStore(url: string, authToken?: string): Promise<Store> {
  const local = url.startsWith("file:") || url === ":memory:";
  if (!local) {
    const { createClient } = await import("@libsql/client/web");
    return storeOf(createClient(authToken === undefined ? { url } : { url, authToken }), (run) => run());
  }
  if (Deno.env.has("DENO_DEPLOY")) throw new Error(`Cannot open ${url}: the disk does not last here`);
  const { createClient } = await import("@libsql/client");
  // One connection: pragmas hold for one connection only, and a second one would wait for the first.
  const client = createClient({ url, concurrency: 1, timeout: LOCK_TIMEOUT });
  if (url !== ":memory:") await client.execute("pragma journal_mode=WAL");
  // Survives a killed process, and needs no more: what a power cut takes from a sandbox nobody misses.
  await client.execute("pragma synchronous=NORMAL");
  return storeOf(client, (run) => retryBusy(client, run));
}

function storeOf(client: Client, guarded: <T>(run: () => Promise<T>) => Promise<T>): Store {
  return {
    execute: (statement) => guarded(() => client.execute(statement)),
    batch: (statements, mode = "write") => guarded(() => client.batch(statements, mode)),
    close: () => client.close(),
  };
}

/** After a lock conflict the connection stays broken until it is renewed; all writes are atomic, so one retry is safe. */
async function retryBusy<T>(client: Client, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "SQLITE_BUSY")) throw error;
    await client.reconnect();
    return await run();
  }
}
