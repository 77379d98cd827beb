/**
 * To whom money at the bank belongs (M-17): by an address of its own, by a reference found in noisy text, by the payer.
 * Nothing is decided by age or by guess: what fits several or none stays unmatched.
 * @module
 */
import type { InboundTransfer, RailDeclaration } from "../../plugins/bank-rail.ts";
import type { Database, Row } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { judgeAmount } from "../transfers/terms.ts";
import { type Transfer, transferFrom } from "../transfers/transfer.ts";

/** Why nothing fits; kept with the receipt for the operator. */
export type UnmatchedReason =
  | "no_address"
  | "no_reference"
  | "several_transfers"
  | "no_open_transfer"
  | "not_waiting"
  | "own_payout_back"
  | "other_currency";

/** Where money belongs. `likely` is the transfer that an operator should look at first. */
export type Match =
  | { readonly kind: "transfer"; readonly transferId: string; readonly customerId: string }
  | {
    readonly kind: "unmatched";
    readonly reason: UnmatchedReason;
    readonly customerId?: string;
    readonly likely?: string;
  };

/** What matching reads. */
export interface Matching {
  readonly db: Database;
  /** Customers whose identity number this is, by its keyed hashes. */
  readonly customersByIdentity: (identity: string) => Promise<readonly string[]>;
}

const addresses = rowsOfTable("bank_addresses");

/** Finds the open deposit that money belongs to. */
export async function matchInbound(
  matching: Matching,
  rail: string,
  declares: RailDeclaration,
  inbound: InboundTransfer,
): Promise<Match> {
  if (inbound.original) return { kind: "unmatched", reason: "own_payout_back" };
  if (inbound.gross.currency !== declares.currency) return { kind: "unmatched", reason: "other_currency" };
  const byAddress = await matchAddress(matching.db, rail, inbound);
  if (byAddress) return byAddress;
  const byReference = await matchReference(matching.db, rail, declares, inbound);
  if (byReference) return byReference;
  const byPayer = await matchPayer(matching, rail, inbound);
  if (byPayer) return byPayer;
  return { kind: "unmatched", reason: inbound.match.instructionId ? "no_address" : "no_reference" };
}

async function matchAddress(
  db: Database,
  rail: string,
  { match, gross }: InboundTransfer,
): Promise<Match | null> {
  const rows = match.instructionId === undefined ? [] : await db.query({
    sql: "select customer_id, transfer_id from bank_addresses where rail = ? and instruction_id = ? limit 2",
    args: [rail, match.instructionId],
  });
  const [row] = rows;
  // An address that several customers share says nothing alone: the reference decides.
  if (!row || rows.length > 1) {
    return match.customerKey ? matchCustomer(db, rail, match.customerKey, gross.units) : null;
  }
  const transferId = addresses.textOrNull(row, "transfer_id");
  if (transferId === null) {
    return await matchCustomer(db, rail, addresses.text(row, "customer_id"), gross.units);
  }
  const [transfer] = await db.query({ sql: "select * from transfers where id = ?", args: [transferId] });
  return transfer ? ifWaiting(transfer) : null;
}

/** References are looked for where the bank puts them and inside free text, with blanks and punctuation removed. */
async function matchReference(
  db: Database,
  rail: string,
  declares: RailDeclaration,
  { match }: InboundTransfer,
): Promise<Match | null> {
  const shape = declares.deposit?.reference;
  if (!shape) return null;
  const found = new Set(
    [match.reference, match.remittance].flatMap((text) => referencesIn(text ?? "", shape)),
  );
  if (found.size === 0) return null;
  const rows = await db.query({
    sql: `select * from transfers where rail = ? and reference in (${
      [...found].map(() => "?").join(", ")
    }) limit 2`,
    args: [rail, ...found],
  });
  const [row] = rows;
  if (!row) return null;
  if (rows.length > 1) return { kind: "unmatched", reason: "several_transfers" };
  return ifWaiting(row);
}

/** Windows of the declared length over the letters and digits of a text, at most a hundred. */
export function referencesIn(
  text: string,
  { alphabet, length }: { readonly alphabet: string; readonly length: number },
): string[] {
  const allowed = new Set(alphabet);
  const upper = alphabet.toUpperCase() === alphabet;
  const lower = alphabet.toLowerCase() === alphabet;
  const folded = upper ? text.toUpperCase() : lower ? text.toLowerCase() : text;
  const dense = folded.replace(/[^\p{L}\p{N}]/gu, "");
  const windows: string[] = [];
  for (let start = 0; start + length <= dense.length && windows.length < 100; start++) {
    const window = dense.slice(start, start + length);
    if ([...window].every((character) => allowed.has(character))) windows.push(window);
  }
  return windows;
}

async function matchPayer(
  matching: Matching,
  rail: string,
  { payer, gross }: InboundTransfer,
): Promise<Match | null> {
  if (payer.identity === undefined) return null;
  const customers = await matching.customersByIdentity(payer.identity);
  const [only] = customers;
  if (only === undefined) return null;
  if (customers.length === 1) return await matchCustomer(matching.db, rail, only, gross.units);
  // The same person under several keys (P16): the money fits exactly one open deposit of theirs, or none of them.
  const matches = await Promise.all(customers.map((id) => matchCustomer(matching.db, rail, id, gross.units)));
  const fitting = matches.filter((match) => match.kind === "transfer");
  return fitting.length === 1 && fitting[0] ? fitting[0] : { kind: "unmatched", reason: "several_transfers" };
}

/** The customer's one open deposit on this rail whose amount rule takes the amount, else an unmatched credit of theirs. */
async function matchCustomer(db: Database, rail: string, customerId: string, amount: bigint): Promise<Match> {
  const rows = await db.query({
    sql: `select * from transfers where customer_id = ? and state in ('waiting', 'arriving') and rail = ?
          and kind = 'deposit' limit 50`,
    args: [customerId, rail],
  });
  const open = rows.map(transferFrom);
  const [only, ...others] = open.filter((transfer) =>
    judgeAmount(transfer.terms, transfer.amountIn, transfer.received + amount) === "fits"
  );
  if (only && others.length === 0) return { kind: "transfer", transferId: only.id, customerId };
  return {
    kind: "unmatched",
    reason: only ? "several_transfers" : "no_open_transfer",
    customerId,
    ...(open[0] ? { likely: open[0].id } : {}),
  };
}

/** Money for a transfer that no longer waits (late, or a second payment) is kept with a link to it. */
function ifWaiting(row: Row): Match {
  const transfer: Transfer = transferFrom(row);
  const { id, customerId, state } = transfer;
  if (state === "waiting" || state === "arriving") return { kind: "transfer", transferId: id, customerId };
  return { kind: "unmatched", reason: "not_waiting", customerId, likely: id };
}
