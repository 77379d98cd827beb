/**
 * Performs effects of the outbox: the same code and the same keys for the request that decided them and for the job
 * (DESIGN §3, "Who performs, and when").
 * @module
 */
import { raiseAlarmAnew } from "./records/alarms.ts";
import { backoffMs } from "./records/backoff.ts";
import { type Database, repeatable } from "./records/database.ts";
import type { Effect, Outbox } from "./records/outbox.ts";
import { rowsOfTable } from "./records/rows.ts";
import { VaultError } from "./records/vault.ts";
import type { EffectKind } from "./transfers/decision.ts";

/**
 * What a performer came to. `again`: nothing is wrong and it is to be continued (a ledger that has not closed, a bank
 * that still works); `retry`: it failed with a code, `isUnsent` says that no byte of it can have left, and `isPatient` that it
 * is tried however often that fails, since what it waits for comes back by itself; `park`: only a person can go on; `give_up`: it failed for good, and nobody owes it any more; `untried`: nothing was done, and it does not
 * count as a try.
 */
export type Performance =
  | { readonly kind: "done" }
  | { readonly kind: "again"; readonly afterMs: number }
  | {
    readonly kind: "retry";
    readonly error: string;
    readonly afterMs?: number;
    readonly isUnsent?: boolean;
    readonly isPatient?: boolean;
  }
  | { readonly kind: "park"; readonly error: string }
  | { readonly kind: "give_up"; readonly error: string }
  | { readonly kind: "untried"; readonly afterMs: number };

/** Does one kind of effect. May be called again after any crash, and by two processes at once. */
export type Performer = (effect: Effect) => Promise<Performance>;

/** One performer for each kind. */
export type Performers = Readonly<Record<EffectKind, Performer>>;

/** Performs what is due. */
export interface Effects {
  /** What a subject's decisions have made due, and what follows from it, within a budget; the rest stays due. */
  performOf(subject: string, budgetMs: number): Promise<void>;
  /** The same of several subjects, one after the other, within one budget for all of them. */
  performOfEach(subjects: readonly string[], budgetMs: number): Promise<void>;
  /** These effects, within a budget; the rest stays due. */
  performNow(ids: readonly string[], budgetMs: number): Promise<void>;
  /** Whether any work is due now, and any post. */
  readonly isWorkDue: () => Promise<boolean>;
  /** See {@link Effects.isWorkDue}. */
  readonly isPostDue: () => Promise<boolean>;
  /** Whatever work is due, begun oldest first. @returns how many were performed */
  performDue(limit: number, deadline: () => boolean): Promise<number>;
  /** Posts what is due, several receivers at once and each subject's in its order. @returns how many were performed */
  postDue(limit: number, deadline: () => boolean): Promise<number>;
  /** Gives up what may be done once only and whose performer died over it. @returns how many */
  giveUpAbandoned(limit: number): Promise<number>;
}

/** After so many failures in a row an effect is put before an operator; with the doubling waits that is about a day. */
const MOST_FAILURES = 30;

/** What comes back by itself is looked for at least as often as this, in milliseconds: somebody waits for what follows. */
const LONGEST_PATIENCE_MS = 5 * 60 * 1000;

/** With less of a budget left, in milliseconds, nothing more is begun: a timer may fire a little before its time. */
const LEAST_MS = 5;

/** Nobody outside puts an effect off for longer than this, in milliseconds. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;
/** The wait where none can be read, in milliseconds. */
const UNREADABLE_WAIT_MS = 60_000;

/** A performer that has not ended after this time, in milliseconds, is dead: none has so much patience. */
const ABANDONED_MS = 10 * 60 * 1000;

/** So many receivers are posted to at once: a slow one holds up few others. */
const POSTS_AT_ONCE = 32;

const outboxTable = rowsOfTable("outbox");

/**
 * Creates the performer of effects. `report` gets faults that no performer expected, by effect id; `gaveUp` gets what was
 * given up.
 */
