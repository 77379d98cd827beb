/**
 * Which calls for one payout, refund or return may be under way: a refusal is believed only when nobody else's call under the
 * same key can still be taken (M-15, M-30). A call is counted before it is made; one whose process died is over when its time
 * is.
 * @module
 */
import { z } from "zod";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Statement } from "../records/database.ts";
import { compareAndSet, expect } from "../records/expect-changed.ts";
import { writeMarked } from "../records/write-marks.ts";

/** How long a call may be under way at most, in milliseconds; every module's calls end sooner. */
const CALL_MS = 120_000;

/** Tables whose rows count their calls, each with its key. */
const KEYS = { attempts: "id", refunds: "id", returns: "receipt_id" } as const;

/** What calls are made for. */
export interface Called {
  readonly table: keyof typeof KEYS;
  readonly id: string;
}

/** A call that has been counted. */
export interface Call {
  readonly called: Called;
  /** How many had been begun with it. */
  readonly number: number;
  /** Until when a call of somebody else may be under way, in milliseconds of the database's clock; `null`: there is none. */
  readonly othersUntilMs: number | null;
  readonly nowMs: number;
}

const begun = z.object({
  number: z.number(),
  answers: z.number(),
  beforeMs: z.number().nullable(),
  nowMs: z.number(),
});

/**
 * Counts a call that is about to be made; `null` when what it is for is over, so that none may be made any more. The batch
 * leaves a mark: counted twice, a call of ours would be taken for somebody else's.
 */
export async function beginCall(db: Database, called: Called): Promise<Call | null> {
  const { table, id } = called;
  const told = await writeMarked(
    db,
    compareAndSet({
      sql: `update ${table} set calls = calls + 1, before_ms = called_ms, called_ms = ${NOW_MS}
        where ${KEYS[table]} = ? and state in ('stored', 'sent')`,
      args: [id],
    }),
    {
      sql:
        `(select json_object('number', calls, 'answers', answers, 'beforeMs', before_ms, 'nowMs', ${NOW_MS})
        from ${table} where ${KEYS[table]} = ?)`,
      args: [id],
    },
  );
  if (told === null) return null;
  const { number, answers, beforeMs, nowMs } = begun.parse(JSON.parse(told));
  const others = number - 1 - answers;
  return {
    called,
    number,
    othersUntilMs: others > 0 && beforeMs !== null ? beforeMs + CALL_MS : null,
    nowMs,
  };
}

/**
 * Notes that a call is over, whatever came of it, once: counted twice it would hide somebody else's that is under way.
 * What others began before it counts by its own time again.
 */
export async function endCall(db: Database, { called: { table, id }, number }: Call): Promise<void> {
  await writeMarked(db, [{
    sql: `update ${table} set answers = answers + 1,
        called_ms = case when calls = :number and before_ms is not null then before_ms else called_ms end
      where ${KEYS[table]} = :id`,
    args: { id, number },
  }]);
}

/** How long a refusal may not be believed yet, in milliseconds; 0 when it may. */
export function waitForOthers({ othersUntilMs, nowMs }: Call): number {
  return othersUntilMs === null ? 0 : Math.max(0, othersUntilMs - nowMs);
}

/** Makes a batch stale when somebody has begun a call since. */
export function noLaterCall({ called: { table, id }, number }: Call): Statement {
  return expect(`(select calls from ${table} where ${KEYS[table]} = ?) = ?`, [id, number]);
}
