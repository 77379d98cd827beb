/**
 * A database that commits every write, and loses its first answer.
 * @module
 */
import { createDatabase } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import type { Driver } from "../../../core/records/driver.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { openLocalDriver } from "../../../core/records/local-driver.ts";

/** A database in memory, reached on two ways. */
export interface Forgetful extends Disposable {
  /** Loses the first answer of each batch that changes something; sent again, the same batch is answered. */
  readonly db: Database;
  /** Loses nothing. */
  readonly sound: Database;
  /** How many answers were lost. */
  readonly lost: () => number;
}

/** A migrated database; disposing closes it. */
export async function forgetful(): Promise<Forgetful> {
  const driver = await openLocalDriver({ url: ":memory:", busyTimeoutMs: 100 });
  const sound = createDatabase(driver);
  await migrate(sound, migrations);
  const seen = new Set<string>();
  const losing: Driver = {
    ...driver,
    tries: 3,
    async batch(statements, mode) {
      const rows = await driver.batch(statements, mode);
      const batch = JSON.stringify(
        statements,
        (_key, value) => typeof value === "bigint" ? `${value}n` : value,
      );
      const changes = statements.some(({ sql }) => /^\s*(insert|update|delete)/i.test(sql));
      if (mode === "read" || !changes || seen.has(batch)) return rows;
      seen.add(batch);
      throw new TypeError("connection reset");
    },
  };
  return {
    db: createDatabase(losing),
    sound,
    lost: () => seen.size,
    [Symbol.dispose]: () => driver.close(),
  };
}
