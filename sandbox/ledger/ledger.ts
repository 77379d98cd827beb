/**
 * The sandbox's ledger: one network in one process, which closes ledgers on a timer, after each submission, or on
 * demand, and keeps all of it in the sandbox's storage.
 * @module
 */
import type { Store } from "../store.ts";
import { type Behaviour, type Behaviours, createBehaviours } from "./behaviours.ts";
import { makeLedger } from "./close.ts";
import { innerId, type Submitted } from "./envelope.ts";
import type { Header } from "./header.ts";
import { type History, openHistory } from "./history.ts";
import { keepLedger } from "./keep.ts";
import { beginAnew, forgetBefore, openNetwork, waitingIn } from "./open-network.ts";
import { createQueue } from "./queue.ts";
import { BASE_FEE } from "./reserve.ts";
import { createTables } from "./schema.ts";
import { type State, stateBefore } from "./state.ts";
import { type Submission, submit } from "./submit.ts";
import type { Surge } from "./surge.ts";
import { createWaiters } from "./waiters.ts";

/** When ledgers close: every so many milliseconds, as soon as a transaction waits, or when told. */
export type Closing = number | "on submit" | "on demand";

/** What a ledger is made of. */
export interface LedgerOptions {
  /** The sandbox's storage. */
  store: Store;
  /** The network's passphrase. A store that began with another one is refused. */
  passphrase: string;
  closeEvery: Closing;
  /** The time in milliseconds; the process's own clock by default. */
  clock?: () => number;
}

/** What can be read of the network after a closed ledger. */
export interface Snapshot {
  header: Header;
  state: State;
}

/** A network. */
export interface Ledger {
  readonly passphrase: string;
  readonly history: History;
  readonly behaviours: Behaviours;
  /** The network after the last ledger, or (`lagging`) after the one before it. */
  snapshot(lagging?: boolean): Snapshot;
  /** The oldest ledger whose history is still there. */
  elder(): number;
  /** Whether ledgers are full. */
  surge(): Surge | undefined;
  /** Submits the base64 text of an envelope and waits until it is decided, or too long. */
  submit(envelope: string): Promise<Submission>;
  /** How many submissions wait for their answer; who closes on demand knows by it when to close. */
  waiting(): number;
  /**
   * Closes ledgers. With a time (seconds) the ledger's clock is moved forward to it first; it never goes back.
   *
   * @throws RangeError when the time lies before the last ledger's
   */
  close(count?: number, at?: number): Promise<Header>;
  /** Tells the ledger what to do wrong. */
  behave(behaviour: Behaviour): Promise<void>;
  /** Calls after each closed ledger, and with `ended` when open streams are to end; answers how to stop that. */
  subscribe(listener: (event: "closed" | "ended") => void): () => void;
  /** Starts the timer, if there is one. What was stopped stays stopped. */
  start(): void;
  /** Stops the timer, ends streams, and tells all who wait that nothing is known. The store stays open. */
  stop(): Promise<void>;
}

