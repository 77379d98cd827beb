/**
 * What a customer has moved in a period, and how much more that leaves (M-18, P5): pure sums, and the SQL that they are
 * read and guarded by.
 *
 * Moved is what was received less what was refunded, deposits and withdrawals of an asset together, of every transfer of
 * the same owner: erasing a customer and coming back resets nothing. What was only announced does not count, or abandoned
 * transfers would lock a person out.
 * @module
 */
import { heaviestOf, type Pack, type Period, PERIOD_MS, type Tier } from "../config/anchor-runtime.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";

/** Units of 10⁻⁷ that were moved in the period that ends now. */
export type Moved = Readonly<Record<Period, bigint>>;

/** The sums of whoever has moved nothing. */
export const NOTHING_MOVED: Moved = { "day": 0n, "30 days": 0n };

/** Whose sums, of which asset. `except` is a transfer that is judged itself and must not count twice. */
export interface Mover {
  /** See `transfers.customer_owner`. */
  readonly owner: string;
  /** `CODE:ISSUER` */
  readonly asset: string;
  readonly except?: string;
}

/** The most that may be moved in a period. */
export interface Ceiling {
  readonly period: Period;
  readonly most: bigint;
}

/** The ceilings of a tier of a pack, and the limits that no tier lifts; those of the heaviest tier when none is named. */
export function ceilingsOf(pack: Pack, tier: Tier = heaviestOf(pack)): readonly Ceiling[] {
  const { day, "30 days": month } = pack.limits;
  return [
    ...tier.upTo === null ? [] : [{ period: pack.period, most: tier.upTo }],
    ...day === undefined ? [] : [{ period: "day" as const, most: day }],
    ...month === undefined ? [] : [{ period: "30 days" as const, most: month }],
  ];
}

/** How much more may be moved now; `null` when nothing bounds it. */
export function roomUnder(ceilings: readonly Ceiling[], moved: Moved): bigint | null {
  return ceilings.reduce<bigint | null>((room, { period, most }) => {
    const left = most > moved[period] ? most - moved[period] : 0n;
    return room === null || left < room ? left : room;
  }, null);
}

const transfers = rowsOfTable("transfers");

/** Transfers of a mover whose money came within `:ms`. */
const COUNTED = `from transfers where customer_owner = :owner and asset = :asset and id <> :except
  and funded_ms > ${NOW_MS} - :ms`;

const argsOf = ({ owner, asset, except = "" }: Mover, period: Period) => ({
  owner,
  asset,
  except,
  ms: PERIOD_MS[period],
});

/** Reads what was moved. */
export async function movedBy(db: Database, mover: Mover): Promise<Moved> {
  const sql = `select coalesce(sum(received - refunded), 0) as moved ${COUNTED}`;
  const [day, month] = await db.read([
    { sql, args: argsOf(mover, "day") },
    { sql, args: argsOf(mover, "30 days") },
  ]);
  const sum = (rows: typeof day) => rows?.[0] ? transfers.integer(rows[0], "moved") : 0n;
  return { day: sum(day), "30 days": sum(month) };
}

/** Makes a batch stale when more has been moved than was read: two at once cannot both slip under a limit. */
export function movedNoMore(mover: Mover, moved: Moved): Statement[] {
  return (["day", "30 days"] as const).map((period) =>
    expect(`(select coalesce(sum(received - refunded), 0) ${COUNTED}) <= :moved`, {
      ...argsOf(mover, period),
      moved: moved[period],
    })
  );
}

/** Whether more has been moved by now than before, in any period. */
export function hasMovedMore(now: Moved, before: Moved): boolean {
  return now.day > before.day || now["30 days"] > before["30 days"];
}

/**
 * When as much as is wanted fits under all ceilings, if nothing else is moved until then, in milliseconds of the database's
 * clock. Of what can never fit, the time is told at which as much fits as ever will.
 */
export async function roomFrom(
  db: Database,
  mover: Mover,
  { ceilings, moved, wanted }: {
    readonly ceilings: readonly Ceiling[];
    readonly moved: Moved;
    readonly wanted: bigint;
  },
): Promise<number> {
  const times = await Promise.all(ceilings.map(async ({ period, most }) => {
    const excess = moved[period] + (wanted < most ? wanted : most) - most;
    if (excess <= 0n) return 0;
    const [row] = await db.query({
      sql: `select min(funded_ms) + :ms as at_ms from (
              select funded_ms, sum(received - refunded) over (order by funded_ms, id) as freed ${COUNTED}
            ) where freed >= :excess`,
      args: { ...argsOf(mover, period), excess },
    });
    return row ? transfers.countOrNull(row, "at_ms") ?? 0 : 0;
  }));
  return Math.max(...times);
}
