/**
 * The reserve of this deployment: what readings are taken with, and what is published of them.
 * @module
 */
import { importSeed } from "../auth/mod.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Environment } from "../config/environment.ts";
import type { Database } from "../records/database.ts";
import type { Published } from "../reserve/readings.ts";
import { createServed } from "../reserve/served.ts";
import type { ReserveOptions } from "../reserve/take.ts";

/** The room. */
export interface ReserveRoom {
  readonly options: ReserveOptions;
  /** The last statement, or `null` before the first one. */
  readonly published: () => Promise<Published | null>;
}

/** Builds the room. */
export function reserveRoom(
  { environment, anchor, db, now }: {
    readonly environment: Environment;
    readonly anchor: Anchor;
    readonly db: Database;
    readonly now: () => number;
  },
): ReserveRoom {
  const rails = Object.entries(anchor.rails);
  return {
    published: createServed(db),
    options: {
      db,
      assets: anchor.assets,
      rails: rails.map(([name, { module }]) => ({ name, currency: module.declares.currency })),
      choices: anchor.reserve,
      signer: importSeed(environment.seeds.signing),
      publicUrl: environment.publicUrl,
      passphrase: environment.passphrase,
      now,
    },
  };
}
