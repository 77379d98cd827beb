/**
 * An HTTP CONNECT proxy on the loopback interface, for the gateway's own `fetch` alone.
 *
 * `fetch` resolves names itself and cannot be told which address to dial. Through this proxy it asks us instead, so
 * that the address that was judged is the address that is dialled, and TLS still checks the name. Every request has
 * a tunnel of its own with a password of its own: it opens one connection, to one target, once.
 * @module
 */

/** One permitted connection through the proxy. */
export type Tunnel = {
  /** What `Deno.createHttpClient` takes as `proxy`. */
  readonly proxy: { url: string; basicAuth: { username: string; password: string } };
  /** True once the target was dialled; while it is false, no byte of the request can have left. */
  opened(): boolean;
  /** Why the target was not dialled, as thrown by `dial`; undefined when it was, or was never asked for. */
  failure(): unknown;
  /** Voids the password and closes both ends. */
  close(): Promise<void>;
};

/** The proxy; it listens until closed. */
export type ConnectProxy = {
  /**
   * Permits one connection.
   * @param authority the `host:port` that the CONNECT must name
   * @param dial opens the connection, after its own judgement; what it throws is kept for `failure()`
   */
  tunnel(authority: string, dial: () => Promise<Deno.TcpConn>): Tunnel;
  /** False once closed, or when the system took the listener away. */
  listening(): boolean;
  /** Stops listening and closes what is open. */
  close(): Promise<void>;
};

/** An open permission, found by its `Proxy-Authorization` header. */
type Permit = { authority: string; dial: () => Promise<Deno.TcpConn>; tunnel: TunnelState };
type TunnelState = {
  opened: boolean;
  closed: boolean;
  failure: unknown;
  ends: Set<Deno.TcpConn>;
  done: Promise<void>;
};

const MAX_HEAD_BYTES = 4096;
const USERNAME = "kedge";

/** Starts the proxy on a free port of 127.0.0.1. */
export function startConnectProxy(): ConnectProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  const permits = new Map<string, Permit>();
  const clients = new Set<Deno.TcpConn>();

  async function serve(client: Deno.TcpConn): Promise<void> {
    const head = await readHead(client);
    const permit = head && take(head);
    if (!permit) return await answer(client, "407 Proxy Authentication Required");
    const state = permit.tunnel;
    state.ends.add(client);
    state.done = relay(client, permit);
    await state.done;
  }

  function take(head: { authority: string; credentials: string }): Permit | undefined {
    const permit = permits.get(head.credentials);
    if (permit?.authority !== head.authority) return undefined;
    permits.delete(head.credentials);
    return permit;
  }

  let listening = true;
  const accepting = (async () => {
    for await (const client of listener) {
      clients.add(client);
      serve(client).catch(() => {}).finally(() => {
        clients.delete(client);
        shut(client);
      });
    }
  })().catch(() => shut(listener)).finally(() => listening = false);

  return {
    tunnel(authority, dial) {
      const password = crypto.getRandomValues(new Uint8Array(32)).toHex();
      const credentials = `Basic ${btoa(`${USERNAME}:${password}`)}`;
      const state: TunnelState = {
        opened: false,
        closed: false,
        failure: undefined,
        ends: new Set(),
        done: Promise.resolve(),
      };
      permits.set(credentials, { authority, dial, tunnel: state });
      return {
        proxy: { url, basicAuth: { username: USERNAME, password } },
        opened: () => state.opened,
        failure: () => state.failure,
        async close() {
          state.closed = true;
          permits.delete(credentials);
          for (const end of state.ends) shut(end);
          await state.done;
        },
      };
    },
    listening: () => listening,
    async close() {
      listening = false;
      shut(listener);
      permits.clear();
      for (const client of clients) shut(client);
      await accepting;
    },
  };
}

/** Dials the target and copies both ways until either end is finished. */
async function relay(client: Deno.TcpConn, { dial, tunnel }: Permit): Promise<void> {
  let target: Deno.TcpConn;
  try {
    target = await dial();
  } catch (error) {
    tunnel.failure = error;
    return await answer(client, "502 Bad Gateway").catch(() => {});
  }
  tunnel.ends.add(target);
  try {
    if (tunnel.closed) return;
    tunnel.opened = true;
    // Small TLS records in both directions would wait 40 ms for each other's acknowledgement.
    for (const end of [client, target]) end.setNoDelay();
    await answer(client, "200 Connection Established");
    await Promise.race([copy(client, target), copy(target, client)]);
  } catch {
    // A connection that broke is the request's failure; `fetch` reports it.
  } finally {
    shut(client);
    shut(target);
  }
}

async function copy(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const chunk = new Uint8Array(16 * 1024);
  try {
    for (let length = await from.read(chunk); length !== null; length = await from.read(chunk)) {
      await writeAll(to, chunk.subarray(0, length));
    }
  } catch {
    // The other direction closes both ends, which interrupts this one.
  }
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await conn.write(bytes.subarray(written));
}

/** Reads the head of a CONNECT request; undefined for anything else. */
async function readHead(conn: Deno.TcpConn): Promise<{ authority: string; credentials: string } | undefined> {
  const bytes = new Uint8Array(MAX_HEAD_BYTES);
  let text = "";
  for (let length = 0; !text.endsWith("\r\n\r\n");) {
    if (length === bytes.length) return undefined;
    const read = await conn.read(bytes.subarray(length));
    if (read === null) return undefined;
    length += read;
    text = new TextDecoder().decode(bytes.subarray(0, length));
  }
  const authority = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(text)?.[1];
  const credentials = /^proxy-authorization: *(\S+ \S+)\r$/im.exec(text)?.[1];
  return authority && credentials ? { authority, credentials } : undefined;
}

async function answer(conn: Deno.TcpConn, status: string): Promise<void> {
  await writeAll(conn, new TextEncoder().encode(`HTTP/1.1 ${status}\r\n\r\n`));
}

/** Closes what may be closed already. */
function shut(resource: { close(): void }): void {
  try {
    resource.close();
  } catch {
    // Closed by the other direction.
  }
}
