/**
 * The readings of the reserve as they are kept: what is published, and what the next one begins with (M-26).
 * @module
 */
import { z } from "zod";
import type { Balances } from "../money/equation.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { PlaceState } from "./compare.ts";

/** What the next reading needs of a reading. */
export interface Reading {
  readonly number: number;
  /** The books are added up to this row. */
  readonly upTo: bigint;
  /** Balances by asset; debits are positive. */
  readonly books: Readonly<Record<string, Balances>>;
  /** By asset and place. */
  readonly places: Readonly<Record<string, PlaceState>>;
}

/** What is published of it. */
export interface Published {
  readonly number: number;
  /** JSON. */
  readonly statement: string;
  /** The same, signed: a compact JWS. */
  readonly jws: string;
}

/** Published statements that are kept: at one in five minutes those of about a month. */
const KEPT = 10_000;

const units = z.string().regex(/^-?\d{1,30}$/).transform(BigInt);
const stateSchema = z.object({
  books: z.record(z.string(), z.record(z.string(), units)),
  places: z.record(
    z.string(),
    z.object({
      reading: z.string(),
      told: units,
      booked: units,
      least: units,
      most: units,
      unexplained: units,
      alarmed: units,
    }),
  ),
});

const readings = rowsOfTable("reserve_readings");

/** The last reading, or `null` before the first one. */
export async function lastReading(db: Database): Promise<Reading | null> {
  const [row] = await db.query({
    sql: "select number, up_to, state from reserve_readings where number > 0 order by number desc limit 1",
  });
  return row === undefined ? null : readingFrom(row);
}

function readingFrom(row: Row): Reading {
  const { books, places } = stateSchema.parse(JSON.parse(readings.text(row, "state")));
  return { number: readings.count(row, "number"), upTo: readings.integer(row, "up_to"), books, places };
}

/** What is published now, or `null` before the first reading. */
export async function lastPublished(db: Database): Promise<Published | null> {
  const [row] = await db.query({
    sql: "select number, statement, jws from reserve_readings where number > 0 order by number desc limit 1",
  });
  if (row === undefined) return null;
  return {
    number: readings.count(row, "number"),
    statement: readings.text(row, "statement"),
    jws: readings.text(row, "jws"),
  };
}

/** How many statements are read at once. */
const PAGE = 200;
const toldSchema = z.object({ audit: z.array(z.object({ sequence: z.number(), hash: z.string() })) });

/** Hashes of every head of the audit log that a kept statement names (M-28). */
export async function toldHeads(db: Pick<Database, "query">): Promise<Set<string>> {
  const told = new Set<string>();
  for (let after = 0;;) {
    const rows = await db.query({
      sql: "select number, statement from reserve_readings where number > ? order by number limit ?",
      args: [after, PAGE],
    });
    for (const row of rows) {
      const { audit } = toldSchema.parse(JSON.parse(readings.text(row, "statement")));
      for (const { sequence, hash } of audit) if (sequence > 0) told.add(hash);
      after = readings.count(row, "number");
    }
    if (rows.length < PAGE) return told;
  }
}

/** Whether the last reading is so old that another one is due, by the database's clock. */
export async function isReadingDue(db: Database, everyMs: number): Promise<boolean> {
  const rows = await db.query({
    sql: `select 1 from reserve_readings where made_ms > ${NOW_MS} - ? limit 1`,
    args: [everyMs],
  });
  return rows.length === 0;
}

/**
 * Keeps a reading with the alarms that it raises. Two processes that make the same one: the first is kept.
 * @param madeMs when its snapshot was taken, by the database's clock
 * @returns false when another process was faster
 */
export async function keepReading(
  db: Database,
  reading: Reading & Published & { readonly madeMs: number },
  alarms: readonly Statement[],
): Promise<boolean> {
  const { number, madeMs, upTo, books, places, statement, jws } = reading;
  const state = JSON.stringify(
    { books, places },
    (_, value) => typeof value === "bigint" ? String(value) : value,
  );
  const result = await db.write([
    {
      sql:
        `insert into reserve_readings (number, made_ms, up_to, state, statement, jws) values (?, ?, ?, ?, ?, ?)`,
      args: [number, madeMs, upTo, state, statement, jws],
    },
    { sql: "delete from reserve_readings where number <= ?", args: [number - KEPT] },
    ...alarms,
  ], {
    committed: { sql: "select 1 from reserve_readings where number = ? and jws = ?", args: [number, jws] },
  });
  return result.kind === "written";
}
