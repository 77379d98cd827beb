/**
 * The world of {@link Outside}, for gateways in other processes: time passes by itself there.
 * @module
 */
import type { Outside } from "./outside.ts";
import { openWorld, type World } from "./world.ts";

/** The world of a gateway that answers at `publicUrl`. @param describe what its processes wrote */
export function outsideWorld(
  { sandbox, environment, horizonUrl }: Outside,
  publicUrl: string,
  describe: () => string = () => "",
): World {
  return openWorld({
    publicUrl,
    sandboxUrl: sandbox.url,
    horizonUrl,
    passphrase: environment.passphrase,
    code: environment.asset.code,
    issuer: environment.asset.issuer,
    // A process's loops look for work twice a second.
    advance: () => new Promise((resolve) => setTimeout(resolve, 100)),
    rounds: 300,
    describe: () => Promise.resolve(describe().split("\n").slice(-12).join("\n")),
  });
}
