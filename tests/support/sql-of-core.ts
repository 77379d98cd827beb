/**
 * The SQL that stands in core's source, word for word: what no test runs is judged as well.
 * @module
 */
import { NOW_MS } from "../../core/records/clock.ts";

/** A statement and where it stands. */
export interface SourceStatement {
  readonly file: string;
  readonly sql: string;
  /** False where a part of it is made at run time. */
  readonly isWhole: boolean;
}

const CORE = new URL("../../core/", import.meta.url);
/** After `sql:` or `sql =`: a template, or a text in double quotes. */
const LITERAL = /\bsql(?::|\s*=)\s*(`(?:\\.|\$\{(?:[^{}]|\{[^{}]*\})*\}|[^`\\])*`|"(?:[^"\\]|\\.)*")/g;

/** Statements of every file, in no order. */
export async function sqlOfCore(folder = CORE): Promise<SourceStatement[]> {
  const found: SourceStatement[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) found.push(...await sqlOfCore(new URL(`${name}/`, folder)));
    else if (name.endsWith(".ts")) {
      found.push(...statementsOf(await Deno.readTextFile(new URL(name, folder)), name));
    }
  }
  return found;
}

function statementsOf(source: string, file: string): SourceStatement[] {
  return [...source.matchAll(LITERAL)].flatMap(([, literal = ""]) => {
    const sql = literal.slice(1, -1).replaceAll("${NOW_MS}", NOW_MS).trim();
    return /^(select|with|insert|update|delete)\b/.test(sql)
      ? [{ file, sql, isWhole: !sql.includes("${") }]
      : [];
  });
}
