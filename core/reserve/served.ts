/**
 * What is published of the reserve, for whoever asks: read from the records at most once in a few seconds, however many
 * ask.
 * @module
 */
import type { Database } from "../records/database.ts";
import { lastPublished, type Published } from "./readings.ts";

/** How long an answer is given again. */
const KEPT_MS = 5_000;

/** The last published statement, or `null` before the first one. A read that failed is tried again by the next who asks. */
export function createServed(
  db: Database,
  clock: () => number = () => performance.now(),
): () => Promise<Published | null> {
  let kept: { readonly at: number; readonly published: Promise<Published | null> } | null = null;
  return async () => {
    if (kept === null || clock() - kept.at >= KEPT_MS) kept = { at: clock(), published: lastPublished(db) };
    const asked = kept;
    try {
      const published = await asked.published;
      // Before the first reading everybody looks anew.
      if (published === null && kept === asked) kept = null;
      return published;
    } catch (error) {
      if (kept === asked) kept = null;
      throw error;
    }
  };
}
