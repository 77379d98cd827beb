/**
 * The instances of the config, each with the outside that it may use.
 * @module
 */
import type { Ports } from "../../plugins/ports.ts";
import type { RailInstance, RailOf } from "../bank/rails.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Environment } from "../config/environment.ts";
import type { Log } from "../log.ts";
import { createModuleFiles } from "../outgoing/module-files.ts";
import { createModuleStore } from "../outgoing/module-store.ts";
import { createProviderFetch } from "../outgoing/provider-fetch.ts";
import { webhookUrl } from "../outgoing/webhook-address.ts";
import type { Database } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";

/** The room. */
export interface Modules {
  readonly rails: readonly RailInstance[];
  readonly railOf: RailOf;
  readonly portsOf: (instance: string) => Ports;
  /** Whether an instance has made itself ready in this process; its news is not asked for before. */
  readonly isReady: (instance: string) => boolean;
  /** Every instance that makes itself ready at its provider; `prepare` says whether it is. */
  readonly toPrepare: readonly { readonly name: string; readonly prepare: () => Promise<boolean> }[];
}

/** Limits of provider calls. */
const CALL_TIMEOUT_MS = 10_000;
const MOST_BYTES = 20 * 1024 * 1024;

/** Builds the room. */
export function modulesRoom(
  { environment, anchor, db, vault, log, holder, now }: {
    readonly environment: Environment;
    readonly anchor: Anchor;
    readonly db: Database;
    readonly vault: Vault;
    readonly log: Log;
    readonly holder: string;
    readonly now: () => number;
  },
): Modules {
  const ports = new Map<string, Ports>();
  function portsOf(instance: string): Ports {
    const known = ports.get(instance);
    if (known) return known;
    const made: Ports = {
      instance,
      now,
      fetch: createProviderFetch({
        instance,
        timeoutMs: CALL_TIMEOUT_MS,
        maxBytes: MOST_BYTES,
        log: ({ instance, method, host, outcome, ms }) =>
          log("info", "provider.call", { instance, method, host, outcome, ms }),
      }),
      store: createModuleStore({ db, vault, instance, holder }),
      files: createModuleFiles(`${environment.storage.dataDir}/files/${instance}`),
      webhookUrl: webhookUrl(environment.publicUrl, environment.webhookSecret, instance),
    };
    ports.set(instance, made);
    return made;
  }

  const rails = Object.entries(anchor.rails).map(([name, { module, retired }]) => ({
    name,
    rail: module,
    ports: portsOf(name),
    retired: retired ?? false,
  }));

  const ready = new Set<string>();
  const preparing = [...Object.entries(anchor.rails), ...Object.entries(anchor.kyc)].map((
    [name, { module }],
  ) => ({
    name,
    prepare: async () => {
      const outcome = await module.prepare?.(portsOf(name));
      if (outcome === undefined || outcome.ok) {
        ready.add(name);
        return true;
      }
      log("warning", "module.not_ready", { instance: name, error: outcome.error.kind });
      return false;
    },
  }));

  return {
    rails,
    portsOf,
    isReady: (instance) => ready.has(instance),
    toPrepare: preparing,
    railOf(name) {
      const found = rails.find((one) => one.name === name);
      if (!found) {
        throw new Error(`Cannot find rail ${name}: the config has lost an instance that records need`);
      }
      return found;
    },
  };
}
