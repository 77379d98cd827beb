/**
 * The way of a transfer, told as steps: which are done and when, which is now, which come.
 * @module
 */
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { type State, STATES } from "./states.ts";
import type { Transfer } from "./transfer.ts";

/**
 * - `asked`: somebody asked for the transfer
 * - `details`: the person says what it is to be, and what has to be known of them
 * - `pay`: the person pays
 * - `arrive`: what was paid is with us
 * - `send`: we send what is due
 * - `complete`: it is confirmed there
 * - `refund`: it goes back where it came from
 * - `expired`, `failed`: it has ended without
 */
export type StepName =
  | "asked"
  | "details"
  | "pay"
  | "arrive"
  | "send"
  | "complete"
  | "refund"
  | "expired"
  | "failed";

/** One step. */
export interface Step {
  readonly name: StepName;
  readonly is: "done" | "now" | "ahead";
  /** When it was done; null where it is not, or nobody knows any more. */
  readonly atMs: number | null;
}

/** A change of state, as the history keeps it. */
export interface StateChange {
  /** Null where the transfer was opened. */
  readonly before: State | null;
  readonly after: State;
  readonly atMs: number;
}

/** The way of a transfer that meets nothing odd. */
const WAY: readonly StepName[] = ["asked", "details", "pay", "arrive", "send", "complete"];

/** Which step of the way is under way in a state, or would be; beyond the last where all are done. */
const AT: Readonly<Partial<Record<State, number>>> = {
  draft: 1,
  kyc: 1,
  instructing: 2,
  waiting: 2,
  arriving: 3,
  // What it lacks is in the message; what comes next is the payout all the same.
  asking: 4,
  funded: 4,
  trusting: 4,
  on_hold: 4,
  // What goes back had come.
  refunding: 4,
  refunded: 4,
  paying: 5,
  completed: 6,
};

/** The last step of a way that leads elsewhere. */
const OTHER_END: Readonly<Partial<Record<State, StepName>>> = {
  refunding: "refund",
  refunded: "refund",
  expired: "expired",
  failed: "failed",
};

/** Changes that are read; a transfer that goes to and fro for ever loses the times of its first steps. */
const MOST_CHANGES = 200;

const table = rowsOfTable("transfer_history");

/** The steps of a transfer. @param changes of its state, oldest first */
export function timelineOf(
  { state, startedMs, statusMs }: Pick<Transfer, "state" | "startedMs" | "statusMs">,
  changes: readonly StateChange[],
): readonly Step[] {
  const end = OTHER_END[state];
  const reached = AT[state] ?? reachedBefore(changes);
  const steps = WAY.slice(0, end === undefined ? WAY.length : reached).map((name, index): Step => {
    if (index > reached) return { name, is: "ahead", atMs: null };
    if (index === reached) return { name, is: "now", atMs: null };
    return { name, is: "done", atMs: index === 0 ? startedMs : leftAt(changes, index) };
  });
  if (end === undefined) return steps;
  return [
    ...steps,
    state === "refunding" ? { name: end, is: "now", atMs: null } : { name: end, is: "done", atMs: statusMs },
  ];
}

/** The steps of a transfer, with its history read. */
export async function readTimeline(db: Database, transfer: Transfer): Promise<readonly Step[]> {
  const rows = await db.query({
    sql: `select state_before, state_after, at_ms from transfer_history
          where transfer_id = ? order by version desc limit ?`,
    args: [transfer.id, MOST_CHANGES],
  });
  const changes = rows.map((row): StateChange => ({
    before: table.textOrNull(row, "state_before") === null ? null : table.oneOf(row, "state_before", STATES),
    after: table.oneOf(row, "state_after", STATES),
    atMs: table.count(row, "at_ms"),
  }));
  return timelineOf(transfer, changes.reverse());
}

/** How far it had come when it left the way. */
function reachedBefore(changes: readonly StateChange[]): number {
  const places = changes.map(({ after }) => AT[after]);
  return places.findLast((place) => place !== undefined) ?? 1;
}

/** When a step was last left for a later one; a transfer that opened beyond it left it then. */
function leftAt(changes: readonly StateChange[], index: number): number | null {
  let place = 0;
  let at: number | null = null;
  for (const { after, atMs } of changes) {
    const next = AT[after] ?? place;
    if (place <= index && next > index) at = atMs;
    place = next;
  }
  return at;
}
