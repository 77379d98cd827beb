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

/** What one look found, and where the next one goes on. */
export interface ToSettle {
  readonly due: readonly Settled[];
  /** The last customer that was looked at; null when there are none behind it. */
  readonly last: string | null;
}

const WAITING = "state in ('draft', 'kyc', 'instructing', 'waiting', 'asking')";
/** Customers of one look, whether anything is to be settled for them or not. */
const LOOKED_AT = `select distinct customer_id from transfers indexed by transfers_to_settle
  where ${WAITING} and customer_id > :after order by customer_id limit :limit`;

/**
 * Customers that have been accepted and still have transfers waiting for that, or rejected and still have transfers that
 * nobody has paid or whose money waits for data (M-22): whoever heard the word may have died before anything followed from
 * it. The job that settles them walks through all that wait, so many customers a look.
 * @param after the last customer of the look before, or null
 */
export async function customersToSettle(
  db: Database,
  { after, limit }: { after: string | null; limit: number },
): Promise<ToSettle> {
  const args = { after: after ?? "", limit };
  const [found = [], [end] = []] = await db.read([
    {
      // Cross join: from the few transfers that wait to the reviews of their customers, never from all that was accepted.
      sql: `select distinct t.customer_id, t.protocol from transfers t indexed by transfers_to_settle
        cross join kyc_cases c on c.customer_id = t.customer_id and c.type = t.protocol
        where t.${WAITING}
          and (c.state = 'rejected' or (c.state = 'accepted' and t.state in ('kyc', 'asking')))
          and t.customer_id > :after and t.customer_id <= (select max(customer_id) from (${LOOKED_AT}))
        order by t.customer_id, t.protocol`,
      args,
    },
    {
      sql: `select max(customer_id) as last, count(*) as looked from (${LOOKED_AT})`,
      args,
    },
  ]);
  const table = rowsOfTable("transfers");
  return {
    due: found.map((row) => ({
      customerId: table.text(row, "customer_id"),
      type: table.text(row, "protocol"),
    })),
    last: end && table.count(end, "looked") === limit ? table.textOrNull(end, "last") : null,
  };
}
