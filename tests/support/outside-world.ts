/**
 * The world of {@link Outside}, for gateways in other processes: time passes by itself there.
 * @module
 */
import { moveClock } from "../../core/records/clock.ts";
import type { Database } from "../../core/records/database.ts";
import type { Outside } from "./outside.ts";
import { openWorld, type World } from "./world.ts";

/** How far the database's clock moves with a round, where it is moved. */
const ROUND_MS = 3_000;

/**
 * The world of a gateway that answers at `publicUrl`.
 * @param options.describe what its processes wrote
 * @param options.db their records, to move the clock by which they wait
 */
export function outsideWorld(
  { sandbox, environment, horizonUrl }: Outside,
  publicUrl: string,
  { describe = () => "", db }: { readonly describe?: () => string; readonly db?: Database } = {},
): World {
  return openWorld({
    publicUrl,
    sandboxUrl: sandbox.url,
    horizonUrl,
    passphrase: environment.passphrase,
    code: environment.asset.code,
    issuer: environment.asset.issuer,
    // A process's loops look for work twice a second.
    async advance() {
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (db) await moveClock(db, ROUND_MS);
    },
    rounds: 300,
    describe: () => Promise.resolve(describe().split("\n").slice(-12).join("\n")),
  });
}
