/**
 * The inbox: raw requests of providers, committed before they are answered and read afterwards.
 *
 * A row is `due` until the batch that holds its consequences marks it `done`; what cannot be read is `parked` before
 * an operator. Taking a row only hides it for a while. Two readers may take one row; one of their batches commits.
 * @module
 */
import { raiseAlarmAnew } from "./alarms.ts";
import { backoffMs } from "./backoff.ts";
import { NOW_MS } from "./clock.ts";
import { repeatable } from "./database.ts";
import type { Database, Row, Statement } from "./database.ts";
import { compareAndSet, expectChanged } from "./expect-changed.ts";
import { rowsOfTable } from "./rows.ts";
import { sealedColumn } from "./sealed-column.ts";
import { VaultError } from "./vault.ts";
import type { Vault } from "./vault.ts";

/** Which contract reads a request. */
export type InboxContract = "rail" | "kyc";

/** A request as it came in. */
export interface RawRequest {
  readonly method: string;
  /** Path behind the secret part of the address, with its leading `/` or empty. */
  readonly path: string;
  /** Query without `?`. */
  readonly query: string;
  /** Names in lower case, in the order of arrival. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The bytes that a signature covers. */
  readonly body: Uint8Array;
}

/** A request that waits to be read. */
export interface InboxItem {
  readonly id: string;
  readonly contract: InboxContract;
  /** Name of the module's instance that the request came for. */
  readonly instance: string;
  /** How often it has been taken, this time included. */
  readonly tries: number;
  /** When it came, in milliseconds of the database's clock. */
  readonly receivedMs: number;
  readonly request: RawRequest;
}

/** The inbox of a database. */
export interface Inbox {
  /**
   * Commits a request under an id that the caller made before the first try; a second time with this id changes
   * nothing. It is due at once.
   */
  putRaw(arrival: Pick<InboxItem, "id" | "contract" | "instance" | "request">): Promise<void>;
  /** Whether {@link Inbox.takeDue} would take any. */
  readonly isDue: () => Promise<boolean>;
  /**
   * Takes due requests, the oldest first, and hides them from other readers for `hideMs` (60 s). Requests that are
   * hidden when their reader dies come back by themselves.
   */
  takeDue(limit: number, hideMs?: number): Promise<InboxItem[]>;
  /** For the batch that holds the consequences: marks the request done; stale when it is no longer ours or due. */
  markDone(item: InboxItem): Statement[];
  /** Puts the request back, due again in `retryMs`; `error` is a code, never a value. */
  markFailed(item: InboxItem, retryMs: number, error: string): Promise<void>;
  /** Puts requests back that were taken and not begun: they are due at once, and it counts as no try. */
  putBack(items: readonly InboxItem[]): Promise<void>;
  /** Puts the request before an operator, with an alarm; nothing takes it any more. */
  markParked(item: InboxItem, error: string): Promise<void>;
  /**
   * Drops requests that were read longer ago than `readMs`, and the content of those that have been before an operator for
   * longer than `retentionMs`. @returns how many
   */
  eraseOld(ages: {
    readonly readMs: number;
    readonly retentionMs: number;
    readonly limit: number;
  }): Promise<number>;
}

/** An item without what is sealed. */
type Envelope = Omit<InboxItem, "request">;

const inboxTable = rowsOfTable("inbox");

const TAKEN = "id, contract, instance, tries, received_ms, request";

/** The request as it came; empty once it is worth nothing. */
export const sealedRequest = sealedColumn("inbox", "request", "id");

/** A request whose key has been missing at so many takings is put before an operator: with the waits, about half a day. */
const MOST_UNOPENED = 20;

/** For the batch that closes the alarm of a parked request: it is due again, as if it had just come. */
export function unparkRequest(id: string): Statement {
  return {
    sql: `update inbox set state = 'due', due_ms = ${NOW_MS}, tries = 0, error = null
      where id = ? and state = 'parked' and length(request) > 0`,
    args: [id],
  };
}

