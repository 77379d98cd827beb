/**
 * Picks the store of sessions; the Upstash client is loaded only where it is used.
 * @module
 */
import type { Database } from "../records/database.ts";
import { embeddedSessions } from "./embedded.ts";
import type { Sessions } from "./sessions.ts";
import type { UpstashOptions } from "./upstash.ts";

/** Sessions in Upstash Redis where it is configured, else in the database of the records. */
export async function openSessions(
  options: { db: Database; upstash?: UpstashOptions },
): Promise<Sessions> {
  if (options.upstash === undefined) return embeddedSessions(options.db);
  const { upstashSessions } = await import("./upstash.ts");
  return upstashSessions(options.upstash);
}
