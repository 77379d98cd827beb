/**
 * What is true of returns and their envelopes in books that are right (M-19, M-25).
 * @module
 */

/** Each query finds faults: a row is one, and `id` says where. */
export const RETURNS: Readonly<Record<string, string>> = {
  "a return is not what came in": `
    select r.receipt_id as id from returns r join receipts c on c.id = r.receipt_id
      where r.state = 'completed' and (r.amount <> c.gross or c.state <> 'returned' or c.transfer_id is not null)`,
  "money that is going back belongs to a transfer": `
    select r.receipt_id as id from returns r join receipts c on c.id = r.receipt_id
      where r.state in ('ordered', 'stored', 'undecidable') and c.state <> 'unmatched'`,
  "an envelope sent money back that no return tells": `
    select e.id from ledger_errands e where e.receipt_id is not null and e.state = 'completed' and not exists (
      select 1 from returns r where r.receipt_id = e.receipt_id and r.state = 'completed')`,
  "a return on the ledger has no envelope that sent it": `
    select receipt_id as id from returns r where side = 'ledger' and state = 'completed' and not exists (
      select 1 from ledger_errands e where e.receipt_id = r.receipt_id and e.state = 'completed'
      union all select 1 from debits d where d.receipt_id = r.receipt_id and d.state = 'return')`,
  "money was refunded and returned": `
    select r.receipt_id as id from returns r join refunds f on f.receipt_id = r.receipt_id
      where r.state = 'completed' and f.state = 'completed'`,
  "unmatched money goes back and nothing is due for it": `
    select r.receipt_id as id from returns r where r.state in ('ordered', 'stored') and not exists (
      select 1 from outbox o where o.subject = r.receipt_id and o.lane = 'work' and (o.state in ('due', 'sending')
        or (o.state = 'parked' and exists (select 1 from alarms a
          where a.kind = 'effect_parked' and a.subject = o.id and a.closed_ms is null))))`,
  "a source is taken by an errand that is decided": `
    select s.account as id from stellar_sources s join ledger_errands e on e.id = s.attempt_id
      where e.state not in ('stored', 'undecidable')`,
};
