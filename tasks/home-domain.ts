/**
 * `deno task home-domain`: whether the issuers' home domain on the ledger points to this gateway, and if not, how to
 * set it (W6). Ends with 1 when one does not.
 * @module
 */
import { describeHomeDomain, findHomeDomain } from "../core/stellar/home-domain.ts";
import { createHorizon, HorizonUnavailable } from "../core/stellar/horizon.ts";
import { print } from "./gate/print.ts";
import { orAdvice } from "./permission.ts";
import { readConfig } from "./read-config.ts";

/** Milliseconds that Horizon may take. */
const TIMEOUT_MS = 10_000;

const { environment, anchor, sandboxUrl } = await orAdvice("tasks/home-domain.ts", readConfig);
const { homeDomains, passphrase } = environment;
const url = environment.horizonUrl ?? `${sandboxUrl}/horizon`;
const horizon = createHorizon({ url, passphrase, timeoutMs: TIMEOUT_MS });

let allPointHere = true;
try {
  for (const issuer of new Set(anchor.assets.map((asset) => asset.issuer))) {
    const finding = await findHomeDomain(horizon, { issuer, homeDomains, passphrase });
    print(...describeHomeDomain(finding));
    allPointHere &&= finding.kind === "points_here";
  }
} catch (error) {
  if (!(error instanceof HorizonUnavailable)) throw error;
  const hint = environment.horizonUrl === null ? "; start the gateway with: deno task dev" : "";
  print(`Horizon gives no answer at ${url}${hint}.`);
  allPointHere = false;
}
Deno.exit(allPointHere ? 0 : 1);
