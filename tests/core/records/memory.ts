/**
 * Databases in memory with the gateway's own tables.
 * @module
 */
import { openDatabase } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { judging, type Plans, plansBy } from "../../support/query-plans.ts";
import { createVault } from "../../../core/records/vault.ts";
import type { Vault } from "../../../core/records/vault.ts";

/** One for all of a test file's databases: their tables are the same. */
let plans: Promise<Plans> | null = null;

/** This database, failing at once where core runs a statement that would take longer the more is over. */
export async function judged(db: Database): Promise<Database> {
  plans ??= plansBy(migrations);
  return judging(db, await plans);
}

/** A migrated database in memory, {@link judged}; disposing closes it. */
export async function inMemory(): Promise<Database & Disposable> {
  const db = await openDatabase({ url: ":memory:", onDeploy: false });
  await migrate(db, migrations);
  return { ...await judged(db), [Symbol.dispose]: () => db.close() };
}

/** A key of 32 equal bytes. */
export const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

/** A vault with keys of its own. */
export const testVault = (): Vault => createVault({ dataKeys: [key(1)], indexKeys: [key(2)] });