/** The inbox in this database; requests are sealed by the vault. @param report gets what did not open, by inbox id */
export function createInbox(
  { db, vault, report = () => {} }: {
    readonly db: Database;
    readonly vault: Vault;
    readonly report?: (id: string, error: unknown) => void;
  },
): Inbox {
  const envelopeOf = (row: Row): Envelope => ({
    id: inboxTable.text(row, "id"),
    contract: inboxTable.oneOf(row, "contract", ["rail", "kyc"]),
    instance: inboxTable.text(row, "instance"),
    tries: inboxTable.count(row, "tries"),
    receivedMs: inboxTable.count(row, "received_ms"),
  });

  /** Changes a row that is still due and still ours; when it is not, somebody else has seen to it. */
  const change = async (
    item: Envelope,
    set: string,
    args: Record<string, string | number>,
    ...besides: Statement[]
  ) => {
    await db.write([{
      sql: `update inbox set ${set} where id = :id and state = 'due' and tries = :tries`,
      args: { id: item.id, tries: item.tries, ...args },
    }, ...besides], repeatable);
  };
  /** With its alarm, or nobody would ever look at it. */
  const park = (item: Envelope, error: string) =>
    change(
      item,
      "state = 'parked', error = :error",
      { error },
      expectChanged,
      ...raiseAlarmAnew("inbox_parked", item.id, error),
    );
  const putOff = (item: Envelope, retryMs: number, error: string) =>
    change(item, `due_ms = ${NOW_MS} + :retry, error = :error`, { retry: retryMs, error });

  /** Another process may have the key that is missing, or be given it; what was changed opens for nobody. */
  const unopened = (item: Envelope, { why }: VaultError) =>
    why === "unknown_key" && item.tries < MOST_UNOPENED
      ? putOff(item, backoffMs(item.tries), why)
      : park(item, why);

  return {
    async putRaw({ id, contract, instance, request }) {
      await db.write([{
        sql: `insert into inbox (id, contract, instance, request, state, due_ms, received_ms)
          values (:id, :contract, :instance, :request, 'due', ${NOW_MS}, ${NOW_MS})`,
        args: { id, contract, instance, request: vault.seal(sealedRequest.place(id), pack(request)) },
      }], { committed: { sql: "select 1 from inbox where id = ?", args: [id] } });
    },
    isDue: async () => {
      const rows = await db.query({
        sql: `select 1 from inbox where state = 'due' and due_ms <= ${NOW_MS} limit 1`,
      });
      return rows.length > 0;
    },
    async takeDue(limit, hideMs = 60_000) {
      // Nearly always there is nothing, and a look takes no lock.
      const due = await db.query({
        sql: `select id from inbox where state = 'due' and due_ms <= ${NOW_MS} order by due_ms limit ?`,
        args: [limit],
      });
      if (due.length === 0) return [];
      const ids = JSON.stringify(due.map((row) => inboxTable.text(row, "id")));
      const those = "id in (select value from json_each(?))";
      const mark = crypto.randomUUID();
      const taken: Statement = {
        sql: `select ${TAKEN} from inbox where ${those} and taken_by = ?`,
        args: [ids, mark],
      };
      const result = await db.write([{
        sql: `update inbox set due_ms = ${NOW_MS} + ?, tries = tries + 1, taken_by = ?
          where ${those} and state = 'due' and due_ms <= ${NOW_MS} returning ${TAKEN}`,
        args: [hideMs, mark, ids],
      }], { committed: taken });
      const rows = result.kind === "written" ? result.rows[0] ?? await db.query(taken) : [];
      const items: InboxItem[] = [];
      for (const row of rows) {
        const envelope = envelopeOf(row);
        try {
          const sealed = inboxTable.bytes(row, "request");
          items.push({ ...envelope, request: unpack(vault.open(sealedRequest.place(envelope.id), sealed)) });
        } catch (error) {
          if (!(error instanceof VaultError)) throw error;
          report(envelope.id, error);
          await unopened(envelope, error); // this one must not hold up the others
        }
      }
      return items.sort((a, b) => a.receivedMs - b.receivedMs);
    },
    markDone: ({ id, tries }) =>
      compareAndSet({
        // What a KYC provider says is believed only when it was asked; its words are worth nothing once they were read.
        sql:
          `update inbox set state = 'done', error = null, request = case contract when 'kyc' then x'' else request end
          where id = ? and state = 'due' and tries = ?`,
        args: [id, tries],
      }),
    markFailed: putOff,
    async putBack(items) {
      if (items.length === 0) return;
      await db.write(
        items.map(({ id, tries }) => ({
          sql: `update inbox set due_ms = ${NOW_MS}, tries = tries - 1
            where id = ? and state = 'due' and tries = ?`,
          args: [id, tries],
        })),
        repeatable,
      );
    },
    markParked: (item, error) => park(item, error),
    async eraseOld({ readMs, retentionMs, limit }) {
      // A row keeps the time until which its last reader hid it.
      const old = (state: string) =>
        `select id from inbox where state = '${state}' and due_ms <= ${NOW_MS} - ?`;
      const result = await db.write([
        {
          sql: `delete from inbox where id in (${old("done")} order by due_ms limit ?) returning id`,
          args: [readMs, limit],
        },
        {
          sql: `update inbox set request = x'' where id in (
              ${old("parked")} and length(request) > 0 order by due_ms limit ?
            ) returning id`,
          args: [retentionMs, limit],
        },
      ], repeatable);
      return result.kind === "written" ? result.rows.flat().length : 0;
    },
  };
}

/** One line of JSON, a line feed, then the body's own bytes: a file of megabytes is not blown up by base64. */
function pack({ body, ...head }: RawRequest): Uint8Array {
  const line = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
  const packed = new Uint8Array(line.length + body.length);
  packed.set(line);
  packed.set(body, line.length);
  return packed;
}

/** The vault has proven that these are the bytes of {@link pack}. */
function unpack(packed: Uint8Array): RawRequest {
  const end = packed.indexOf(0x0a);
  const head: Omit<RawRequest, "body"> = JSON.parse(new TextDecoder().decode(packed.subarray(0, end)));
  return { ...head, body: packed.slice(end + 1) };
}
