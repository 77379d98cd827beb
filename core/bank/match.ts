/**
 * To whom money at the bank belongs (M-17): by an address of its own, by a reference found in noisy text, by a customer's
 * address, by the payer. Nothing is decided by age or by guess: what fits several or none stays unmatched.
 * @module
 */
import type { InboundTransfer, RailDeclaration } from "../../plugins/bank-rail.ts";
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { type Fit, judgeAmount } from "../transfers/terms.ts";
import { type Transfer, transferFrom } from "../transfers/transfer.ts";
import { referencesIn } from "./references.ts";

/** Why nothing fits; kept with the receipt for the operator. */
export type UnmatchedReason =
  | "no_address"
  | "no_reference"
  | "several_transfers"
  | "no_open_transfer"
  | "not_waiting"
  | "own_payout_back"
  | "other_currency";

/** Where money belongs, `asset` being the transfer's. `likely` is the transfer that an operator should look at first. */
export type Match =
  | {
    readonly kind: "transfer";
    readonly transferId: string;
    readonly customerId: string;
    readonly asset: string;
  }
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

/** What an address says: a transfer of its own, a customer, or nothing. */
type Addressed =
  | { readonly kind: "transfer"; readonly transfer: Transfer }
  | { readonly kind: "customer"; readonly customerId: string }
  | { readonly kind: "nobody" };

const addresses = rowsOfTable("bank_addresses");

/** Finds the open deposit that money belongs to. */
export async function matchInbound(
  matching: Matching,
  rail: string,
  declares: RailDeclaration,
  inbound: InboundTransfer,
): Promise<Match> {
  const { db } = matching;
  if (inbound.original) return { kind: "unmatched", reason: "own_payout_back" };
  if (inbound.gross.currency !== declares.currency) return { kind: "unmatched", reason: "other_currency" };
  const addressed = await addressOf(db, rail, declares, inbound);
  if (addressed.kind === "transfer") return ifWaiting(addressed.transfer);
  const owner = addressed.kind === "customer" ? addressed.customerId : null;
  const byReference = await matchReference(db, rail, declares, inbound, owner);
  if (byReference) return byReference;
  if (owner !== null) return await matchCustomer(db, rail, owner, inbound.gross.units);
  const byPayer = await matchPayer(matching, rail, inbound);
  if (byPayer) return byPayer;
  return { kind: "unmatched", reason: inbound.match.instructionId ? "no_address" : "no_reference" };
}

/** An address that customers share says nothing, even while only one of them has been given it. */
async function addressOf(
  db: Database,
  rail: string,
  { deposit }: RailDeclaration,
  { match }: InboundTransfer,
): Promise<Addressed> {
  const isOwn = deposit !== null && deposit.address !== "shared_with_reference";
  const rows = match.instructionId === undefined || !isOwn ? [] : await db.query({
    sql: "select customer_id, transfer_id from bank_addresses where rail = ? and instruction_id = ? limit 2",
    args: [rail, match.instructionId],
  });
  const [row] = rows;
  if (row && rows.length === 1) {
    const transferId = addresses.textOrNull(row, "transfer_id");
    if (transferId === null) return { kind: "customer", customerId: addresses.text(row, "customer_id") };
    const [found] = await db.query({ sql: "select * from transfers where id = ?", args: [transferId] });
    if (found) return { kind: "transfer", transfer: transferFrom(found) };
  }
  return match.customerKey === undefined
    ? { kind: "nobody" }
    : { kind: "customer", customerId: match.customerKey };
}

/**
 * References are looked for where the bank puts them and inside free text. One that another customer's address
 * contradicts decides nothing.
 */
async function matchReference(
  db: Database,
  rail: string,
  declares: RailDeclaration,
  { match, gross }: InboundTransfer,
  owner: string | null,
): Promise<Match | null> {
  const shape = declares.deposit?.reference;
  if (!shape) return null;
  const found = new Set(
    [match.reference, match.remittance].flatMap((text) => referencesIn(text ?? "", shape)),
  );
  const rows = found.size === 0 ? [] : await db.query({
    sql: `select * from transfers where rail = ? and reference in (${
      [...found].map(() => "?").join(", ")
    }) limit 10`,
    args: [rail, ...found],
  });
  const named = rows.map(transferFrom);
  const [first, ...others] = named;
  if (!first) return null;
  const customers = new Set([...named.map(({ customerId }) => customerId), ...owner === null ? [] : [owner]]);
  if (customers.size > 1) return { kind: "unmatched", reason: "several_transfers" };
  return others.length === 0 ? ifWaiting(first) : onlyFitting(first.customerId, named, gross.units);
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
  if (matches.some((match) => match.kind === "unmatched" && match.reason === "several_transfers")) {
    return { kind: "unmatched", reason: "several_transfers" };
  }
  const [fitting, ...others] = matches.filter((match) => match.kind === "transfer");
  if (fitting && others.length === 0) return fitting;
  return { kind: "unmatched", reason: fitting ? "several_transfers" : "no_open_transfer" };
}

/** The customer's one open deposit on this rail whose amount rule takes the amount, else an unmatched credit of theirs. */
async function matchCustomer(db: Database, rail: string, customerId: string, amount: bigint): Promise<Match> {
  const rows = await db.query({
    sql: `select * from transfers where customer_id = ? and state in ('waiting', 'arriving') and rail = ?
          and kind = 'deposit' limit 50`,
    args: [customerId, rail],
  });
  const open = rows.map(transferFrom);
  return onlyFitting(customerId, open.length > 0 ? open : await lastExpired(db, rail, customerId), amount);
}

/** The deposit that money which comes too late is likely for. */
async function lastExpired(db: Database, rail: string, customerId: string): Promise<Transfer[]> {
  const rows = await db.query({
    sql: `select *, max(started_ms) from transfers where customer_id = ? and state = 'expired' and rail = ?
          and kind = 'deposit'`,
    args: [customerId, rail],
  });
  // A maximum of nothing is a row, too.
  return rows.filter(({ id }) => id !== null).map(transferFrom);
}

function onlyFitting(customerId: string, transfers: readonly Transfer[], amount: bigint): Match {
  const open = transfers.filter(isWaiting);
  const fits = (fit: Fit) =>
    open.filter(({ terms, amountIn, received }) => judgeAmount(terms, amountIn, received + amount) === fit);
  // What was announced goes before what would have to go back in part.
  const exactly = fits("fits");
  const [only, ...others] = exactly.length > 0 ? exactly : fits("excess");
  if (only && others.length === 0) return belongsTo(only);
  const likely = open[0] ?? transfers[0];
  return {
    kind: "unmatched",
    reason: only ? "several_transfers" : "no_open_transfer",
    customerId,
    ...(likely ? { likely: likely.id } : {}),
  };
}

/** Money for a transfer that no longer waits (late, or a second payment) is kept with a link to it. */
function ifWaiting(transfer: Transfer): Match {
  if (isWaiting(transfer)) return belongsTo(transfer);
  return {
    kind: "unmatched",
    reason: "not_waiting",
    customerId: transfer.customerId,
    likely: transfer.id,
  };
}

function isWaiting({ kind, state }: Transfer): boolean {
  return kind === "deposit" && (state === "waiting" || state === "arriving");
}

function belongsTo({ id, customerId, asset }: Transfer): Match {
  return { kind: "transfer", transferId: id, customerId, asset };
}
