/**
 * `deno task migrate`: brings the database to this version's tables and stamps a new one with its environment, network
 * and accounts. Safe to repeat, and with several at once.
 * @module
 */
import config from "../anchor.config.ts";
import { loadAnchor } from "../core/config/load.ts";
import { loadEnvironment } from "../core/config/environment.ts";
import { describeMistakes, type Mistake } from "../core/config/mistakes.ts";
import { sandboxKey, stampOf } from "../core/gateway/stamp.ts";
import { openDatabase } from "../core/records/database.ts";
import { migrate } from "../core/records/migrate.ts";
import { migrations } from "../core/records/migrations/mod.ts";
import { foreignStamp, stampDatabase } from "../core/records/stamp.ts";

const say = (text: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

function refuse(mistakes: readonly Mistake[]): never {
  say(describeMistakes(mistakes));
  Deno.exit(1);
}

const environment = await loadEnvironment(Deno.env.toObject());
if (!environment.ok) refuse(environment.mistakes);
const { storage, variables, network, publicUrl, webhookSecret } = environment.value;
const anchor = await loadAnchor(config, {
  variables,
  network,
  publicUrl,
  // The sandbox does not run here; its modules are only declared.
  sandboxUrl: "http://127.0.0.1:9/sandbox",
  sandboxKey: sandboxKey(webhookSecret),
});
if (!anchor.ok) refuse(anchor.mistakes);
const { url, authToken } = storage.database;
if (url.startsWith("file:")) await Deno.mkdir(storage.dataDir, { recursive: true });
const db = await openDatabase({
  url,
  onDeploy: storage.deploy !== null,
  ...(authToken ? { authToken } : {}),
});
try {
  const stamp = stampOf(environment.value, anchor.value);
  // Before anything is changed: these may be the settings of another environment.
  const foreign = await foreignStamp(db, stamp);
  if (foreign.length > 0) {
    say(`Cannot migrate this database, it belongs to other settings:\n- ${foreign.join("\n- ")}`);
    Deno.exit(1);
  }
  const applied = await migrate(db, migrations);
  await stampDatabase(db, stamp);
  say(applied.length > 0 ? `migrated: ${applied.join(", ")}` : "the database is up to date");
} finally {
  db.close();
}
