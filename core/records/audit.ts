/**
 * The audit log (M-28): who did what to which record, append-only and hash-chained. One head row a chain is moved by
 * compare-and-set in the very batch of the action, so there is no action without its entry and no entry without its
 * action; whoever changes or removes an entry behind our back breaks the chain (`audit-check.ts`), and whoever writes all
 * of it anew cannot write the heads anew that the log and others have been told.
 * @module
 */
import { createHash } from "node:crypto";
import { NOW_MS } from "./clock.ts";
import type { Database, Row, Statement, WriteOptions } from "./database.ts";
import { compareAndSet } from "./expect-changed.ts";
import { rowsOfTable } from "./rows.ts";

/** `actions`: what operators did. `views`: whose personal data they looked at. */
export const CHAINS = ["actions", "views"] as const;

/** One of {@link CHAINS}. */
export type Chain = typeof CHAINS[number];

/** What is entered: ids, codes and hashes, never values that a person or a bank gave; see {@link plainOrHash}. */
export interface Act {
  /** The operator's name, or that of the task by which the action was done. */
  readonly actor: string;
  /** A code, for example `transfer.refund`. */
  readonly action: string;
  /** Id of the record that it was done to. */
  readonly subject: string;
  readonly detail?: Readonly<Record<string, string>>;
}

/** An entry as it stands in its chain. */
export interface Entry {
  readonly chain: Chain;
  /** 1 for the first of the chain. */
  readonly sequence: number;
  readonly id: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** JSON. */
  readonly detail: string;
  /** The database's clock. */
  readonly atMs: number;
  /** Hash of the entry before it; zeros before the first. */
  readonly previous: string;
  /** SHA-256 of all the above, in hex. */
  readonly hash: string;
}

/** The last entry of a chain; `sequence` 0 while there is none. */
export type Head = Pick<Entry, "chain" | "sequence" | "hash">;

/** What goes into the batch of an action, so that both are written or neither is. */
export interface Entering extends WriteOptions {
  readonly statements: readonly Statement[];
}

/** An action that others are faster than so often in a row is put off: nobody appends as fast. */
const RACES = 60;
/** The longest rest before the next try, in milliseconds. */
const REST_MS = 60;
/** No blank and no `@`: neither a name of a person nor an e-mail address, which some banks pay by, looks like this. */
const PLAIN = /^[\w.:/+=-]{1,200}$/;

const heads = rowsOfTable("audit_heads");
const entries = rowsOfTable("audit_entries");

/**
 * Does an action together with its entry.
 * @param perform writes the statements in the batch of the action, all or none; called anew when another entry was
 * written meanwhile, and only then. `committed` finds the entry, for a batch without a row of its own
 * @throws Error for an act that would enter a value
 */
export async function audited<Done>(
  db: Database,
  chain: Chain,
  act: Act,
  perform: (entering: Entering) => Promise<Done>,
): Promise<Done> {
  refuseValues(act);
  const id = crypto.randomUUID();
  const committed: Statement = { sql: "select 1 from audit_entries where id = ?", args: [id] };
  for (let race = 1; race <= RACES; race++) {
    const { head, nowMs } = await headNow(db, chain);
    const entry = entryAfter(head, id, act, nowMs);
    const done = await perform({ statements: statementsOf(entry, head), committed });
    const isWritten = (await db.query(committed)).length > 0;
    // Either it was done, or it was not this chain that kept it from being done.
    if (isWritten || (await headNow(db, chain)).head.sequence === head.sequence) return done;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(REST_MS, 4 * race)));
  }
  throw new Error(`Cannot enter ${act.action} into the audit log: its chain moved ${RACES} times meanwhile`);
}

/** Enters what changes nothing besides: a view, or what was done outside of the database. */
export async function enter(db: Database, chain: Chain, act: Act): Promise<void> {
  await audited(db, chain, act, ({ statements, committed }) => db.write(statements, { committed }));
}

/** The heads of all chains, for whoever reads them together with something else. */
export const HEADS: Statement = { sql: "select * from audit_heads order by chain" };

/** The heads of all chains, for whoever tells others of them. */
export async function readHeads(db: Pick<Database, "query">): Promise<Head[]> {
  return (await db.query(HEADS)).map(headFrom);
}

