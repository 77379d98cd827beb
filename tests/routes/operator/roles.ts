/**
 * What the operators' routes ask for.
 * @module
 */

/** The id of nothing. */
export const NOBODY = "a".repeat(26);
const NOTE = { note: "x" };

/** Every route, a request to it that is nobody's, and the first role that may do it. */
export const ROUTES = [
  ["GET", "/transfers", null, "viewer"],
  ["GET", `/transfers/${NOBODY}`, null, "viewer"],
  ["POST", `/transfers/${NOBODY}/approve`, { version: 1, amount: "1", payee: "x" }, "approver"],
  ["POST", `/transfers/${NOBODY}/pay`, { version: 1, amount: "1", payee: "x" }, "approver"],
  ["POST", `/transfers/${NOBODY}/refund`, {}, "approver"],
  ["POST", `/transfers/${NOBODY}/fail`, {}, "approver"],
  ["GET", "/unmatched", null, "viewer"],
  ["POST", `/unmatched/${NOBODY}/assign`, { transfer: NOBODY }, "approver"],
  ["POST", `/unmatched/${NOBODY}/return`, {}, "approver"],
  ["GET", "/receivables", null, "viewer"],
  ["POST", `/receivables/${NOBODY}/settle`, { how: "written_off" }, "approver"],
  ["POST", `/receivables/${NOBODY}/clawback`, { amount: "1" }, "approver"],
  ["POST", `/receivables/${NOBODY}/lift`, {}, "approver"],
  ["GET", "/alarms", null, "viewer"],
  ["GET", "/audit", null, "admin"],
  ["POST", "/alarms/transfer_waiting:x:y/close", NOTE, "support"],
  ["POST", "/alarms/effect_parked:x:y/close", NOTE, "approver"],
  ["POST", "/alarms/payout_refused:x:y/close", NOTE, "approver"],
  ["POST", "/alarms/statement_debit:x:y/close", NOTE, "approver"],
  ["GET", "/debits", null, "viewer"],
  ["POST", "/debits/ledger:1/explain", { transfer: NOBODY }, "approver"],
  ["POST", "/debits/ledger:1/explain", { loss: true, note: "x" }, "approver"],
  ["POST", "/assets/NOPE/release", {}, "approver"],
  ["GET", "/envelopes", null, "viewer"],
  ["POST", `/envelopes/${NOBODY}/decide`, {}, "approver"],
] as const;
