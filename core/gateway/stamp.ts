/**
 * What a database is stamped with, and keys that are made from the deployment's own secrets.
 * @module
 */
import { createHmac } from "node:crypto";
import { importSeed } from "../auth/mod.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Environment } from "../config/environment.ts";
import type { Stamp } from "../records/stamp.ts";

/** Environment, network and our accounts: a process whose settings differ does not start (DESIGN §6). */
export function stampOf({ name, passphrase, seeds }: Environment, anchor: Anchor): Stamp {
  return {
    environment: name,
    passphrase,
    distribution: importSeed(seeds.distribution).account,
    assets: anchor.assets.map(({ id }) => id).sort().join(" "),
  };
}

/** The bearer that the sandbox's bank and bureau ask of our modules, made so that nothing more has to be set. */
export function sandboxKey(webhookSecret: string): string {
  return createHmac("sha256", webhookSecret).update("kedge:sandbox").digest("base64url");
}
