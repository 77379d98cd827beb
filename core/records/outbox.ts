/**
 * The outbox: effects that are to be performed outside, written in the batch that decided them.
 *
 * An effect's id is its key: whoever performs it, the request that decided it or a job, uses the same one. At least
 * once: performed until it is done, the receiver tells copies apart. At most once (SEP-24's callback, R-24-76): marked
 * as being sent before the first byte leaves, and never sent again unless no byte did.
 * @module
 */
import { raiseAlarmAnew } from "./alarms.ts";
import { backoffMs } from "./backoff.ts";
import { NOW_MS } from "./clock.ts";
import { repeatable } from "./database.ts";
import type { Database, Row, Statement } from "./database.ts";
import { expectChanged } from "./expect-changed.ts";
import { delayFollowers, IS_HEAD, QUEUE_DUE_MS, wakeNext } from "./post-order.ts";
import { rowsOfTable } from "./rows.ts";
import { sealedColumn } from "./sealed-column.ts";
import { VaultError } from "./vault.ts";
import type { Vault, VaultErrorCode } from "./vault.ts";

/** What a second performance would do. */
export type Delivery = "at_least_once" | "at_most_once";

/**
 * How an effect is performed. `work`: by the request that decided it and by the job, one after the other. `post`: told to
 * somebody outside, by a job of its own that no receiver can slow down the work with; those of one subject and kind go
 * out in the order in which they were decided.
 */
export type Lane = "work" | "post";

/** An effect as it is decided. */
export interface NewEffect {
  /** The effect's key, unique for ever: made from what was decided, for example history id and kind. */
  readonly id: string;
  /** Which performer does it. */
  readonly kind: string;
  /** What it is about, for example the transfer's id. */
  readonly subject: string;
  readonly delivery: Delivery;
  /** What the performer needs besides; sealed at rest, so JSON values only. */
  readonly body: unknown;
  /** Waits this long before it is due, in milliseconds; default 0. */
  readonly delayMs?: number;
  /** Default `work`. */
  readonly lane?: Lane;
}

/** An effect that its performer holds. */
export interface Effect extends Omit<NewEffect, "delayMs" | "lane"> {
  readonly lane: Lane;
  /** How often it has been begun, this time included. */
  readonly tries: number;
  /** The mark of this very beginning: another performer's has another one. */
  readonly takenBy: string;
  /** When it was decided, in milliseconds of the database's clock. */
  readonly createdMs: number;
}

/** The outbox of a database. */
export interface Outbox {
  /** For the batch of the decision. A second insert of an id makes the batch a `duplicate` of `outbox.id`. */
  insert(effect: NewEffect): Statement;
  /** Ids of work that is due, the longest waiting first. */
  due(limit: number): Promise<string[]>;
  /** Ids of posts that are due and wait for none of their subject and kind, the longest waiting first. */
  duePosts(limit: number): Promise<string[]>;
  /** Ids of one subject's work that is due now: what the request that decided it performs itself. */
  dueOf(subject: string, limit: number): Promise<string[]>;
  /** Whether somebody is at work of this subject that never failed so far. */
  isHeld(subject: string): Promise<boolean>;
  /**
   * Begins an effect, before anything is sent. Null when it is not due: another performer has it, or it is done. At
   * least once: it is due again after `holdMs` (60 s), should this performer die. At most once: never by itself.
   * @throws {VaultError} when its body does not open: it is due again later where the key is missing, which another
   * process may have, or be given; else, and in the end, it is parked
   */
  markSending(id: string, holdMs?: number): Promise<Effect | null>;
  /** The effect has been performed; its body is dropped. */
  markDone(effect: Effect): Promise<void>;
  /** As {@link markDone}, for a batch that also holds what the performance told. */
  done(effect: Effect): Statement;
  /** For a batch after which nothing is to be done for these subjects any more: what is left of their effects ends. */
  endOf(subjects: readonly string[]): Statement;
  /**
   * The performance failed; the effect is due again in `backoffMs`. For at most once only when no byte was sent.
   * `error` is a code, never a value.
   */
  markRetry(effect: Effect, backoffMs: number, error: string): Promise<void>;
  /** Nothing was done of it; it is due again in `afterMs`, and this beginning does not count. */
  markUntried(effect: Effect, afterMs: number): Promise<void>;
  /** The effect failed for good and is over; its body is dropped, its error stays. Nobody is called. */
  markGivenUp(effect: Effect, error: string): Promise<void>;
  /**
   * Puts the effect before an operator, with an alarm: it failed too often or too long, or nobody knows whether it was sent.
   */
  markParked(effect: Effect, error: string): Promise<void>;
  /**
   * Drops effects that were done longer ago than `doneMs`, and what is sealed of those that have been before an operator for
   * longer than `retentionMs`. @returns how many
   */
  eraseOld(ages: {
    readonly doneMs: number;
    readonly retentionMs: number;
    readonly limit: number;
  }): Promise<number>;
  /**
   * Ends at-most-once effects whose performer died between begin and end, longer than `olderThanMs` ago. Whether they were
   * sent nobody knows, and nobody may send them again, so there is nothing that an operator could do about them.
   */
  giveUpAbandoned(olderThanMs: number, limit: number): Promise<Pick<Effect, "kind" | "subject">[]>;
}

