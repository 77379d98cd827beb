/**
 * What stands before a gateway: a load balancer, or a proxy that ends TLS.
 * @module
 */

/** Something that listens. */
export interface Front {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Passes connections on as they are, to each target in turn; with TLS, what is inside of it. The Host header stays. */
export function startFront(
  targets: readonly number[],
  options: { readonly port?: number; readonly tls?: { readonly cert: string; readonly key: string } } = {},
): Front {
  const { port = 0, tls } = options;
  const place = { hostname: "127.0.0.1", port };
  const listener: Deno.Listener = tls ? Deno.listenTls({ ...place, ...tls }) : Deno.listen(place);
  const connections = new Set<Deno.Conn>();
  const passing = new Set<Promise<void>>();
  let turn = 0;

  async function pass(outer: Deno.Conn): Promise<void> {
    connections.add(outer);
    try {
      const target = targets[turn++ % targets.length] ?? 0;
      const inner = await Deno.connect({ hostname: "127.0.0.1", port: target });
      connections.add(inner);
      // Whichever end closes, the other one is closed as well.
      await Promise.allSettled([
        outer.readable.pipeTo(inner.writable),
        inner.readable.pipeTo(outer.writable),
      ]);
      connections.delete(inner);
    } catch {
      // A target that is down: the caller meets a closed connection, as behind a real balancer.
      close(outer);
    } finally {
      connections.delete(outer);
    }
  }

  const accepting = (async () => {
    for await (const connection of listener) {
      const work = pass(connection).finally(() => passing.delete(work));
      passing.add(work);
    }
  })();

  return {
    port: listener.addr.transport === "tcp" ? listener.addr.port : 0,
    async stop() {
      listener.close();
      for (const connection of connections) close(connection);
      await accepting;
      await Promise.all(passing);
    },
  };
}

/** Ends TLS and asks the gateway anew, under the gateway's own address: the Host header is rewritten. */
export function startRewritingFront(
  target: number,
  options: { readonly port?: number; readonly tls: { readonly cert: string; readonly key: string } },
): Front {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, ...options.tls, onListen: () => {} },
    async (request) => {
      const url = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.set("x-forwarded-for", "203.0.113.7");
      headers.set("x-forwarded-proto", "https");
      headers.delete("host");
      return await fetch(`http://127.0.0.1:${target}${url.pathname}${url.search}`, {
        method: request.method,
        headers,
        redirect: "manual",
        body: request.body,
      });
    },
  );
  return { port: server.addr.port, stop: () => server.shutdown() };
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // The other end was faster.
  }
}
