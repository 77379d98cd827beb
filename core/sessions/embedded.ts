/**
 * Sessions in the libSQL database: the same guarantees across restarts and processes, for anchors without Redis.
 *
 * Table `sessions(key text primary key, value text not null, expires_ms integer not null)`. Time is the database's.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import { RecordsUnavailable, repeatable } from "../records/database.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { sessionsUnreachable, wholeSeconds } from "./sessions.ts";
import type { Sessions } from "./sessions.ts";

const sessionsTable = rowsOfTable("sessions");

/** Each write carries a few expired rows away, so the table stays as small as what is alive. */
const sweep: Statement = {
  sql: `delete from sessions where key in
    (select key from sessions where expires_ms <= ${NOW_MS} order by expires_ms limit 20)`,
};

/** Sessions in this database; `close` leaves the database open. */
export function embeddedSessions(db: Database): Sessions {
  /** The rows of the statement; none after a lost answer. */
  async function write(statement: Statement, committed: Statement = repeatable.committed): Promise<Row[]> {
    const result = await reaching(() => db.write([statement, sweep], { committed }));
    return result.kind === "written" ? result.rows[0] ?? [] : [];
  }

  const valueOf = ([row]: readonly Row[]) => row === undefined ? null : sessionsTable.text(row, "value");

  return {
    async once(key, ttlSeconds) {
      // The value is this call's own mark: after a lost answer it tells whether the winner was this call.
      const mark = crypto.randomUUID();
      const isOurs: Statement = {
        sql: "select value from sessions where key = ? and value = ?",
        args: [key, mark],
      };
      const result = await reaching(() =>
        db.write([{
          sql: `insert into sessions (key, value, expires_ms) values (:key, :mark, ${NOW_MS} + :ttl)
            on conflict (key) do update set value = excluded.value, expires_ms = excluded.expires_ms
              where sessions.expires_ms <= ${NOW_MS}
            returning value`,
          args: { key, mark, ttl: wholeSeconds(ttlSeconds) * 1000 },
        }, sweep], { committed: isOurs })
      );
      // Rows are left out only when `isOurs` was found.
      return result.kind === "written" && result.rows[0]?.length !== 0;
    },
    async put(key, value, ttlSeconds) {
      await write({
        sql: `insert into sessions (key, value, expires_ms) values (:key, :value, ${NOW_MS} + :ttl)
          on conflict (key) do update set value = excluded.value, expires_ms = excluded.expires_ms`,
        args: { key, value, ttl: wholeSeconds(ttlSeconds) * 1000 },
      });
    },
    get: async (key) =>
      valueOf(
        await reaching(() =>
          db.query({
            sql: `select value from sessions where key = ? and expires_ms > ${NOW_MS}`,
            args: [key],
          })
        ),
      ),
    take: async (key) =>
      valueOf(
        await write({
          sql: `delete from sessions where key = ? and expires_ms > ${NOW_MS} returning value`,
          args: [key],
        }),
      ),
    async count(key, windowSeconds) {
      const value = valueOf(
        await write({
          sql: `insert into sessions (key, value, expires_ms) values (:key, '1', ${NOW_MS} + :window)
            on conflict (key) do update set
              value = case when sessions.expires_ms <= ${NOW_MS} then '1' else cast(sessions.value + 1 as text) end,
              expires_ms = case when sessions.expires_ms <= ${NOW_MS} then excluded.expires_ms
                else sessions.expires_ms end
            returning value`,
          args: { key, window: wholeSeconds(windowSeconds) * 1000 },
        }),
      );
      if (value === null) throw sessionsUnreachable();
      return Number(value);
    },
    close: () => {},
  };
}

async function reaching<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof RecordsUnavailable ? sessionsUnreachable() : error;
  }
}
