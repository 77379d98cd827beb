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
import { firstOf, sessionsUnreachable, standing, wholeSeconds } from "./sessions.ts";
import type { Sessions } from "./sessions.ts";

const sessionsTable = rowsOfTable("sessions");

/** Carries expired rows away, so that the table stays as small as what is alive. */
const sweep: Statement = {
  sql: `delete from sessions where key in
    (select key from sessions where expires_ms <= ${NOW_MS} order by expires_ms limit 400)`,
};
/** The first write of a process does so, and then one of so many: a challenge shall not pay for it each time. */
const SWEEP_EVERY = 20;

/** How long a value that was taken waits for its taker to ask again, in milliseconds; longer than any write takes. */
const TAKEN_MS = 60_000;

/** Sessions in this database; `close` leaves the database open. */
export function embeddedSessions(db: Database): Sessions {
  let writes = 0;
  /** What a write does besides. */
  const besides = (): readonly Statement[] => writes++ % SWEEP_EVERY === 0 ? [sweep] : [];

  /**
   * Writes the statements and gives the rows of the last of them. A lost answer has no rows, so what it would have said
   * is read by `answer`, which finds a row exactly when this very call has nothing left to write.
   */
  async function writing(statements: readonly Statement[], answer: Statement): Promise<Row[]> {
    const result = await reaching(() => db.write([...statements, ...besides()], { committed: answer }));
    if (result.kind !== "written") return [];
    return result.rows[statements.length - 1] ?? await reaching(() => db.query(answer));
  }

  const valueOf = ([row]: readonly Row[]) => row === undefined ? null : sessionsTable.text(row, "value");

  async function countEach(keys: readonly string[], windowSeconds: number): Promise<readonly number[]> {
    // The mark of who counted last: asked again after a lost answer, a call finds that it has counted already, unless
    // another counted every key in between; then it counts twice, on the closed side.
    const mark = crypto.randomUUID();
    const named = Object.fromEntries(keys.map((key, n) => [`key${n}`, key]));
    const names = Object.keys(named).map((name) => `:${name}`);
    const answer: Statement = {
      sql: `select key, value from sessions where key in (${names})
        and exists (select 1 from sessions where key in (${names}) and value like '%:' || :mark)`,
      args: { ...named, mark },
    };
    const counting: Statement = {
      sql: `insert into sessions (key, value, expires_ms)
          values ${names.map((name) => `(${name}, '1:' || :mark, ${NOW_MS} + :window)`)}
        on conflict (key) do update set
          value = case when sessions.expires_ms <= ${NOW_MS} then '1'
            else cast(cast(sessions.value as integer) + 1 as text) end || ':' || :mark,
          expires_ms = case when sessions.expires_ms <= ${NOW_MS} then excluded.expires_ms
            else sessions.expires_ms end
        returning key, value`,
      args: { ...named, mark, window: wholeSeconds(windowSeconds) * 1000 },
    };
    const counts = new Map(
      (await writing([counting], answer)).map((row) => [
        sessionsTable.text(row, "key"),
        Number.parseInt(sessionsTable.text(row, "value"), 10),
      ]),
    );
    return keys.map((key) => {
      const count = counts.get(key);
      if (count === undefined) throw sessionsUnreachable();
      return count;
    });
  }

  return {
    async once(key, ttlSeconds) {
      // The value is this call's own mark: after a lost answer it tells whether the winner was this call.
      const mark = crypto.randomUUID();
      const rows = await writing([{
        sql: `insert into sessions (key, value, expires_ms) values (:key, :mark, ${NOW_MS} + :ttl)
          on conflict (key) do update set value = excluded.value, expires_ms = excluded.expires_ms
            where sessions.expires_ms <= ${NOW_MS}
          returning value`,
        args: { key, mark, ttl: wholeSeconds(ttlSeconds) * 1000 },
      }], { sql: "select value from sessions where key = ? and value = ?", args: [key, mark] });
      return rows.length > 0;
    },
    async claim(key, value, ttlSeconds) {
      const standingValue = "select value from sessions where key = ?";
      return standing(valueOf(
        await writing([
          {
            sql: `insert into sessions (key, value, expires_ms) values (:key, :value, ${NOW_MS} + :ttl)
              on conflict (key) do update set value = excluded.value, expires_ms = excluded.expires_ms
                where sessions.expires_ms <= ${NOW_MS}`,
            args: { key, value, ttl: wholeSeconds(ttlSeconds) * 1000 },
          },
          { sql: standingValue, args: [key] },
          // Whoever's value it is that stands and is good: nothing is left to be written.
        ], { sql: `${standingValue} and expires_ms > ${NOW_MS}`, args: [key] }),
      ));
    },
    async put(key, value, ttlSeconds) {
      const put: Statement = {
        sql: `insert into sessions (key, value, expires_ms) values (:key, :value, ${NOW_MS} + :ttl)
          on conflict (key) do update set value = excluded.value, expires_ms = excluded.expires_ms`,
        args: { key, value, ttl: wholeSeconds(ttlSeconds) * 1000 },
      };
      await reaching(() => db.write([put, ...besides()], repeatable));
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
    async take(key) {
      // Under a mark that nobody else knows, so that this call alone finds the value again after a lost answer.
      const mine = `taken:${crypto.randomUUID()}`;
      const answer: Statement = { sql: "select value from sessions where key = ?", args: [mine] };
      return valueOf(
        await writing([
          {
            sql: `insert into sessions (key, value, expires_ms)
              select :mine, value, ${NOW_MS} + :kept from sessions where key = :key and expires_ms > ${NOW_MS}`,
            args: { key, mine, kept: TAKEN_MS },
          },
          {
            sql:
              "delete from sessions where key = :key and exists (select 1 from sessions where key = :mine)",
            args: { key, mine },
          },
          answer,
        ], answer),
      );
    },
    count: async (key, windowSeconds) => firstOf(await countEach([key], windowSeconds)),
    countEach,
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
