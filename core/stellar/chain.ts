/**
 * Whether the ledgers that Horizon shows are those that we have read (M-10). Heights alone do not tell: a network that
 * began anew may have come past our cursor. So the hash of a ledger that was read is remembered and compared.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import { type Cursor, moveCursor, readCursor } from "../records/cursors.ts";
import type { Database, Statement } from "../records/database.ts";
import { type HistoryFault, isHistoryInDoubt } from "./history-alarm.ts";
import { HorizonUnavailable } from "./horizon.ts";
import type { Horizon, Ledger, Root } from "./horizon.ts";

/** The subject of an alarm about the ledger that we remember. */
export const CHAIN = "chain";

/** The row of `cursors` that holds number and hash of the remembered ledger. */
const NAME = "chain:ledger";

/** The row of `cursors` that was moved last when another network was accepted. */
const BEGAN = "chain:began";

/** SQL: when the network that we read began for us, in milliseconds; what was decided before stands in another one. */
export const CHAIN_BEGAN_MS = `coalesce((select moved_ms from cursors where name = '${BEGAN}'), 0)`;

/** A later ledger takes its place after so many (about five minutes): Horizons keep far more history than that. */
const REMEMBER_STEP = 60;

/** Ledgers by which we may stand ahead of the root: two answers may come from two machines behind one address. */
export const TOLERATED_AHEAD = 2;

/** A history that is not the one that we have read, with the version of what we remember. */
export interface ChainFault {
  readonly fault: HistoryFault;
  readonly version: number;
}

/** For the batch that stores first cursors: remembers their ledger, unless one is remembered already. */
export function rememberFirst(ledger: Ledger): Statement {
  return {
    sql:
      `insert into cursors (name, value, version, moved_ms) values (?, ?, 1, ${NOW_MS}) on conflict do nothing`,
    args: [NAME, textOf(ledger)],
  };
}

/** For a batch in which an operator accepts another history: this ledger is remembered from now on. */
export function rememberAnew(ledger: Ledger): Statement {
  return {
    sql: `insert into cursors (name, value, version, moved_ms) values (?, ?, 1, ${NOW_MS})
      on conflict (name) do update set value = excluded.value, version = version + 1, moved_ms = ${NOW_MS}`,
    args: [NAME, textOf(ledger)],
  };
}

/** For the same batch where it is another network: sequence numbers that were seen before mean nothing any more. */
export function beginChain(): Statement {
  return {
    sql: `insert into cursors (name, value, version, moved_ms) values (?, 'began', 1, ${NOW_MS})
      on conflict (name) do update set version = version + 1, moved_ms = ${NOW_MS}`,
    args: [BEGAN],
  };
}

/**
 * What is wrong with the history that Horizon shows; null when it holds the ledger that we remember, or when we remember
 * none yet.
 * @throws {HorizonUnavailable} when that ledger is not shown, and it may be that Horizon only lags
 */
export async function chainFault(db: Database, horizon: Horizon, root: Root): Promise<ChainFault | null> {
  const known = await readCursor(db, NAME);
  const ledger = rememberedIn(known);
  if (ledger === null) return null;
  const { version } = known;
  if (ledger.sequence < root.elderLedger) return { fault: "history_gone", version };
  const shown = await horizon.ledger(ledger.sequence);
  if (shown.kind === "found") {
    return shown.hash === ledger.hash ? null : { fault: "history_other", version };
  }
  // Only a root that is asked for after it can say that it is not there yet.
  const { latestLedger } = await horizon.root();
  if (ledger.sequence > latestLedger + TOLERATED_AHEAD) return { fault: "history_shorter", version };
  throw new HorizonUnavailable("behind", `/ledgers/${ledger.sequence}`);
}

/**
 * Whether another history than ours may be what Horizon shows: then nothing is known by what it does not hold.
 * @throws {HorizonUnavailable}
 */
export async function mayBeOtherChain(db: Database, horizon: Horizon): Promise<boolean> {
  return await isHistoryInDoubt(db) || await chainFault(db, horizon, await horizon.root()) !== null;
}

/**
 * Remembers the latest ledger of a round that has been read to its end, now and then. What is not answered is asked for
 * again after the next round: until then the older one serves.
 */
export async function rememberChain(db: Database, horizon: Horizon, { latestLedger }: Root): Promise<void> {
  const known = await readCursor(db, NAME);
  const ledger = rememberedIn(known);
  if (ledger !== null && latestLedger - ledger.sequence < REMEMBER_STEP) return;
  try {
    const latest = await horizon.ledger(latestLedger);
    if (latest.kind === "found") await moveCursor(db, known, textOf(latest));
  } catch (error) {
    if (!(error instanceof HorizonUnavailable)) throw error;
  }
}

function textOf({ sequence, hash }: Pick<Ledger, "sequence" | "hash">): string {
  return `${sequence}:${hash}`;
}

/** The ledger that is remembered, null when none is. */
function rememberedIn({ value }: Cursor): Pick<Ledger, "sequence" | "hash"> | null {
  if (value === null) return null;
  const [sequence, hash = ""] = value.split(":");
  return { sequence: Number(sequence), hash };
}
