/**
 * Compares what a bank or the ledger says with the books (M-26). Pure.
 *
 * A comparison names what lies between: money that was sent or told about the time of the statement, so that one side may
 * count it already and the other not. Between is listed and explains as much of the difference as it can; what is left is
 * unexplained. Something that is between now is on both sides or on none by the next reading, so what lasts is no matter
 * of time.
 * @module
 */

/** A place with a statement of its own; units of 10⁻⁷ throughout. */
export interface Comparison {
  /** Names the statement: told again it is the same reading. */
  readonly reading: string;
  /** What the place says. */
  readonly told: bigint;
  /** What the books say of it, as of the same statement. */
  readonly booked: bigint;
  /** The difference (told less booked) that what is between can make: at the least, zero or below, and at the most. */
  readonly least: bigint;
  readonly most: bigint;
}

/** What is kept of a place from one reading to the next. */
export interface PlaceState extends Comparison {
  readonly unexplained: bigint;
  /** What lasted when the alarm was raised; zero when nothing does. */
  readonly alarmed: bigint;
}

/** A place after a reading, and whether a difference lasts that no alarm has told. */
export interface Judged {
  readonly state: PlaceState;
  readonly alarms: boolean;
}

/** What of the difference nothing between explains; negative where the place says less than the books. */
export function unexplainedOf({ told, booked, least, most }: Comparison): bigint {
  const difference = told - booked;
  if (difference > most) return difference - most;
  return difference < least ? difference - least : 0n;
}

/**
 * The next state of a place. Once told, a difference is told again only when it has changed by more than the tolerance: an
 * operator who has let payouts go on is not asked again about the same.
 */
export function judge(before: PlaceState | null, now: Comparison, tolerance: bigint): Judged {
  if (before?.reading === now.reading) return { state: before, alarms: false };
  const unexplained = unexplainedOf(now);
  const lasting = lastingOf(before?.unexplained ?? 0n, unexplained);
  const alarmed = before?.alarmed ?? 0n;
  const isAbove = size(lasting) > tolerance;
  const alarms = isAbove && size(lasting - alarmed) > tolerance;
  return {
    state: { ...now, unexplained, alarmed: alarms ? lasting : isAbove ? alarmed : 0n },
    alarms,
  };
}

/** What two readings have in common: nothing where one says more and the other less. */
function lastingOf(one: bigint, other: bigint): bigint {
  if (one > 0n && other > 0n) return one < other ? one : other;
  if (one < 0n && other < 0n) return one > other ? one : other;
  return 0n;
}

function size(units: bigint): bigint {
  return units < 0n ? -units : units;
}
