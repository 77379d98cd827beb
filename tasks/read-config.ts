/**
 * The configuration of a task that does not serve.
 * @module
 */
import config from "../anchor.config.ts";
import type { Anchor } from "../core/config/anchor-runtime.ts";
import { edgeMistakes } from "../core/config/check-edge.ts";
import { type Environment, loadEnvironment } from "../core/config/environment.ts";
import { loadAnchor } from "../core/config/load.ts";
import { type Checked, describeMistakes } from "../core/config/mistakes.ts";
import { sandboxKey } from "../core/gateway/stamp.ts";
import { print } from "./gate/print.ts";

/** Reads environment and config; prints what is wrong and ends with 1 when they cannot be read. */
export async function readConfig(): Promise<
  { readonly environment: Environment; readonly anchor: Anchor; readonly sandboxUrl: string }
> {
  const environment = need(await loadEnvironment(Deno.env.toObject()));
  const { variables, network, publicUrl, webhookSecret, storage } = environment;
  // The sandbox does not run here; its modules are only declared.
  const sandboxUrl = storage.sandboxUrl ?? `${publicUrl}/sandbox`;
  const anchor = need(
    await loadAnchor(config, {
      variables,
      network,
      publicUrl,
      sandboxUrl,
      sandboxKey: sandboxKey(webhookSecret),
      checks: [(anchor) => edgeMistakes(anchor, storage)],
    }),
  );
  return { environment, anchor, sandboxUrl };
}

function need<Value>(checked: Checked<Value>): Value {
  if (checked.ok) return checked.value;
  print("Cannot read the configuration:", describeMistakes(checked.mistakes));
  Deno.exit(1);
}
