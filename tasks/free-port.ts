/**
 * A port for a server that cannot choose one by itself.
 * @module
 */

/** A TCP port that nobody listens on now. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
