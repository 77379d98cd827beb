/**
 * A port for a server that cannot choose one by itself.
 * @module
 */

/** Below the range out of which systems give ports to clients: one of those could take the port before the server does. */
const FIRST = 16_000;
const PORTS = 16_000;

/** A TCP port of 127.0.0.1 that nobody listens on now, and that nobody is likely to take before it is used. */
export function freePort(): number {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * PORTS);
    if (isFree(port)) return port;
  }
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
