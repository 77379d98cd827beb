/**
 * A wallet's server that takes callbacks, over HTTPS on localhost, outside the gateways.
 * @module
 */
import { localCertificates } from "../local-certificates.ts";
import { looked } from "./customer.ts";

/** The server. */
export interface Receiver {
  /** What gateways need to reach it: an exception to the guard, and the file of the authority that they trust. */
  readonly variables: Readonly<Record<"OUTGOING_ALLOW" | "CHAOS_AUTHORITY", string>>;
  /** Where a path of it is posted to. */
  readonly url: (path: string) => string;
  /** What came to a path, in order. */
  readonly bodiesOf: (path: string) => readonly string[];
  /** Waits until something that came to a path is what is waited for. */
  readonly until: (path: string, isWanted: (body: string) => boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts it; its certificate lies in a folder that gateways may read. */
export async function startReceiver(dataDir: string): Promise<Receiver> {
  const files = await localCertificates(dataDir);
  const [cert, key] = await Promise.all([Deno.readTextFile(files.cert), Deno.readTextFile(files.key)]);
  const posts = new Map<string, string[]>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      posts.set(pathname, [...posts.get(pathname) ?? [], await request.text()]);
      return new Response(null, { status: 204 });
    },
  );
  const host = `localhost:${server.addr.port}`;
  const bodiesOf = (path: string) => posts.get(path) ?? [];
  return {
    variables: { OUTGOING_ALLOW: host, CHAOS_AUTHORITY: files.authority },
    url: (path) => `https://${host}${path}`,
    bodiesOf,
    until: async (path, isWanted) =>
      void await looked(
        () => Promise.resolve(bodiesOf(path).some(isWanted) || null),
        () => `${path} was not told of what was waited for`,
      ),
    stop: () => server.shutdown(),
  };
}
