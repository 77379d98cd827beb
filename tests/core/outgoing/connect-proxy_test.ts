import assert from "node:assert/strict";
import { startConnectProxy, type Tunnel } from "../../../core/outgoing/connect-proxy.ts";

/** Sends a raw request head to the proxy and returns the status line of its answer. */
async function ask(tunnel: Tunnel, head: string): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(tunnel.proxy.url).port) });
  await conn.write(new TextEncoder().encode(head));
  const chunk = new Uint8Array(1024);
  const length = await conn.read(chunk).catch(() => null);
  conn.close();
  return new TextDecoder().decode(chunk.subarray(0, length ?? 0)).split("\r\n")[0] ?? "";
}

function connect(authority: string, { proxy }: Tunnel, password = proxy.basicAuth.password): string {
  return `CONNECT ${authority} HTTP/1.1\r\nProxy-Authorization: Basic ${btoa(`kedge:${password}`)}\r\n\r\n`;
}

async function withProxy(run: (tunnel: Tunnel, dialled: () => number) => Promise<void>) {
  const target = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const conn of target) conn.close();
  })();
  const proxy = startConnectProxy();
  let dials = 0;
  const tunnel = proxy.tunnel("wallet.example:443", () => {
    dials++;
    return Deno.connect({ hostname: "127.0.0.1", port: target.addr.port });
  });
  await run(tunnel, () => dials);
  await tunnel.close();
  await proxy.close();
  target.close();
  await accepting;
}

Deno.test("the proxy opens nothing without the password, for another target, or by another method", async () => {
  await withProxy(async (tunnel, dialled) => {
    const refused = [
      "CONNECT wallet.example:443 HTTP/1.1\r\nHost: wallet.example:443\r\n\r\n",
      connect("wallet.example:443", tunnel, "guess"),
      connect("127.0.0.1:22", tunnel),
      connect("wallet.example:443", tunnel).replace("CONNECT", "GET"),
      `CONNECT ${"a".repeat(5000)}`,
    ];
    for (const head of refused) assert.match(await ask(tunnel, head), /^(HTTP\/1\.1 407 .*)?$/);
    assert.equal(dialled(), 0);
    assert.equal(tunnel.opened(), false);
  });
});

Deno.test("a password opens one connection, once", async () => {
  await withProxy(async (tunnel, dialled) => {
    const head = connect("wallet.example:443", tunnel);
    assert.match(await ask(tunnel, head), / 200 /);
    assert.match(await ask(tunnel, head), / 407 /);
    assert.equal(dialled(), 1);
    assert.equal(tunnel.opened(), true);
  });
});

Deno.test("a closed tunnel's password is void", async () => {
  await withProxy(async (tunnel, dialled) => {
    await tunnel.close();
    assert.match(await ask(tunnel, connect("wallet.example:443", tunnel)), / 407 /);
    assert.equal(dialled(), 0);
  });
});
