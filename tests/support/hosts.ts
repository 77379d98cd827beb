/**
 * Processes in which a test's gateways live (`gateway-host.ts`). Those of a test file are started before its first test
 * and serve one test after the other.
 * @module
 */
import type { Logged } from "./gateway-under-test.ts";
import type { HostAnswer, HostOrder } from "./gateway-host.ts";
import { freePort } from "./ports.ts";
import { startProcess } from "./process.ts";

/** A process that hosts a gateway. */
export interface Host {
  readonly start: (order: HostOrder) => Promise<HostAnswer>;
  readonly readLog: () => Promise<Logged>;
  /** Stops the gateway; the process goes on. */
  readonly stop: () => Promise<void>;
  /** Ends the process, its gateway in order first. */
  readonly end: () => Promise<void>;
}

/** Starts so many processes at the same time. @param folder all that they may read and write */
export async function startHosts(count: number, folder: string): Promise<Host[]> {
  return await Promise.all(Array.from({ length: count }, () => startHost(folder)));
}

async function startHost(folder: string): Promise<Host> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = await startProcess({
    program: "tests/support/gateway-host.ts",
    args: [String(port)],
    folder,
    variables: {},
    readyAt: url,
  });
  async function ask(path: string, init: RequestInit = {}): Promise<string> {
    const answer = await fetch(`${url}${path}`, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${text}\n${child.output()}`);
    return text;
  }
  return {
    start: async (order) => JSON.parse(await ask("/gateway", { method: "PUT", body: JSON.stringify(order) })),
    readLog: async () => JSON.parse(await ask("/log")),
    stop: async () => void await ask("/gateway", { method: "DELETE" }),
    async end() {
      const code = await child.end("SIGTERM");
      if (code !== 0) throw new Error(`A process with a gateway ended with ${code}:\n${child.output()}`);
    },
  };
}

/** The hosts of this test file, and a folder that they can reach. */
interface HostPool {
  readonly folder: string;
  readonly hosts: readonly Host[];
}

let wanted = 0;
let pool: HostPool | null = null;

/** Sees to it that so many hosts are ready for the tests of this file; to be called while tests are declared. */
export function wantHosts(count: number): void {
  // What is started inside of a test would have to end with it.
  if (wanted === 0 && count > 0) {
    Deno.test.beforeAll(async () => {
      const folder = await Deno.makeTempDir({ prefix: "kedge-hosts-" });
      pool = { folder, hosts: await startHosts(wanted, folder) };
    });
    Deno.test.afterAll(async () => {
      if (!pool) return;
      await Promise.all(pool.hosts.map((host) => host.end()));
      await Deno.remove(pool.folder, { recursive: true });
      pool = null;
    });
  }
  wanted = Math.max(wanted, count);
}

/** The hosts that {@link wantHosts} has made ready. */
export function readyHosts(): HostPool {
  if (!pool) throw new Error("Cannot use hosts: none were wanted when the tests were declared");
  return pool;
}
