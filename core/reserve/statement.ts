/**
 * Writes the reserve's statement as it is published: JSON in English, amounts as decimals (M-26). Pure.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import type { Balances } from "../money/equation.ts";
import type { Head } from "../records/audit.ts";
import type { Supply } from "../stellar/supply.ts";
import type { PlaceState } from "./compare.ts";
import type { RailFacts } from "./facts.ts";

/** A rail as it is published; no state before its first balance. */
export interface RailSection {
  readonly name: string;
  readonly balance: RailFacts["balance"];
  /** Payouts and refunds that may have left and are not booked yet. */
  readonly sent: bigint;
  readonly state: PlaceState | null;
}

/** An asset as it is published. */
export interface AssetSection {
  readonly code: string;
  readonly issuer: string;
  readonly currency: string;
  readonly books: Balances;
  readonly supply: Supply;
  readonly ledger: PlaceState;
  /** Payouts and refunds on the ledger that are not booked yet. */
  readonly sent: bigint;
  readonly rails: readonly RailSection[];
}

/** What the statement is made of. */
export interface StatementParts {
  /** `PUBLIC_URL`. */
  readonly issuer: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly number: number;
  readonly passphrase: string;
  /** Where the auditor publishes, or `null`. */
  readonly auditor: string | null;
  /** Where the audit log ends: a chain that was written anew does not lead here (M-28). */
  readonly heads: readonly Head[];
  readonly assets: readonly AssetSection[];
}

/** What it is, and what it is not. */
const NOTICE = "This is the anchor's own statement about its books. It is not an audit.";
/** What the parts of a statement mean, for whoever reads one alone. */
const EXPLANATION =
  "Amounts are decimals of the asset. told is what the bank or the ledger says, booked what the books say as of the same " +
  "statement, sent_not_booked what is under way, between the difference that it and what was told about that time may " +
  "make, unexplained what is left; an asset's is the sum of the sizes of all places that tell. told is null where a bank " +
  "tells no balance.";

/** The text. */
export function writeStatement(parts: StatementParts): string {
  const { issuer, issuedAt, number, passphrase, auditor, heads, assets } = parts;
  return JSON.stringify({
    iss: issuer,
    iat: issuedAt,
    number,
    notice: NOTICE,
    explanation: EXPLANATION,
    network_passphrase: passphrase,
    ...(auditor === null ? {} : { auditor }),
    audit: heads.map(({ chain, sequence, hash }) => ({ chain, sequence, hash })),
    assets: assets.map(assetOf),
  });
}

function assetOf({ code, issuer, currency, books, supply, ledger, sent, rails }: AssetSection) {
  const owed = (account: string) => -(books[account] ?? 0n);
  const had = (account: string) => books[account] ?? 0n;
  const bank = Object.keys(books).filter((account) => account.startsWith("bank:"));
  const booked = bank.reduce((sum, account) => sum + had(account), 0n);
  const toOthers = owed("outstanding") + owed("in_flight") + owed("suspense");
  return {
    code,
    issuer,
    currency,
    outstanding: {
      ledger: supply.ledger.sequence,
      closed_at: timeOf(supply.ledger.closedAt),
      supply: decimal(supply.supply),
      held_by_anchor: decimal(supply.held),
      ...placeOf(ledger, sent),
    },
    bank: rails.map((rail) => bankOf(rail)),
    books: {
      bank: decimal(booked),
      receivable: decimal(had("receivable")),
      costs: decimal(had("costs")),
      outstanding: decimal(owed("outstanding")),
      in_flight: decimal(owed("in_flight")),
      suspense: decimal(owed("suspense")),
      fees: decimal(owed("fees")),
      rounding: decimal(owed("rounding")),
      capital: decimal(owed("capital")),
    },
    // Below zero: less money in banks than is owed to others.
    surplus: decimal(booked - toOthers),
    unexplained: unexplainedOf(ledger, rails),
  };
}

function bankOf({ name, balance, sent, state }: RailSection) {
  if (balance === null || state === null) {
    return { rail: name, as_of: null, told: null, sent_not_booked: decimal(sent), unexplained: null };
  }
  return { rail: name, as_of: timeOf(balance.asOf), ...placeOf(state, sent) };
}

function placeOf({ told, booked, least, most, unexplained }: PlaceState, sent: bigint) {
  return {
    told: decimal(told),
    booked: decimal(booked),
    sent_not_booked: decimal(sent),
    between: { at_least: decimal(least), at_most: decimal(most) },
    unexplained: decimal(unexplained),
  };
}

/** Sizes are added up, so that what is missing in one place hides nothing that is too much in another. */
function unexplainedOf(ledger: PlaceState, rails: readonly RailSection[]): string {
  const all = [ledger.unexplained, ...rails.map(({ state }) => state?.unexplained ?? 0n)];
  return decimal(all.reduce((sum, units) => sum + (units < 0n ? -units : units), 0n));
}

function decimal(units: bigint): string {
  return formatUnits(units, 7);
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
