/**
 * Takes a reading of the reserve: compares, writes the statement, keeps it with its alarms (M-26).
 * @module
 */
import type { Signer } from "../auth/ed25519.ts";
import type { Asset } from "../config/anchor-runtime.ts";
import type { ReserveChoices } from "../config/reserve.ts";
import type { Database, Statement } from "../records/database.ts";
import type { Supply } from "../stellar/supply.ts";
import { raiseReserveAlarm } from "../transfers/payout-stop.ts";
import { type Comparison, judge, type PlaceState } from "./compare.ts";
import { type Facts, type LedgerFacts, type RailFacts, readFacts } from "./facts.ts";
import { keepReading, lastReading } from "./readings.ts";
import { signStatement } from "./signature.ts";
import { type AssetSection, writeStatement } from "./statement.ts";

/** A rail as far as the reserve needs it. */
export interface ReserveRail {
  readonly name: string;
  readonly currency: string;
}

/** What readings are taken with. */
export interface ReserveOptions {
  readonly db: Database;
  readonly assets: readonly Asset[];
  readonly rails: readonly ReserveRail[];
  readonly choices: ReserveChoices;
  readonly signer: Signer;
  readonly publicUrl: string;
  readonly passphrase: string;
  /** Seconds since 1970, for the statement's `iat`. */
  readonly now: () => number;
}

/**
 * What became of a reading. `not_taken_in`: operations of a ledger that was read are not in the books yet; `duplicate`:
 * another process took it.
 */
export type TakenReading = "kept" | "not_taken_in" | "duplicate";

/** Takes a reading. @param supplies every asset, read before the ledger's operations and the statements were taken in */
export async function takeReading(
  options: ReserveOptions,
  supplies: readonly Supply[],
): Promise<TakenReading> {
  const { db, assets, rails, choices, signer, publicUrl, passphrase, now } = options;
  const last = await lastReading(db);
  const facts = await readFacts(db, { last, supplies, rails: rails.map(({ name }) => name) });
  if ([...facts.ledger.values()].some(({ isTakenIn }) => !isTakenIn)) return "not_taken_in";
  const places: Record<string, PlaceState> = {};
  const alarms: Statement[] = [];

  /** Compares a place of an asset and notes what follows. */
  function settle(asset: string, place: string, comparison: Comparison): PlaceState {
    const key = `${asset} ${place}`;
    const { tolerance, stopsPayouts } = choices.of(asset);
    const judged = judge(last?.places[key] ?? null, comparison, tolerance);
    if (judged.alarms) alarms.push(...raiseReserveAlarm(asset, place, stopsPayouts));
    return places[key] = judged.state;
  }

  const sections = supplies.flatMap((supply): AssetSection[] => {
    const asset = assets.find(({ id }) => id === supply.asset);
    const ledger = facts.ledger.get(supply.asset);
    if (!asset || !ledger) return [];
    const { id, code, issuer, currency } = asset;
    const ofCurrency = rails.filter((rail) => rail.currency === currency);
    return [{
      code,
      issuer,
      currency,
      books: facts.books[id] ?? {},
      supply,
      ledger: settle(id, "ledger", ledgerComparison(supply, ledger, facts)),
      sent: ledger.unbooked + ledger.unknown,
      rails: ofCurrency.map(({ name }) => {
        const rail = facts.rails.get(name);
        const comparison = rail && railComparison(name, rail, facts);
        return {
          name,
          balance: rail?.balance ?? null,
          sent: rail?.unknown ?? 0n,
          state: comparison ? settle(id, name, comparison) : null,
        };
      }),
    }];
  });

  const number = (last?.number ?? 0) + 1;
  const statement = writeStatement({
    issuer: publicUrl,
    issuedAt: now(),
    number,
    passphrase,
    auditor: choices.auditor,
    heads: facts.heads,
    assets: sections,
  });
  const { upTo, books, nowMs: madeMs } = facts;
  const jws = signStatement(signer, statement);
  const isKept = await keepReading(db, { number, madeMs, upTo, books, places, statement, jws }, alarms);
  return isKept ? "kept" : "duplicate";
}

/** The books as of the ledger: without what later ledgers hold, and with what it holds and is not booked yet. */
function ledgerComparison(
  { asset, ledger, supply, held }: Supply,
  facts: LedgerFacts,
  { books }: Facts,
): Comparison {
  const { later, unbooked, unknown, clawedBack } = facts;
  return {
    reading: String(ledger.sequence),
    told: supply - held,
    booked: -(books[asset]?.["outstanding"] ?? 0n) - later + unbooked,
    least: -clawedBack,
    most: unknown,
  };
}

/** The bank's money may stand behind several assets of one currency: it is compared with the books of all. */
function railComparison(name: string, rail: RailFacts, { books }: Facts): Comparison | null {
  const { balance, unknown, cameAbout, wentAbout } = rail;
  if (balance === null) return null;
  return {
    reading: balance.reading,
    told: balance.booked,
    booked: Object.values(books).reduce((sum, accounts) => sum + (accounts[`bank:${name}`] ?? 0n), 0n),
    least: -cameAbout - unknown,
    most: -wentAbout,
  };
}
