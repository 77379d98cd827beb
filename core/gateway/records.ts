/**
 * Makes a database ready for a gateway, and proves before each start that it is.
 * @module
 */
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Environment } from "../config/environment.ts";
import { compareKeys } from "../keys/keys-in-use.ts";
import type { Database } from "../records/database.ts";
import { migrate } from "../records/migrate.ts";
import { migrations } from "../records/migrations/mod.ts";
import { recordsProblems } from "../records/prove.ts";
import { foreignStamp, stampDatabase } from "../records/stamp.ts";
import { createVault } from "../records/vault.ts";
import { registerSources, sourceRows, watchedAccounts } from "../stellar/accounts.ts";
import { cursorRow, firstCursor } from "../stellar/cursors.ts";
import { authorizationProblems } from "../stellar/authorize.ts";
import { createHorizon, type Horizon, HorizonUnavailable } from "../stellar/horizon.ts";
import { localSigner } from "../stellar/signer.ts";
import { neededInstances } from "../transfers/needed-instances.ts";
import { ownAccountsOf } from "./own-accounts.ts";
import { stampOf } from "./stamp.ts";

/** Whose database it is. */
export interface Settings {
  readonly environment: Environment;
  readonly anchor: Anchor;
}

/**
 * What preparing came to: the migrations that were applied and what on the ledger has to be mended before a start, or why
 * these settings may not touch the database.
 */
export type Prepared =
  | { readonly kind: "prepared"; readonly applied: readonly string[]; readonly problems: readonly string[] }
  | { readonly kind: "foreign"; readonly differences: readonly string[] };

/** Milliseconds within which Horizon has to say which ledger is the last. */
const HORIZON_TIMEOUT_MS = 10_000;

/**
 * Migrates, stamps, and gives each of our accounts its first place in the ledger's history (M-10). Safe to repeat, and
 * with several at once.
 * @param horizonUrl null: no ledger is running yet, so whoever starts it gives the places
 * @throws {HorizonUnavailable} when an account has no place yet and Horizon does not answer; all else is done by then
 */
export async function prepareRecords(
  db: Database,
  { environment, anchor }: Settings,
  horizonUrl: string | null,
): Promise<Prepared> {
  const stamp = stampOf(environment, anchor);
  // Before anything is changed: these may be the settings of another environment.
  const differences = await foreignStamp(db, stamp);
  if (differences.length > 0) return { kind: "foreign", differences };
  const applied = await migrate(db, migrations);
  await stampDatabase(db, stamp);
  const own = ownAccountsOf(environment, anchor);
  await registerSources(db, own);
  if (horizonUrl === null) return { kind: "prepared", applied, problems: [] };
  const { passphrase } = environment;
  const horizon = createHorizon({ url: horizonUrl, passphrase, timeoutMs: HORIZON_TIMEOUT_MS });
  await firstCursor(db, horizon, watchedAccounts(own));
  return { kind: "prepared", applied, problems: await issuerProblems(horizon, { environment, anchor }) };
}

/** While Horizon is away nothing is known of the issuers, and whoever waits for a trustline is told so. */
async function issuerProblems(horizon: Horizon, { environment, anchor }: Settings): Promise<string[]> {
  const { authorizer } = environment.seeds;
  try {
    const signer = authorizer === null ? null : localSigner(authorizer);
    return await authorizationProblems(horizon, anchor.assets.map(({ id }) => id), signer);
  } catch (error) {
    if (error instanceof HorizonUnavailable) return [];
    throw error;
  }
}

/**
 * What keeps a gateway from using the database: one line each with what to do. Nothing but the database is asked, and
 * that once, since a cold start waits for it and may come while Horizon does not answer. Where nothing does, keys that
 * seal here for the first time are noted.
 */
export async function startProblems(db: Database, { environment, anchor }: Settings): Promise<string[]> {
  const own = ownAccountsOf(environment, anchor);
  const needed = {
    rows: [...sourceRows(own), ...watchedAccounts(own).map(cursorRow)],
    problem: "the database does not know all of our accounts: run the task migrate first",
  };
  const [problems, lost, keys] = await Promise.allSettled([
    recordsProblems(db, { migrations, stamp: stampOf(environment, anchor), needed }),
    lostInstances(db, anchor),
    compareKeys({ db, vault: createVault(environment) }),
  ]);
  if (problems.status === "rejected") throw problems.reason;
  // A database that is not migrated has no records.
  if (problems.value.length > 0) return problems.value;
  if (lost.status === "rejected") throw lost.reason;
  if (keys.status === "rejected") throw keys.reason;
  const found = [...lost.value, ...keys.value.problems];
  if (found.length === 0) await keys.value.note();
  return found;
}

/** Instances that records need and the config has not. */
async function lostInstances(db: Database, anchor: Anchor): Promise<string[]> {
  const { rails, kyc } = await neededInstances(db);
  const lost = (room: "rails" | "kyc", names: readonly string[]) =>
    names.filter((name) => !Object.hasOwn(anchor[room], name))
      .map((name) => `records need ${room}.${name}: put it back into anchor.config.ts, with retired: true`);
  return [...lost("rails", rails), ...lost("kyc", kyc)];
}
