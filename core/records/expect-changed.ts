/**
 * Expectations: statements that abort the whole batch when what was decided on is no longer so.
 *
 * `json('stale')` raises "malformed JSON", the only abort that both drivers allow outside a trigger; the wrapper reads
 * it as `{ kind: "stale" }`. Never write `insert … where changes()=1` instead: after an insert of two rows it is
 * false, and what follows is left out without an error.
 * @module
 */
import type { Statement } from "./statement.ts";

const BEFORE = "select json(case when ";
const AFTER = " then '1' else 'stale' end)";

/**
 * Makes the batch stale unless the condition is true at this point of it.
 * @param condition SQL of one boolean expression; null counts as false
 */
export function expect(condition: string, args: Statement["args"] = []): Statement {
  return { sql: `${BEFORE}${condition}${AFTER}`, args };
}

/** Makes the batch stale unless the statement right before it changed exactly one row. */
export const expectChanged: Statement = expect("changes()=1");

/**
 * An update by version, and the abort that must stand right behind it.
 * @param update an `update … where id = ? and version = ?`
 */
export function compareAndSet(update: Statement): Statement[] {
  return [update, expectChanged];
}

/** True for a statement made here. */
export function isExpectation(statement: Statement): boolean {
  return statement.sql.startsWith(BEFORE) && statement.sql.endsWith(AFTER);
}
