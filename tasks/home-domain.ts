/**
 * `deno task home-domain`: whether the issuers' home domain on the ledger points to this gateway, and if not, how to
 * set it (W6). Ends with 1 when one does not.
 * @module
 */
import config from "../anchor.config.ts";
import { loadEnvironment } from "../core/config/environment.ts";
import { loadAnchor } from "../core/config/load.ts";
import { type Checked, describeMistakes } from "../core/config/mistakes.ts";
import { sandboxKey } from "../core/gateway/stamp.ts";
import { describeHomeDomain, findHomeDomain } from "../core/stellar/home-domain.ts";
import { createHorizon, HorizonUnavailable } from "../core/stellar/horizon.ts";
import { print } from "./gate/print.ts";

/** Milliseconds that Horizon may take. */
const TIMEOUT_MS = 10_000;

function need<Value>(checked: Checked<Value>): Value {
  if (checked.ok) return checked.value;
  print("Cannot read the configuration:", describeMistakes(checked.mistakes));
  Deno.exit(1);
}

const environment = need(await loadEnvironment(Deno.env.toObject()));
const { network, publicUrl, homeDomains, passphrase } = environment;
const sandboxUrl = `${publicUrl}/sandbox`;
const anchor = need(
  await loadAnchor(config, {
    variables: environment.variables,
    network,
    publicUrl,
    sandboxUrl,
    sandboxKey: sandboxKey(environment.webhookSecret),
  }),
);
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
