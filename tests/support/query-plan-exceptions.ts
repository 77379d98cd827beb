/**
 * Statements that read more rows than they show, or sort them, and why those stay few.
 * @module
 */

/** A statement by a part of its text, and the reason. */
export interface PlanException {
  readonly says: string;
  readonly because: string;
}

/** See {@link PlanException}. */
export const EXCEPTIONS: readonly PlanException[] = [
  { says: "from stellar_sources", because: "a row for each account of ours that pays" },
  { says: "from customer_values where customer_id", because: "what one customer gave" },
  { says: "from kyc_cases where customer_id", because: "reviews of one customer" },
  { says: "from customer_indexes where kind = ? and hash", because: "customers with one identity number" },
  { says: "from receipts where transfer_id = :transfer and side", because: "receipts of one transfer" },
  { says: "from transfers where customer_id = ? and state in", because: "what one customer has under way" },
  {
    says: "from transfers where customer_id = ? and protocol = ? and state in",
    because: "what one customer has under way",
  },
  { says: "json_extract(transfers.terms, '$.refundFee')", because: "receipts of what may be sent back" },
  { says: "from outbox where subject = ? and lane", because: "what is due of one subject" },
  {
    says: "from refunds where at_ms >=",
    because: "what went back within a day",
  },
  { says: "from refunds where transfer_id", because: "refunds of one transfer" },
  { says: "where refunds.transfer_id = ? and refunds.side", because: "refunds of one transfer" },
  { says: "from refunds where receipt_id = :receipt", because: "refunds of one receipt" },
  { says: "from customer_files where expires_ms <=", because: "deleted as soon as they have expired" },
  { says: "from sessions where expires_ms <=", because: "deleted as soon as they have expired" },
  { says: "from write_marks where at_ms", because: "deleted after a day" },
  {
    says: "order by at_ms limit :limit",
    because: "reviews that are due to be asked about",
  },
  { says: "from code_sendings where", because: "forgotten within hours" },
  { says: "select distinct batch from attempts", because: "payouts in files that the bank has not answered" },
  { says: "order by started_ms desc, id desc limit 1", because: "transfers of one payment" },
  { says: "as place ", because: "what ran out and has not been ended" },
  { says: "from rail_balances where rail", because: "a row for each rail" },
  { says: "from postings where rowid >", because: "what was posted since the last reading of the reserve" },
  {
    says: "from rail_balances b join postings p",
    because: "what was posted since a reading before a bank's balance",
  },
  {
    says: "from ledger_operations o left join postings",
    because: "what ledgers after the one that was read hold: a few seconds",
  },
  { says: "from ledger_operations as operations join", because: "what nobody has dealt with" },
  {
    says: "order by stored_ms, id limit",
    because: "attempts that are not decided, one for each account of ours",
  },
];
