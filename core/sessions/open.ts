/**
 * Picks the store of sessions; the Upstash client is loaded only where it is used.
 * @module
 */
import { type Database, openDatabase } from "../records/database.ts";
import { embeddedSessions } from "./embedded.ts";
import type { Sessions } from "./sessions.ts";
import type { UpstashOptions } from "./upstash.ts";

/**
 * Sessions in Upstash Redis where it is configured, else in the database of the records.
 * @param options.url of the records: in a file, sessions get a connection of their own, whose commits wait for no disk.
 * A power failure may then forget the last of them, which sessions are allowed to (DESIGN §7)
 */
export async function openSessions(
  { db, url, upstash }: { db: Database; url: string; upstash?: UpstashOptions },
): Promise<Sessions> {
  if (upstash !== undefined) {
    const { upstashSessions } = await import("./upstash.ts");
    return upstashSessions(upstash);
  }
  if (db.kind !== "file") return embeddedSessions(db);
  const own = await openDatabase({ url, onDeploy: false, mayForget: true });
  return { ...embeddedSessions(own), close: () => own.close() };
}
