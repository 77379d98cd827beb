/** What the outbox has queued for a customer's callback. */
import { z } from "zod";
import { rowsOfTable } from "../../../core/records/rows.ts";
import type { AtWork } from "./at-work.ts";

const body = z.object({ registration: z.string(), url: z.string(), text: z.string() });
const status = z.object({ status: z.string() });

/** One queued callback. */
export interface Queued {
  readonly url: string;
  readonly registration: string;
  /** The body as it will be posted. */
  readonly text: string;
  readonly status: string;
}

/** Everything that was ever queued, in order; nothing is performed by these tests. */
export async function queued({ db, vault }: Pick<AtWork, "db" | "vault">): Promise<Queued[]> {
  const rows = await db.query({
    sql: "select id, body from outbox where kind = 'customer_callback' order by rowid",
  });
  const outbox = rowsOfTable("outbox");
  return rows.map((row) => {
    const place = { table: "outbox", column: "body", row: outbox.text(row, "id") };
    const sealed = body.parse(vault.openJson(place, outbox.bytes(row, "body")));
    return { ...sealed, ...status.parse(JSON.parse(sealed.text)) };
  });
}