/** Opens the network that a store holds, or begins a new one. */
export async function createLedger(options: LedgerOptions): Promise<Ledger> {
  const { store, passphrase, clock = Date.now } = options;
  await createTables(store);
  const opened = await openNetwork(store, passphrase, Math.floor(clock() / 1000));
  const history = openHistory(store);
  const behaviours = createBehaviours();
  const queue = createQueue();
  const waiters = createWaiters();
  const listeners = new Set<(event: "closed" | "ended") => void>();
  const swallowed = new Map<string, Submitted>();
  const state = opened.state;
  let header = opened.header;
  let elder = opened.elder;
  let surge: Surge | undefined;
  let past: Snapshot = { header, state };
  let clockOffset = opened.clockOffset;
  let closeEvery = options.closeEvery;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let stopped = false;
  let closing: Promise<unknown> = Promise.resolve();

  for (const { submitted, notBefore } of await waitingIn(store, passphrase)) {
    if (notBefore === null) swallowed.set(submitted.id, submitted);
    else queue.add({ submitted, notBefore });
  }

  async function closeOne(): Promise<void> {
    const closeTime = now();
    const closed = makeLedger(state, header, closeTime, queue.ready(header.sequence + 1), surge);
    const forgotten = [...closed.dropped, ...closed.included.map(({ submitted }) => submitted)];
    const released = [...swallowed.values()].filter((one) => isExpired(one, closeTime));
    const ids = [...forgotten, ...released].map(({ id }) => id);
    await store.batch([
      ...keepLedger(closed),
      ...ids.map((id) => ({ sql: "delete from ledger_pending where hash = ?", args: [id] })),
    ]);
    // Only what is kept is true: memory follows the store.
    const undo = state.commit(closed.changes);
    past = { header, state: stateBefore(state, undo) };
    header = closed.header;
    for (const submitted of forgotten) queue.remove(submitted);
    for (const { id } of released) swallowed.delete(id);
    const decided = closed.included.flatMap(({ submitted }) => [submitted.id, innerId(submitted)]);
    waiters.settle(decided, header.sequence);
    for (const listener of listeners) listener("closed");
  }

  async function prune(keep: number): Promise<void> {
    const first = header.sequence - keep + 1;
    if (first <= elder) return;
    await forgetBefore(store, first);
    elder = first;
  }

  async function reset(): Promise<void> {
    const begun = await beginAnew(store, passphrase, now());
    state.replace(begun.entries);
    header = begun.header;
    past = { header, state };
    elder = header.sequence;
    queue.clear();
    swallowed.clear();
    // Whoever waits for a transaction of the network that is gone will never hear of it.
    waiters.settle([], Number.MAX_SAFE_INTEGER);
    for (const listener of listeners) listener("ended");
  }

  /** The ledger's own time in seconds; it never goes back. */
  function now(): number {
    return Math.max(header.closeTime, Math.floor(clock() / 1000) + clockOffset);
  }

  /** Ledgers close one after the other, whoever asks. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = closing.then(work);
    closing = turn.catch(() => undefined);
    return turn;
  }

  function schedule(): void {
    clearTimeout(timer);
    if (!running || typeof closeEvery !== "number") return;
    // A ledger that could not be kept is made again at the next tick.
    const tick = (): void => void inTurn(closeOne).catch(() => undefined).finally(schedule);
    timer = setTimeout(tick, closeEvery);
  }

  const door = {
    passphrase,
    queue,
    waiters,
    behaviours,
    history,
    state,
    last: () => header,
    surge: () => surge,
    isSwallowed: (id: string) => swallowed.has(id),
    async keepPending(submitted: Submitted, notBefore: number | null) {
      if (notBefore === null) swallowed.set(submitted.id, submitted);
      const args = [submitted.id, submitted.envelope, notBefore];
      await store.execute({ sql: "insert or replace into ledger_pending values (?, ?, ?)", args });
    },
    timePasses: () => closeEvery !== "on submit",
    onQueued() {
      if (closeEvery !== "on submit") return;
      // Whoever came at the same time is in the ledger before this turn comes.
      const closeIfWaiting = (): Promise<void> =>
        queue.ready(header.sequence + 1).length > 0 ? closeOne() : Promise.resolve();
      void inTurn(closeIfWaiting).catch(() => undefined);
    },
  };

  return {
    passphrase,
    history,
    behaviours,
    snapshot: (lagging = false) => lagging ? past : { header, state },
    elder: () => elder,
    surge: () => surge,
    submit: (envelope) => submit(envelope, door),
    waiting: () => waiters.count(),
    async close(count = 1, at) {
      await inTurn(async () => {
        if (at !== undefined) {
          if (at < header.closeTime) {
            throw new RangeError(`Cannot close at ${at}: the clock is at ${header.closeTime}`);
          }
          clockOffset = at - Math.floor(clock() / 1000);
          const sql = "insert or replace into ledger_settings values ('clock_offset', ?)";
          await store.execute({ sql, args: [String(clockOffset)] });
        }
        for (let left = count; left > 0; left--) await closeOne();
      });
      return header;
    },
    async behave(behaviour) {
      switch (behaviour.behaviour) {
        case "clear":
          surge = undefined;
          return behaviours.clear();
        case "surge": {
          const { fee, turns_away: turnsAway, account } = behaviour;
          surge = fee > BASE_FEE ? { fee: BigInt(fee), turnsAway, account } : undefined;
          return;
        }
        case "prune":
          return await inTurn(() => prune(behaviour.keep));
        case "reset":
          return await inTurn(reset);
        case "end_streams":
          for (const listener of listeners) listener("ended");
          return;
        case "close_every":
          closeEvery = behaviour.seconds * 1000;
          return schedule();
        default:
          return behaviours.add(behaviour);
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      // A client that comes back while all is being shut down is sent away again.
      if (stopped) queueMicrotask(() => listener("ended"));
      return () => void listeners.delete(listener);
    },
    start() {
      running = true;
      schedule();
    },
    async stop() {
      running = false;
      stopped = true;
      clearTimeout(timer);
      for (const listener of listeners) listener("ended");
      waiters.release();
      await closing;
      clearTimeout(timer);
    },
  };
}

/** Whether no ledger from this close time on may take a transaction. */
function isExpired({ inner }: Submitted, closeTime: number): boolean {
  const end = inner.conditions.timeBounds?.maxTime ?? 0n;
  return end !== 0n && end < BigInt(closeTime);
}
