/**
 * What an operator has found out about a difference goes into the books (M-26): what was there before they began or the
 * owner put in or took out is capital, what a bank took for itself is costs. Nothing is booked by itself.
 * @module
 */
import { move, type Posting, postingStatements } from "../money/postings.ts";
import { closeAlarms } from "../records/alarms.ts";
import { audited, plainOrHash } from "../records/audit.ts";
import type { Database } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { lastReading } from "./readings.ts";

/** Accounts that an explanation may name. */
export const EXPLANATIONS = ["capital", "costs"] as const;

/** One of {@link EXPLANATIONS}. */
export type Explanation = typeof EXPLANATIONS[number];

/** A difference of the last reading. */
export interface Difference {
  /** `CODE:ISSUER` */
  readonly asset: string;
  /** `ledger`, or the name of a rail. */
  readonly place: string;
  /** Units of 10⁻⁷; negative where the place says less than the books. */
  readonly unexplained: bigint;
}

/**
 * What became of an explanation. `other`: the last reading has another difference there; `duplicate`: it is in the books
 * already, and the next reading will show it.
 */
export type Explained = "booked" | "other" | "duplicate";

/** The differences of the last reading that nothing explains. */
export async function differences(db: Database): Promise<Difference[]> {
  const places = Object.entries((await lastReading(db))?.places ?? {});
  return places.flatMap(([key, { unexplained }]) => {
    const [asset = "", place = ""] = key.split(" ");
    return unexplained === 0n ? [] : [{ asset, place, unexplained }];
  });
}

/**
 * Books an explanation, closes the difference's alarm and enters it into the audit log, all or nothing.
 * @param difference as the last reading has it: another one is refused, so that nothing is booked by mistake
 * @param actor who says so
 */
export async function explain(
  db: Database,
  { asset, place, unexplained }: Difference,
  as: Explanation,
  actor: string,
): Promise<Explained> {
  const reading = await lastReading(db);
  const found = reading?.places[`${asset} ${place}`];
  if (!reading || !found || unexplained === 0n || found.unexplained !== unexplained) return "other";
  // One statement of a place is explained once; that of a rail also where it stands behind several assets.
  const explained = `explained:${place === "ledger" ? `${asset} ` : ""}${place}:`;
  const batch = `${explained}${found.reading}`;
  const detail = { as, batch: plainOrHash(batch) };
  const act = { actor, action: "reserve.explain", subject: `${asset}:${place}`, detail };
  const result = await audited(db, "actions", act, ({ statements, committed }) =>
    db.write([
      // A reading that was under way when somebody explained the one before it still shows what is booked by now.
      expect("not exists (select 1 from postings where rowid > ? and instr(batch, ?) = 1)", [
        reading.upTo,
        explained,
      ]),
      ...postingStatements(batch, postingsOf({ asset, place, unexplained }, as)),
      closeAlarms("reserve_difference", `${asset}:${place}`),
      ...statements,
    ], { committed }));
  return result.kind === "written" ? "booked" : "duplicate";
}

/** More at a bank is an asset more, more outstanding a debt more. */
function postingsOf({ asset, place, unexplained }: Difference, as: Explanation): readonly Posting[] {
  const size = unexplained < 0n ? -unexplained : unexplained;
  const [more, less] = place === "ledger" ? [as, "outstanding"] as const : [`bank:${place}`, as] as const;
  return unexplained > 0n ? move(asset, size, more, less) : move(asset, size, less, more);
}
