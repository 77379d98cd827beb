/**
 * The order of posts: those of one subject and kind go out one after the other.
 *
 * Whoever looks for what is due finds heads alone ({@link IS_HEAD}). Followers are given the due time of the one that they
 * wait for, so that a receiver that is away for hours leaves nothing behind that every look has to step over.
 * @module
 */
import { NOW_MS } from "./clock.ts";
import type { Statement } from "./database.ts";

/** What posts are ordered within. */
export interface Queue {
  readonly kind: string;
  readonly subject: string;
}

/** SQL: no earlier one of its queue is due. For a row of `outbox as post`. */
export const IS_HEAD = `not exists (
  select 1 from outbox as earlier where earlier.subject = post.subject and earlier.kind = post.kind
    and earlier.lane = 'post' and earlier.state = 'due' and earlier.rowid < post.rowid
)`;

const WAITING = "lane = 'post' and state = 'due' and subject = :subject and kind = :kind";

/** SQL of the time at which the last one of the queue `:subject`, `:kind` is due; 0 when none is. */
export const QUEUE_DUE_MS = `coalesce((select max(due_ms) from outbox where ${WAITING}), 0)`;

/** Followers wait as long as their head, which has failed. */
export function delayFollowers({ kind, subject }: Queue, headId: string): Statement {
  const due = "(select due_ms from outbox where id = :head)";
  return {
    sql: `update outbox set due_ms = ${due} where ${WAITING} and due_ms < ${due}`,
    args: { kind, subject, head: headId },
  };
}

/** The head is over: the next one is due. */
export function wakeNext({ kind, subject }: Queue): Statement {
  return {
    sql: `update outbox set due_ms = ${NOW_MS} where due_ms > ${NOW_MS}
      and rowid = (select min(rowid) from outbox where ${WAITING}) and tries = 0`,
    args: { kind, subject },
  };
}
