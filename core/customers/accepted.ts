/**
 * Acceptance as the database sees it at the moment of a batch (M-22), and who may have transfers to settle.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";
import { expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Need } from "./need.ts";

/**
 * Makes a batch stale unless the customer is accepted now for the need's type at a level that is enough, its
 * `valid_until` has not passed, and no later review has rejected it.
 */
export function acceptedCondition(customerId: string, need: Pick<Need, "type" | "accepts">): Statement {
  // Level and instance are pairs of the config: row values keep them together.
  const pairs = need.accepts.map(() => "(?, ?)").join(", ");
  if (pairs === "") return expect("false");
  return expect(
    `exists (
      select 1 from kyc_cases c where c.customer_id = ? and c.type = ? and c.state = 'accepted'
        and (c.valid_until_ms is null or c.valid_until_ms > ${NOW_MS})
        and (c.instance, c.level) in (values ${pairs})
        and not exists (
          select 1 from kyc_cases later where later.customer_id = c.customer_id and later.type = c.type
            and later.attempt > c.attempt and later.state = 'rejected'
        )
    )`,
    [customerId, need.type, ...need.accepts.flatMap(({ instance, level }) => [instance, level])],
  );
}

/** A customer and the type for which it has been decided. */
export interface Settled {
  readonly customerId: string;
  readonly type: string;
}

/**
 * Customers that have been accepted and still have transfers waiting for that, or rejected and still have transfers that
 * nobody has paid or whose money waits for data (M-22): whoever heard the word may have died before anything followed from it. The job that settles
 * them walks through all of them by `after`.
 * @param after the last customer of the page before, or null
 */
export async function customersToSettle(
  db: Database,
  { after, limit }: { after: string | null; limit: number },
): Promise<Settled[]> {
  const rows = await db.query({
    // Cross join: from the few transfers that wait to the reviews of their customers, never from all that was accepted.
    sql: `select distinct t.customer_id, t.protocol from transfers t indexed by transfers_to_settle
      cross join kyc_cases c on c.customer_id = t.customer_id and c.type = t.protocol
      where t.state in ('kyc', 'instructing', 'waiting', 'asking')
        and (c.state = 'rejected' or (c.state = 'accepted' and t.state in ('kyc', 'asking')))
        and t.customer_id > ? order by t.customer_id, t.protocol limit ?`,
    args: [after ?? "", limit],
  });
  const table = rowsOfTable("transfers");
  return rows.map((row) => ({
    customerId: table.text(row, "customer_id"),
    type: table.text(row, "protocol"),
  }));
}