/**
 * SQL: an effect whose row has said all that it can. Its key stays given, though nothing here remembers it: each is made from
 * what is given once (the version of a transfer or of a registration, the id of a sending), and the batch that decides it
 * compares that. Effects about reviews are read again when the customer is erased, so they stay as long as the reviews do.
 */
const OVER = "state = 'done' and kind not in ('kyc_review', 'kyc_erase', 'customer_erased')";

/** SQL: what is being sent for too long. Its `due_ms` is when its performer's time ran out. */
const ABANDONED = `select id from outbox where state = 'sending' and due_ms <= ${NOW_MS} - ?`;

/** An effect without what is sealed. */
type Envelope = Omit<Effect, "body">;

const outboxTable = rowsOfTable("outbox");

const TAKEN = "id, kind, subject, delivery, lane, body, tries, taken_by, created_ms";

/** What a performer needs besides; null where there is nothing, and once the effect is done. */
export const sealedBody = sealedColumn("outbox", "body", "id");

/** A body whose key has been missing at so many beginnings is put before an operator: with the waits, about a day. */
const MOST_UNOPENED = 30;

/**
 * For the batch that closes the alarm of a parked effect: it is due again, as if it had never failed. A post is not: what it
 * tells is older than what was told since; nor is what may be done once only.
 */
export function unparkEffect(id: string): Statement {
  return {
    sql: `update outbox set state = 'due', due_ms = ${NOW_MS}, tries = 0, taken_by = null, error = null
      where id = ? and state = 'parked' and lane = 'work' and delivery = 'at_least_once'`,
    args: [id],
  };
}

