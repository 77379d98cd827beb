/**
 * `deno task migrate`: brings the database to this version's tables, stamps a new one with its environment, network and
 * accounts, and gives accounts that it does not know their first place in the ledger's history (M-10). Safe to repeat,
 * and with several at once.
 * @module
 */
import { prepareRecords } from "../core/gateway/records.ts";
import { RecordsUnavailable } from "../core/records/database.ts";
import { HorizonUnavailable } from "../core/stellar/horizon.ts";
import { print } from "./gate/print.ts";
import { openRecords } from "./open-records.ts";
import { orAdvice } from "./permission.ts";
import { readConfig } from "./read-config.ts";

async function migrateConfigured(): Promise<void> {
  const { environment, anchor } = await readConfig();
  const { storage, horizonUrl } = environment;
  if (storage.database.url.startsWith("file:")) await Deno.mkdir(storage.dataDir, { recursive: true });
  const db = await openRecords(environment);
  try {
    const prepared = await prepareRecords(db, { environment, anchor }, horizonUrl);
    if (prepared.kind === "foreign") {
      print(
        `Cannot migrate this database, it belongs to other settings:\n- ${prepared.differences.join("\n- ")}`,
      );
      Deno.exit(1);
    }
    const { applied, problems } = prepared;
    print(applied.length > 0 ? `migrated: ${applied.join(", ")}` : "the database is up to date");
    if (problems.length > 0) {
      print("The gateway is not to be started yet:", ...problems.map((problem) => `- ${problem}`));
      Deno.exit(1);
    }
  } catch (error) {
    if (error instanceof RecordsUnavailable) {
      print("The database does not answer: see LIBSQL_URL and LIBSQL_AUTH_TOKEN, and run this task again");
      Deno.exit(1);
    }
    if (!(error instanceof HorizonUnavailable)) throw error;
    print(
      "The tables are there, but an account of ours has no first place in the ledger's history yet, and Horizon " +
        "does not answer as it should: see HORIZON_URL and NETWORK_PASSPHRASE, and run this task again",
    );
    Deno.exit(1);
  } finally {
    db.close();
  }
}

await orAdvice("tasks/migrate.ts", migrateConfigured);
