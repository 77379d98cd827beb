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

/** A front whose targets can change. */
export interface RequestFront extends Front {
  /** Ports of the processes behind it from now on. */
  readonly serve: (targets: readonly number[]) => void;
}

/**
 * Gives each request, not each connection, to the next process, whatever the caller keeps alive. The Host header stays as
 * it was sent.
 */
export function startRequestFront(): RequestFront {
  let clients: Deno.HttpClient[] = [];
  let turn = 0;
  const drop = () => {
    for (const client of clients.splice(0)) client.close();
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const client = clients[turn++ % clients.length];
    // Nobody is there: as a balancer says it.
    if (!client) return new Response(null, { status: 502 });
    const { method, headers, body } = request;
    const answer = await fetch(request.url, { method, headers, body, redirect: "manual", client });
    const kept = new Headers(answer.headers);
    // What was compressed has been read already.
    kept.delete("content-encoding");
    kept.delete("content-length");
    return new Response(answer.body, { status: answer.status, headers: kept });
  });
  return {
    port: server.addr.port,
    serve(targets) {
      drop();
      turn = 0;
      // A proxy by TCP is where the connection goes; the address that is asked for stays the caller's.
      clients = targets.map((port) =>
        Deno.createHttpClient({ proxy: { transport: "tcp", hostname: "127.0.0.1", port } })
      );
    },
    async stop() {
      await server.shutdown();
      drop();
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
