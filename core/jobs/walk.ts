/**
 * Walks over more rows than one run looks at, a page a run. Where it stands is in the records: at the edge the next run
 * is another process's, and rows after the first page would never be looked at.
 * @module
 */
import { moveCursor, readCursor } from "../records/cursors.ts";
import type { Database } from "../records/database.ts";

/** What a walk stores where it begins anew. */
const BEGINNING = "";

/**
 * Takes one page.
 * @param name unique among all cursors
 * @param page gets the last row of the page before, null at the beginning. @returns the last row that it looked at, null
 * when there are none behind it, and what it did
 */
export async function walk<Done>(
  db: Database,
  name: string,
  page: (after: string | null) => Promise<{ readonly last: string | null; readonly done: Done }>,
): Promise<Done> {
  const cursor = await readCursor(db, name);
  const { last, done } = await page(cursor.value || null);
  const next = last ?? BEGINNING;
  // Another process may have moved it meanwhile: it has looked at these rows too, and goes on from there.
  if (next !== (cursor.value ?? BEGINNING)) await moveCursor(db, cursor, next);
  return done;
}
