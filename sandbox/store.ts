/**
 * The sandbox's own storage: one database that its ledger, bank and KYC bureau share, each with tables of its
 * own. It is never the database of the gateway under test.
 * @module
 */
import type { InStatement, InValue } from "@libsql/client";

/** One row: column name → value; blobs are `ArrayBuffer`. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** What a statement answered. */
export interface Stored {
  readonly rows: StoredRow[];
}

/** What the parts of the sandbox may do with their storage: single statements and atomic batches, nothing else. */
export interface Store {
  /** Runs one statement. */
  execute(statement: InStatement): Promise<Stored>;
  /** Runs all statements or none. `read` sees one snapshot and takes no write lock. */
  batch(statements: InStatement[], mode?: "read" | "write"): Promise<Stored[]>;
  /** Closes the connection; the store cannot be used afterwards. */
  close(): void;
}

/** How long a statement waits for a lock held by another process, in milliseconds. */
const LOCK_TIMEOUT = 2000;
/** How many prepared statements are kept; when there are more, it begins anew. */
const MOST_KEPT = 500;

/**
 * Opens the sandbox's storage. `file:…` and `:memory:` use the SQLite of the runtime, anything else is a remote libSQL
 * server.
 *
 * @throws Error when a local file is asked for on a platform whose disk does not last
 */
export async function openStore(url: string, authToken?: string): Promise<Store> {
  if (url !== ":memory:" && !url.startsWith("file:")) {
    const { createClient } = await import("@libsql/client/web");
    const client = createClient(authToken === undefined ? { url } : { url, authToken });
    return {
      execute: (statement) => client.execute(statement),
      batch: (statements, mode = "write") => client.batch(statements, mode),
      close: () => client.close(),
    };
  }
  if (Deno.env.has("DENO_DEPLOY")) throw new Error(`Cannot open ${url}: the disk does not last here`);
  return await openLocal(url);
}

/** Not over the libSQL client, each statement of which leaves memory behind: a ledger is asked a hundred times a second. */
async function openLocal(url: string): Promise<Store> {
  const { DatabaseSync } = await import("node:sqlite");
  const path = decodeURIComponent(url.replace(/^file:/, ""));
  const database = new DatabaseSync(path, { timeout: LOCK_TIMEOUT });
  if (url !== ":memory:") database.exec("pragma journal_mode=WAL");
  // Survives a killed process, and needs no more: what a power cut takes from a sandbox nobody misses.
  database.exec("pragma synchronous=NORMAL");
  const kept = new Map<string, (args: Arguments) => StoredRow[]>();

  function one(statement: InStatement): Stored {
    const { sql, args } = typeof statement === "string" ? { sql: statement, args: [] } : statement;
    let ready = kept.get(sql);
    if (!ready) {
      const prepared = database.prepare(sql);
      ready = (bound) => (isList(bound) ? prepared.all(...bound) : prepared.all(bound)).map(rowOf);
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(sql, ready);
    }
    return { rows: ready(bind(args ?? [])) };
  }

  function together(statements: InStatement[], mode: "read" | "write"): Stored[] {
    one(mode === "write" ? "begin immediate" : "begin");
    try {
      const results = statements.map(one);
      one("commit");
      return results;
    } finally {
      // After a failure; some of them have rolled back by themselves.
      if (database.isTransaction) one("rollback");
    }
  }

  return {
    // Async, so that what is thrown becomes a promise that fails.
    execute: async (statement) => await one(statement),
    batch: async (statements, mode = "write") => await together(statements, mode),
    close() {
      kept.clear();
      database.close();
    },
  };
}

type Bindable = string | number | bigint | Uint8Array | null;
type Arguments = Bindable[] | Record<string, Bindable>;

function bind(args: readonly InValue[] | Readonly<Record<string, InValue>>): Arguments {
  if (isList(args)) return args.map(bindable);
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, bindable(value)]));
}

function isList<T>(args: readonly T[] | Readonly<Record<string, T>>): args is readonly T[] {
  return Array.isArray(args);
}

function bindable(value: InValue): Bindable {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Date) return value.getTime();
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value;
}

/** As the client gives them. */
function rowOf(given: Readonly<Record<string, unknown>>): StoredRow {
  const row = { ...given };
  for (const name in row) {
    const value = row[name];
    if (value instanceof Uint8Array) row[name] = Uint8Array.from(value).buffer;
  }
  return row;
}
