/**
 * Where each receipt's money is (M-25): paid out with its declared fee, refunded, on its way to one of these, or before an
 * operator. A row of a query is a fault: money in no place, or in two.
 * @module
 */
import { UNDECIDED } from "../transfers/attempts.ts";
import { FINAL, HOLDS_MONEY } from "../transfers/states.ts";

const listed = (states: Iterable<string>) => [...states].map((state) => `'${state}'`).join(", ");

/** States in which something is done for money that is here; in the others a person is waited for. */
const MOVES = ["funded", "trusting", "paying", "refunding"];

/** Whether a receipt's money has gone back. */
const WENT_BACK = "exists (select 1 from refunds f where f.receipt_id = r.id and f.state = 'completed')";

/** Each query finds faults: a row is one, and `id` says where. */
export const PLACES: Readonly<Record<string, string>> = {
  "a receipt's money is in no place": `
    select r.id from receipts r join transfers t on t.id = r.transfer_id where r.state = 'matched'
      and not ${WENT_BACK} and t.state not in (${listed(HOLDS_MONEY)}, 'completed')`,
  "a receipt's money is in two places": `
    select r.id from receipts r join transfers t on t.id = r.transfer_id where r.state = 'matched'
      and ${WENT_BACK} and t.state not in ('refunding', 'on_hold', 'refunded')`,
  "money moves and nothing is due for it": `
    select t.id from transfers t where t.state in (${listed(MOVES)}) and not exists (
      select 1 from outbox o where o.subject = t.id and o.lane = 'work' and (o.state in ('due', 'sending')
        or (o.state = 'parked' and exists (select 1 from alarms a
          where a.kind = 'effect_parked' and a.subject = o.id and a.closed_ms is null))))`,
  "an attempt may still pay for a transfer that is over": `
    select t.id from attempts a join transfers t on t.id = a.transfer_id
      where a.${UNDECIDED} and t.state in (${listed(FINAL)})`,
};
