/**
 * Walks a table page by page in the order of its primary key: never the whole table in memory, and no query long.
 * @module
 */
import type { Database, Row, Value } from "../records/database.ts";
import type { KeyColumns } from "../records/sealed-column.ts";

/** What is walked. */
export interface Walk {
  readonly table: string;
  /** The primary key, in its order. */
  readonly key: KeyColumns;
  /** What is read beside the key, as SQL. */
  readonly select: string;
  /** How many bytes the database touches for a row; pages of large rows are short. */
  readonly bytesOf: (row: Row) => number;
}

const FIRST_PAGE = 50;
const LONGEST_PAGE = 1_000;
const SHORTEST_PAGE = 8;
/** What a page may touch: a remote database reads that much well within its time. */
const BYTES_A_PAGE = 8 * 1024 * 1024;

/** The pages; rows that are inserted behind the walk are not met. */
export async function* pagesOf(db: Database, walk: Walk): AsyncGenerator<readonly Row[], void> {
  const { table, key, select, bytesOf } = walk;
  const keys = key.join(", ");
  const beyond = `where (${keys}) > (${key.map(() => "?").join(", ")})`;
  let after: readonly Value[] = [];
  let limit = FIRST_PAGE;
  for (;;) {
    const rows = await db.query({
      sql: `select ${keys}, ${select} from ${table} ${
        after.length === 0 ? "" : beyond
      } order by ${keys} limit ?`,
      args: [...after, limit],
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    // A local database answers at once, so that without a pause no signal would ever be heard.
    await new Promise((resume) => setTimeout(resume, 0));
    if (rows.length < limit) return;
    after = keyOf(key, last);
    const bytes = rows.reduce((sum, row) => sum + bytesOf(row), 0) / rows.length;
    limit = Math.round(Math.min(LONGEST_PAGE, Math.max(SHORTEST_PAGE, BYTES_A_PAGE / Math.max(bytes, 1))));
  }
}

/** The primary key's values of a row. */
export function keyOf(key: KeyColumns, row: Row): [KeyValue, ...KeyValue[]] {
  const [first, ...others] = key;
  return [part(row, first), ...others.map((column) => part(row, column))];
}

/** A value of a primary key. */
export type KeyValue = string | bigint;

function part(row: Row, column: string): KeyValue {
  const value = row[column];
  if (typeof value === "string" || typeof value === "bigint") return value;
  throw new Error(`Cannot read a primary key: ${column} is neither text nor an integer`);
}