/** A page of a chain, the earliest first. @param page.upTo the last sequence that is wanted */
export function entriesAfter(
  chain: Chain,
  page: { readonly after: number; readonly upTo?: number; readonly limit: number },
): Statement {
  const { after, upTo = Number.MAX_SAFE_INTEGER, limit } = page;
  return {
    sql: `select * from audit_entries where chain = ? and sequence > ? and sequence <= ?
          order by sequence limit ?`,
    args: [chain, after, upTo, limit],
  };
}

/** The last entries of a chain, the latest first. */
export async function lastEntries(
  db: Pick<Database, "query">,
  chain: Chain,
  limit: number,
): Promise<Entry[]> {
  const rows = await db.query({
    sql: "select * from audit_entries where chain = ? order by sequence desc limit ?",
    args: [chain, limit],
  });
  return rows.map(entryFrom);
}

/** The text where it is an id or a code, else its hash: what others made up never stands in the log. */
export function plainOrHash(text: string): string {
  return PLAIN.test(text) ? text : `sha256:${sha256(text)}`;
}

/** SHA-256 of a text in UTF-8, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The hash of an entry: over everything that it says, with the hash of the one before it. */
export function hashOf(entry: Omit<Entry, "hash">): string {
  const { chain, sequence, id, actor, action, subject, detail, atMs, previous } = entry;
  return sha256(JSON.stringify([chain, sequence, id, actor, action, subject, detail, atMs, previous]));
}

/** Reads a row of `select * from audit_entries`. */
export function entryFrom(row: Row): Entry {
  return {
    chain: entries.oneOf(row, "chain", CHAINS),
    sequence: entries.count(row, "sequence"),
    id: entries.text(row, "id"),
    actor: entries.text(row, "actor"),
    action: entries.text(row, "action"),
    subject: entries.text(row, "subject"),
    detail: entries.text(row, "detail"),
    atMs: entries.count(row, "at_ms"),
    previous: entries.text(row, "previous"),
    hash: entries.text(row, "hash"),
  };
}

/** Reads a row of `select * from audit_heads`. */
export function headFrom(row: Row): Head {
  return {
    chain: heads.oneOf(row, "chain", CHAINS),
    sequence: heads.count(row, "sequence"),
    hash: heads.text(row, "hash"),
  };
}

async function headNow(db: Database, chain: Chain): Promise<{ readonly head: Head; readonly nowMs: number }> {
  const [row] = await db.query({
    sql: `select *, ${NOW_MS} as now_ms from audit_heads where chain = ?`,
    args: [chain],
  });
  if (row === undefined) throw new Error(`Cannot enter anything into the audit log: ${chain} has no head`);
  return { head: headFrom(row), nowMs: heads.count(row, "now_ms") };
}

function entryAfter(head: Head, id: string, act: Act, atMs: number): Entry {
  const unsigned = {
    chain: head.chain,
    sequence: head.sequence + 1,
    id,
    actor: act.actor,
    action: act.action,
    subject: act.subject,
    detail: JSON.stringify(act.detail ?? {}),
    atMs,
    previous: head.hash,
  };
  return { ...unsigned, hash: hashOf(unsigned) };
}

/** The head first: a trigger takes no entry but the one that it names. */
function statementsOf(entry: Entry, head: Head): readonly Statement[] {
  const { chain, sequence, id, actor, action, subject, detail, atMs, previous, hash } = entry;
  return [
    ...compareAndSet({
      sql: "update audit_heads set sequence = ?, hash = ? where chain = ? and sequence = ? and hash = ?",
      args: [sequence, hash, chain, head.sequence, head.hash],
    }),
    {
      sql:
        `insert into audit_entries (chain, sequence, actor, action, subject, detail, at_ms, previous, hash, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      args: [chain, sequence, actor, action, subject, detail, atMs, previous, hash, id],
    },
  ];
}

function refuseValues({ actor, action, subject, detail = {} }: Act): void {
  const texts = [actor, action, subject, ...Object.keys(detail), ...Object.values(detail)];
  if (texts.every((text) => PLAIN.test(text))) return;
  throw new Error(
    `Cannot enter ${plainOrHash(action)} into the audit log: it is not made of ids and hashes alone`,
  );
}
