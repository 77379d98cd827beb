/**
 * A libSQL server on this machine, for tests and for load.
 * @module
 */
import { freePort } from "./free-port.ts";

/** A server that may not answer yet. */
export interface StartedSqld {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly child: Deno.ChildProcess;
}

/**
 * Starts the server on a free port.
 * @param program path of the server program
 * @param folder where it keeps its database
 */
export function spawnSqld(program: string, folder: string): StartedSqld {
  const address = `127.0.0.1:${freePort()}`;
  const child = new Deno.Command(program, {
    // As the README wants it: with more connections at once its writers can lock each other out for good.
    args: [
      "--no-welcome",
      ...["--max-concurrent-connections", "4"],
      ...["-d", folder],
      ...["--http-listen-addr", address],
    ],
    env: { RUST_LOG: "error" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return { url: `http://${address}`, child };
}
