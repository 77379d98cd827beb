/**
 * What is true of clawbacks and their envelopes in books that are right (M-21, M-25).
 * @module
 */

/** Each query finds faults: a row is one, and `id` says where. */
export const CLAWBACKS: Readonly<Record<string, string>> = {
  "an envelope clawed back what no clawback tells": `
    select e.id from ledger_errands e where e.clawback_id is not null and e.state = 'completed' and not exists (
      select 1 from clawbacks c where c.id = e.clawback_id and c.state = 'completed')`,
  "a clawback has no envelope that took it": `
    select c.id from clawbacks c where c.state = 'completed' and not exists (
      select 1 from ledger_errands e where e.clawback_id = c.id and e.state = 'completed')`,
  "more was clawed back than came of what is owed": `
    select r.id from receivables r join clawbacks c on c.receivable_id = r.id where c.state = 'completed'
      group by r.id having sum(c.amount) > max(r.settled)`,
  "tokens are clawed back for what is not owed": `
    select c.id from clawbacks c join receivables r on r.id = c.receivable_id
      where c.state in ('ordered', 'undecidable') and (r.state <> 'open' or c.amount > r.amount - r.settled)`,
  "tokens are to be clawed back and nothing is due for it": `
    select c.id from clawbacks c where c.state = 'ordered' and not exists (
      select 1 from outbox o where o.subject = c.id and o.lane = 'work' and (o.state in ('due', 'sending')
        or (o.state = 'parked' and exists (select 1 from alarms a
          where a.kind = 'effect_parked' and a.subject = o.id and a.closed_ms is null))))`,
};
