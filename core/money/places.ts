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

/** SQL of what has not gone back of a receipt. @param receipt its name in the query */
const leftOf = (receipt: string) =>
  `(${receipt}.gross - (select coalesce(sum(f.amount + f.fee), 0) from refunds f
    where f.receipt_id = ${receipt}.id and f.state = 'completed'))`;

/** Whether what has not gone back of a transfer's receipts is what it pays: a part may go back, and the rest be paid. */
const PAYS_THE_REST = `t.state in ('asking', 'funded', 'trusting', 'paying', 'completed')
  and t.amount_out > 0 and t.amount_out + t.amount_fee = (
    select sum(${leftOf("o")}) from receipts o where o.transfer_id = t.id and o.state = 'matched')`;

/** Each query finds faults: a row is one, and `id` says where. */
export const PLACES: Readonly<Record<string, string>> = {
  "a receipt's money is in no place": `
    select r.id from receipts r join transfers t on t.id = r.transfer_id where r.state = 'matched'
      and ${leftOf("r")} > 0 and t.state not in (${listed(HOLDS_MONEY)}, 'completed')`,
  "a receipt's money is in two places": `
    select r.id from receipts r join transfers t on t.id = r.transfer_id where r.state = 'matched'
      and (${leftOf("r")} < 0 or (${leftOf("r")} < r.gross
        and t.state not in ('refunding', 'on_hold', 'refunded') and not (${PAYS_THE_REST})))`,
  "money moves and nothing is due for it": `
    select t.id from transfers t where t.state in (${listed(MOVES)}) and not exists (
      select 1 from outbox o where o.subject = t.id and o.lane = 'work' and (o.state in ('due', 'sending')
        or (o.state = 'parked' and exists (select 1 from alarms a
          where a.kind = 'effect_parked' and a.subject = o.id and a.closed_ms is null))))`,
  "an attempt may still pay for a transfer that is over": `
    select t.id from attempts a join transfers t on t.id = a.transfer_id
      where a.${UNDECIDED} and t.state in (${listed(FINAL)})`,
};
