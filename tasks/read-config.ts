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
import type { Database } from "../core/records/database.ts";
import { print } from "./gate/print.ts";
import { openRecords } from "./open-records.ts";
import { orAdvice } from "./permission.ts";

/** What was read. */
export interface Configuration {
  readonly environment: Environment;
  readonly anchor: Anchor;
  readonly sandboxUrl: string;
}

/**
 * Reads environment and config, and opens the database that they name.
 * @param program the task's file with what stands behind it, for the advice where the runtime forbids it a file
 */
export function openConfigured(program: string): Promise<Configuration & { readonly db: Database }> {
  return orAdvice(program, async () => {
    const configuration = await readConfig();
    return { ...configuration, db: await openRecords(configuration.environment) };
  });
}

/** Reads environment and config; prints what is wrong and ends with 1 when they cannot be read. */
export async function readConfig(): Promise<Configuration> {
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
