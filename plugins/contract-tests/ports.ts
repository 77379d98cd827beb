/**
 * The outside for contract tests: real HTTP, a store and folders in memory.
 * @module
 */
import type { PortAnswer, PortFiles, PortRequest, Ports, PortStore } from "../ports.ts";

/** What the ports of a test are made with. */
export interface TestPortsOptions {
  /** Name of the instance; `under-test` when absent. */
  readonly instance?: string;
  /** Seconds since 1970; the process's clock when absent. */
  readonly now?: () => number;
}

/** Ports with what a test looks at. */
export interface TestPorts extends Ports {
  /** Every request that the module made. */
  readonly requests: readonly PortRequest[];
  /** The next call is given up after so many milliseconds, instead of many: for a provider that hangs. */
  giveUpAfter(ms: number): void;
  /** Ends the connections. */
  close(): void;
}

/** Long enough for a busy machine: a call that runs into it fails its test. */
const PATIENCE_MS = 10_000;

/** Makes ports. Webhooks are for `https://anchor.test/webhooks/under-test/secret`, which the stand-in catches. */
export function openTestPorts(options: TestPortsOptions = {}): TestPorts {
  const instance = options.instance ?? "under-test";
  const client = Deno.createHttpClient({});
  const requests: PortRequest[] = [];
  let patience = PATIENCE_MS;
  return {
    instance,
    webhookUrl: `https://anchor.test/webhooks/${instance}/secret`,
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
    store: memoryStore(),
    files: memoryFiles(),
    requests,
    fetch(request) {
      requests.push(request);
      const timeoutMs = patience;
      patience = PATIENCE_MS;
      return send(request, client, timeoutMs);
    },
    giveUpAfter(ms) {
      patience = ms;
    },
    close: () => client.close(),
  };
}

async function send(request: PortRequest, client: Deno.HttpClient, timeoutMs: number): Promise<PortAnswer> {
  const end = new AbortController();
  const limit = setTimeout(() => end.abort(), timeoutMs);
  try {
    const { method, url, headers = {}, body } = request;
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : new Uint8Array(body) }),
      redirect: "manual",
      signal: end.signal,
      client,
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return {
      kind: "answered",
      response: { status: response.status, headers: response.headers, body: bytes },
    };
  } catch {
    // Once a request was given to the network nothing proves that no byte of it left.
    return { kind: "unknown" };
  } finally {
    clearTimeout(limit);
  }
}

/** A store of one process; times of life are not kept, tests are short. */
export function memoryStore(): PortStore {
  const values = new Map<string, { value: string; version: number }>();
  const held = new Set<string>();
  return {
    get: (key) => Promise.resolve(values.get(key) ?? null),
    swap(key, version, value) {
      const known = values.get(key)?.version ?? null;
      if (known !== version) return Promise.resolve(false);
      values.set(key, { value, version: (known ?? 0) + 1 });
      return Promise.resolve(true);
    },
    async once(name, _ttlSeconds, work) {
      if (held.has(name)) return null;
      held.add(name);
      try {
        return await work();
      } finally {
        held.delete(name);
      }
    },
  };
}

/** Folders in memory, in the order in which files were written. */
export function memoryFiles(): PortFiles {
  const folders = { in: new Map<string, Uint8Array>(), out: new Map<string, Uint8Array>() };
  return {
    list: (folder) => Promise.resolve([...folders[folder].keys()]),
    read: (folder, name) => Promise.resolve(folders[folder].get(name) ?? null),
    write(folder, name, bytes) {
      if (folders[folder].has(name)) return Promise.resolve(false);
      folders[folder].set(name, bytes);
      return Promise.resolve(true);
    },
  };
}