/** The outbox in this database; bodies are sealed by the vault. */
export function createOutbox({ db, vault }: { db: Database; vault: Vault }): Outbox {
  const envelopeOf = (row: Row): Envelope => ({
    id: outboxTable.text(row, "id"),
    kind: outboxTable.text(row, "kind"),
    subject: outboxTable.text(row, "subject"),
    delivery: outboxTable.oneOf(row, "delivery", ["at_least_once", "at_most_once"]),
    lane: outboxTable.oneOf(row, "lane", ["work", "post"]),
    tries: outboxTable.count(row, "tries"),
    takenBy: outboxTable.text(row, "taken_by"),
    createdMs: outboxTable.count(row, "created_ms"),
  });

  const idsOf = (rows: readonly Row[]) => rows.map((row) => outboxTable.text(row, "id"));

  /** Changes an effect that is still ours; one that another performer began since is theirs. */
  const change = (effect: Envelope, set: string, args: Record<string, string | number> = {}): Statement => ({
    sql: `update outbox set ${set} where id = :id and taken_by = :taken and state in ('due', 'sending')`,
    args: { id: effect.id, taken: effect.takenBy, ...args },
  });
  const changeNow = async (...statements: Statement[]) => {
    await db.write(statements, repeatable);
  };
  /** What the end of a post means for those behind it. */
  const afterEnd = (effect: Envelope) => effect.lane === "post" ? [wakeNext(effect)] : [];
  /** With its alarm, or nobody would ever go on with it; stale where another performer has begun it since. */
  const park = (effect: Envelope, error: string) =>
    changeNow(
      change(effect, "state = 'parked', error = :error", { error }),
      expectChanged,
      ...raiseAlarmAnew("effect_parked", effect.id, error),
    );

  /** Nothing was sent of what does not open. */
  const putOff = (effect: Envelope, why: VaultErrorCode) =>
    why === "unknown_key" && effect.tries < MOST_UNOPENED
      ? changeNow(
        change(effect, `state = 'due', due_ms = ${NOW_MS} + :wait, error = :why`, {
          wait: backoffMs(effect.tries),
          why,
        }),
        ...(effect.lane === "post" ? [delayFollowers(effect, effect.id)] : []),
      )
      : park(effect, why);

  const done = ({ id }: Effect): Statement => ({
    // Whoever performed it, it is done: another performer's later try must not bring it back.
    sql: `update outbox set state = 'done', done_ms = ${NOW_MS}, body = null, error = null
      where id = ? and state <> 'done'`,
    args: [id],
  });

  return {
    insert: ({ id, kind, subject, delivery, body, delayMs = 0, lane = "work" }) => ({
      sql: `insert into outbox (id, kind, subject, delivery, lane, state, body, due_ms, created_ms)
        values (:id, :kind, :subject, :delivery, :lane, 'due', :body,
          max(${NOW_MS} + :delay, case :lane when 'post' then ${QUEUE_DUE_MS} else 0 end), ${NOW_MS})`,
      args: {
        id,
        kind,
        subject,
        delivery,
        lane,
        body: body === undefined ? null : vault.sealJson(sealedBody.place(id), body),
        delay: delayMs,
      },
    }),
    due: async (limit) =>
      idsOf(
        await db.query({
          sql: `select id from outbox where state = 'due' and lane = 'work' and due_ms <= ${NOW_MS}
            order by due_ms, rowid limit ?`,
          args: [limit],
        }),
      ),
    duePosts: async (limit) =>
      idsOf(
        await db.query({
          // One that is being sent is due later, so its followers wait for it too.
          sql: `select id from outbox as post where state = 'due' and lane = 'post' and due_ms <= ${NOW_MS}
            and ${IS_HEAD} order by due_ms, rowid limit ?`,
          args: [limit],
        }),
      ),
    dueOf: async (subject, limit) =>
      idsOf(
        await db.query({
          sql:
            `select id from outbox where subject = ? and lane = 'work' and state = 'due' and due_ms <= ${NOW_MS}
            order by rowid limit ?`,
          args: [subject, limit],
        }),
      ),
    async isHeld(subject) {
      const [held] = await db.query({
        // Work that waits after a failure is due later as well, but tells its error.
        sql:
          `select 1 from outbox where subject = ? and lane = 'work' and state = 'due' and due_ms > ${NOW_MS}
          and taken_by is not null and error is null limit 1`,
        args: [subject],
      });
      return held !== undefined;
    },
    async markSending(id, holdMs = 60_000) {
      const mark = crypto.randomUUID();
      // After a lost answer the performer knows its own beginning by the mark: nobody else would begin it.
      const taken: Statement = {
        sql: `select ${TAKEN} from outbox where id = ? and taken_by = ?`,
        args: [id, mark],
      };
      const result = await db.write([{
        sql: `update outbox set tries = tries + 1, due_ms = ${NOW_MS} + :hold, taken_by = :mark,
            state = case delivery when 'at_most_once' then 'sending' else 'due' end
          where id = :id and state = 'due' and due_ms <= ${NOW_MS}
          returning ${TAKEN}`,
        args: { id, mark, hold: holdMs },
      }], { committed: taken });
      if (result.kind !== "written") return null;
      const [row] = result.rows[0] ?? await db.query(taken);
      if (row === undefined) return null;
      const envelope = envelopeOf(row);
      try {
        const body = outboxTable.bytesOrNull(row, "body");
        return { ...envelope, body: body === null ? null : vault.openJson(sealedBody.place(id), body) };
      } catch (error) {
        if (error instanceof VaultError) await putOff(envelope, error.why);
        throw error;
      }
    },
    done,
    endOf: (subjects) => ({
      sql: `update outbox set state = 'done', done_ms = ${NOW_MS}, body = null, error = null
        where subject in (${subjects.map(() => "?").join(", ")}) and state <> 'done'`,
      args: [...subjects],
    }),
    markDone: (effect) => changeNow(done(effect), ...afterEnd(effect)),
    markRetry: (effect, backoffMs, error) =>
      changeNow(
        change(effect, `state = 'due', due_ms = ${NOW_MS} + :backoff, error = :error`, {
          backoff: backoffMs,
          error,
        }),
        ...(effect.lane === "post" ? [delayFollowers(effect, effect.id)] : []),
      ),
    markUntried: (effect, afterMs) =>
      changeNow(
        // Without its mark it can be counted back once only.
        change(effect, `state = 'due', due_ms = ${NOW_MS} + :after, tries = tries - 1, taken_by = null`, {
          after: afterMs,
        }),
        ...(effect.lane === "post" ? [delayFollowers(effect, effect.id)] : []),
      ),
    markGivenUp: (effect, error) =>
      changeNow(
        change(effect, `state = 'done', done_ms = ${NOW_MS}, body = null, error = :error`, { error }),
        ...afterEnd(effect),
      ),
    markParked: park,
    async eraseOld({ doneMs, retentionMs, limit }) {
      const result = await db.write([
        {
          sql: `delete from outbox where id in (
              select id from outbox where ${OVER} and done_ms <= ${NOW_MS} - ? order by done_ms limit ?
            ) returning id`,
          args: [doneMs, limit],
        },
        {
          sql: `update outbox set body = null where id in (
              select id from outbox where state = 'parked' and body is not null and created_ms <= ${NOW_MS} - ?
              order by created_ms limit ?
            ) returning id`,
          args: [retentionMs, limit],
        },
      ], repeatable);
      return result.kind === "written" ? result.rows.flat().length : 0;
    },
    async giveUpAbandoned(olderThanMs, limit) {
      // Seldom there is one, and nobody should wait for the writer of a file, or a server, once a minute for none.
      const [found] = await db.query({ sql: `${ABANDONED} limit 1`, args: [olderThanMs] });
      if (found === undefined) return [];
      const result = await db.write([{
        sql: `update outbox set state = 'done', done_ms = ${NOW_MS}, body = null, error = 'abandoned'
          where id in (${ABANDONED} order by due_ms limit ?) returning kind, subject`,
        args: [olderThanMs, limit],
      }], repeatable);
      const rows = result.kind === "written" ? result.rows[0] ?? [] : [];
      return rows.map((row) => ({
        kind: outboxTable.text(row, "kind"),
        subject: outboxTable.text(row, "subject"),
      }));
    },
  };
}
