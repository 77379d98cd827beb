/**
 * A copy of a gateway's records, taken while none runs on them, and put in the place of what has become of them since.
 * @module
 */
import {
  openDatabase,
  repeatable,
  type Row,
  type Statement,
  type Value,
} from "../../core/records/database.ts";
import { type Sqld, startSqld } from "./sqld.ts";
import type { StartedStorage } from "./storages.ts";

/** A copy. */
export interface Backup {
  /** Puts it back. @returns variables for gateways that are to run on it */
  readonly restore: () => Promise<Readonly<Record<string, string>>>;
  readonly stop: () => Promise<void>;
}

const FILES = ["kedge.db", "kedge.db-wal", "kedge.db-shm"];

/** So many rows go into one batch. */
const AT_ONCE = 100;

/** Copies the records of a place: of a file its bytes, of a server its tables and rows. */
export function takeBackup(dataDir: string, { databaseUrl }: StartedStorage): Promise<Backup> {
  return databaseUrl.startsWith("file:") ? ofFile(dataDir) : ofServer(databaseUrl);
}

async function ofFile(dataDir: string): Promise<Backup> {
  const copies = new Map<string, Uint8Array>();
  for (const name of FILES) {
    try {
      copies.set(name, await Deno.readFile(`${dataDir}/${name}`));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return {
    async restore() {
      for (const name of FILES) {
        const copy = copies.get(name);
        if (copy) await Deno.writeFile(`${dataDir}/${name}`, copy);
        else await Deno.remove(`${dataDir}/${name}`).catch(() => {});
      }
      return {};
    },
    stop: () => Promise.resolve(),
  };
}

async function ofServer(url: string): Promise<Backup> {
  const { schema, rows } = await copyOf(url);
  let server: Sqld | undefined;
  return {
    async restore() {
      server = await startSqld();
      const db = await openDatabase({ url: server.url, onDeploy: false });
      try {
        const tables = schema.filter(({ type }) => type === "table");
        const others = schema.filter(({ type }) => type !== "table");
        await db.write(tables.map(({ sql }) => ({ sql })), repeatable);
        for (let from = 0; from < rows.length; from += AT_ONCE) {
          await db.write(rows.slice(from, from + AT_ONCE), repeatable);
        }
        await db.write(others.map(({ sql }) => ({ sql })), repeatable);
      } finally {
        db.close();
      }
      return { LIBSQL_URL: server.url };
    },
    stop: async () => await server?.[Symbol.asyncDispose](),
  };
}

interface Made {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/** Tables in the order in which they were made, so that what a row refers to comes before it. */
async function copyOf(
  url: string,
): Promise<{ readonly schema: readonly Made[]; readonly rows: readonly Statement[] }> {
  const db = await openDatabase({ url, onDeploy: false });
  try {
    const made = await db.query({
      sql: `select type, name, sql from sqlite_master
        where sql is not null and name not like 'sqlite_%' and name not like '%libsql%' order by rowid`,
    });
    const schema = made.map((row): Made => ({
      type: String(row["type"]),
      name: String(row["name"]),
      sql: String(row["sql"]),
    }));
    const rows: Statement[] = [];
    for (const { name } of schema.filter(({ type }) => type === "table")) {
      const found = await db.query({ sql: `select * from ${name}` });
      rows.push(...found.map((row) => insertOf(name, row)));
    }
    return { schema, rows };
  } finally {
    db.close();
  }
}

function insertOf(table: string, row: Row): Statement {
  const entries: [string, Value][] = Object.entries(row);
  return {
    sql: `insert into ${table} (${entries.map(([name]) => name).join(", ")})
      values (${entries.map(() => "?").join(", ")})`,
    args: entries.map(([, value]) => value),
  };
}
