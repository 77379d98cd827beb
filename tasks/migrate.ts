/**
 * `deno task migrate`: brings the database to this version's tables and stamps a new one with its environment, network
 * and accounts. Safe to repeat, and with several at once.
 * @module
 */
import { stampOf } from "../core/gateway/stamp.ts";
import { openDatabase } from "../core/records/database.ts";
import { migrate } from "../core/records/migrate.ts";
import { migrations } from "../core/records/migrations/mod.ts";
import { foreignStamp, stampDatabase } from "../core/records/stamp.ts";
import { print } from "./gate/print.ts";
import { orAdvice } from "./permission.ts";
import { readConfig } from "./read-config.ts";

async function migrateConfigured(): Promise<void> {
  const { environment, anchor } = await readConfig();
  const { storage } = environment;
  const { url, authToken } = storage.database;
  if (url.startsWith("file:")) await Deno.mkdir(storage.dataDir, { recursive: true });
  const db = await openDatabase({
    url,
    onDeploy: storage.deploy !== null,
    ...(authToken ? { authToken } : {}),
  });
  try {
    const stamp = stampOf(environment, anchor);
    // Before anything is changed: these may be the settings of another environment.
    const foreign = await foreignStamp(db, stamp);
    if (foreign.length > 0) {
      print(`Cannot migrate this database, it belongs to other settings:\n- ${foreign.join("\n- ")}`);
      Deno.exit(1);
    }
    const applied = await migrate(db, migrations);
    await stampDatabase(db, stamp);
    print(applied.length > 0 ? `migrated: ${applied.join(", ")}` : "the database is up to date");
  } finally {
    db.close();
  }
}

await orAdvice("tasks/migrate.ts", migrateConfigured);