export function createEffects(
  { db, outbox, performers, report, gaveUp, workAtOnce = 1 }: {
    readonly db: Database;
    readonly outbox: Outbox;
    readonly performers: Performers;
    readonly report: (effectId: string, error: unknown) => void;
    readonly gaveUp: (effect: Pick<Effect, "kind" | "subject">, error: string) => void;
    /** So much work is done at once by {@link Effects.performDue}: each payout waits for a ledger of its own. */
    readonly workAtOnce?: number;
  },
): Effects {
  async function perform(id: string): Promise<boolean> {
    const effect = await begin(id);
    if (!effect) return false;
    const performance = asDelivered(effect, await attempt(effect));
    if (performance.kind === "done") {
      await outbox.markDone(effect);
    } else if (performance.kind === "again") {
      await outbox.markRetry(effect, wholeWait(performance.afterMs), "continued");
    } else if (performance.kind === "untried") {
      await outbox.markUntried(effect, wholeWait(performance.afterMs));
    } else if (performance.kind === "give_up") {
      await outbox.markGivenUp(effect, performance.error);
      gaveUp(effect, performance.error);
    } else {
      await keepFailure(effect, performance);
    }
    return true;
  }

  /** One that does not open must not hold up the others. */
  async function begin(id: string): Promise<Effect | null> {
    try {
      return await outbox.markSending(id);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      report(id, error);
      return null;
    }
  }

  async function keepFailure(
    effect: Effect,
    performance: Extract<Performance, { kind: "retry" | "park" }>,
  ): Promise<void> {
    const { error } = performance;
    const failures = await failuresOf(effect.id) + 1;
    const isPatient = performance.kind === "retry" && performance.isPatient === true;
    if (isPatient && failures % MOST_FAILURES === 0) {
      // One alarm for all that wait for the same.
      await db.write(raiseAlarmAnew("effect_waits", effect.kind, error), repeatable);
    }
    if (performance.kind === "retry" && (isPatient || failures < MOST_FAILURES)) {
      const longestMs = isPatient ? LONGEST_PATIENCE_MS : LONGEST_WAIT_MS;
      const waitMs = performance.afterMs ?? Math.min(backoffMs(failures), longestMs);
      return await outbox.markRetry(effect, wholeWait(waitMs), `${error} #${failures}`);
    }
    await outbox.markParked(effect, error);
  }

  /**
   * Failures in a row before this one. The outbox counts every beginning, and a payout that waits for a trustline begins
   * thousands of times without a fault; so the failures stand with their code.
   */
  async function failuresOf(id: string): Promise<number> {
    const [row] = await db.query({ sql: "select error from outbox where id = ?", args: [id] });
    const error = row ? outboxTable.textOrNull(row, "error") : null;
    return Number(/ #(\d+)$/.exec(error ?? "")?.[1] ?? 0);
  }

  async function attempt(effect: Effect): Promise<Performance> {
    const performer = Object.entries(performers).find(([kind]) => kind === effect.kind)?.[1];
    if (!performer) return { kind: "park", error: "unknown_kind" };
    try {
      return await performer(effect);
    } catch (error) {
      // What threw leaves the transfer where it was (DESIGN §4.4); the next try asks before it acts.
      report(effect.id, error);
      return { kind: "retry", error: "unexpected" };
    }
  }

  /** Begins them in their order. @returns how many were performed */
  async function performAtOnce(
    ids: readonly string[],
    atOnce: number,
    deadline: () => boolean,
  ): Promise<number> {
    const waiting = [...ids];
    let count = 0;
    async function work(): Promise<void> {
      for (let id = waiting.shift(); id !== undefined && !deadline(); id = waiting.shift()) {
        if (await perform(id)) count++;
      }
    }
    const ends = await Promise.allSettled(Array.from({ length: atOnce }, work));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return count;
  }

  return {
    isWorkDue: async () => (await outbox.due(1)).length > 0,
    isPostDue: async () => (await outbox.duePosts(1)).length > 0,
    async performOfEach(subjects, budgetMs) {
      const end = performance.now() + budgetMs;
      for (const subject of subjects) {
        const left = end - performance.now();
        if (left < LEAST_MS) return;
        await this.performOf(subject, left);
      }
    },
    async performOf(subject, budgetMs) {
      const end = performance.now() + budgetMs;
      const tried = new Set<string>();
      for (;;) {
        const ids = (await outbox.dueOf(subject, 10)).filter((id) => !tried.has(id));
        if (ids.length === 0) return;
        for (const id of ids) {
          if (performance.now() >= end - LEAST_MS) return;
          tried.add(id);
          await within(perform(id), end - performance.now());
        }
      }
    },
    async performNow(ids, budgetMs) {
      const end = performance.now() + budgetMs;
      for (const id of ids) {
        if (performance.now() >= end - LEAST_MS) return;
        await within(perform(id), end - performance.now());
      }
    },
    performDue: async (limit, deadline) => await performAtOnce(await outbox.due(limit), workAtOnce, deadline),
    postDue: async (limit, deadline) =>
      await performAtOnce(await outbox.duePosts(limit), POSTS_AT_ONCE, deadline),
    async giveUpAbandoned(limit) {
      const abandoned = await outbox.giveUpAbandoned(ABANDONED_MS, limit);
      for (const effect of abandoned) gaveUp(effect, "abandoned");
      return abandoned.length;
    },
  };

  /** Stops waiting, not working: what goes on is finished by this process or found again by the job. */
  async function within(work: Promise<unknown>, ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<void>((resolve) => timer = setTimeout(resolve, Math.max(0, ms)));
    const settled = work.then(() => undefined, (error) => report("outbox", error));
    await Promise.race([settled, timeout]);
    clearTimeout(timer);
  }
}

/** What may be done once only is tried again where nothing of it can have been done; else it ends with this try (R-24-76). */
function asDelivered({ delivery }: Effect, performance: Performance): Performance {
  if (delivery === "at_least_once") return performance;
  if (performance.kind === "again") return { kind: "give_up", error: "continued" };
  if (performance.kind !== "retry" || performance.isUnsent) return performance;
  return { kind: "give_up", error: performance.error };
}

/** A wait as the outbox takes it: a module or a host may have named a fraction, a century, or no number at all. */
function wholeWait(ms: number): number {
  if (Number.isNaN(ms)) return UNREADABLE_WAIT_MS;
  return Math.ceil(Math.min(Math.max(ms, 0), LONGEST_WAIT_MS));
}
