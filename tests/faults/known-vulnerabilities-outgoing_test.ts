/**
 * What other anchor servers had to mend, tried on ours: requests to addresses that somebody else named.
 * See `known-vulnerabilities_test.ts` for what is not ours.
 */
import assert from "node:assert/strict";
import { createGuardedFetch } from "../../core/outgoing/mod.ts";
import { localCertificates } from "../../tasks/local-certificates.ts";
import { arrive } from "../support/customer.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";

/** Names where a customer's changes are posted. @returns the status */
async function registerCallback({ ask }: TestGateway, token: string, url: string): Promise<number> {
  const answer = await ask("/sep12/customer/callback", {
    method: "PUT",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ url }),
  });
  await answer.body?.cancel();
  return answer.status;
}

Deno.test("R-10-40 #1915 #1984 a client domain never leads into our own network", () =>
  withGateway({}, async (gateway) => {
    const { wallet } = await arrive(gateway);
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    let connections = 0;
    const accepting = (async () => {
      for await (const connection of listener) {
        connections++;
        connection.close();
      }
    })();
    const { port } = listener.addr;
    for (
      const host of [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fd00::1]",
        "[fe80::1]",
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.0.1",
        "0x7f.1",
        "2130706433",
      ]
    ) {
      const domain = encodeURIComponent(`${host}:${port}`);
      const answer = await gateway.ask(`/auth?account=${wallet.account}&client_domain=${domain}`);
      const { code } = await answer.json();
      assert.equal(answer.status, 400, host);
      assert.match(code, /^sep10\.client_domain_(key|invalid)$/);
    }
    listener.close();
    await accepting;
    assert.equal(connections, 0);
  }));

Deno.test("#1991 a name that first answers with a public address and then with ours is dialled as it was judged", async () => {
  const answers = [["93.184.216.34"], ["127.0.0.1"]];
  const dialled: string[] = [];
  const outgoing = createGuardedFetch({
    maxBytes: 1_000,
    timeoutMs: 2_000,
    resolve: () => Promise.resolve(answers.shift() ?? ["127.0.0.1"]),
    dial(address) {
      dialled.push(address);
      return Promise.reject(new Deno.errors.ConnectionRefused("nobody listens"));
    },
  });
  try {
    await assert.rejects(() => outgoing.fetch("https://rebinding.example/.well-known/stellar.toml"));
    await assert.rejects(() => outgoing.fetch("https://rebinding.example/.well-known/stellar.toml"));
    assert.deepEqual(dialled, ["93.184.216.34"], "and the second answer was refused");
  } finally {
    await outgoing.close();
  }
});

Deno.test("R-10-40 #1043 #1894 a wallet's file is read without redirects, and no further than its limit", async () => {
  let secretRead = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/inside") secretRead++;
    return pathname === "/large"
      ? new Response("x".repeat(200_000))
      : Response.redirect(new URL("/inside", request.url), 302);
  });
  const authority = `127.0.0.1:${server.addr.port}`;
  const outgoing = createGuardedFetch({ allow: [authority], maxBytes: 100_000, timeoutMs: 2_000 });
  try {
    await assert.rejects(() => outgoing.fetch(`http://${authority}/large`));
    const { status } = await outgoing.fetch(`http://${authority}/away`).catch(() => ({ status: 0 }));
    assert.notEqual(status, 200);
    assert.equal(secretRead, 0);
  } finally {
    await outgoing.close();
    await server.shutdown();
  }
});

Deno.test("R-10-40 #1865 nobody is asked over plain HTTP, or at a port of the system", async () => {
  const dialled: string[] = [];
  const outgoing = createGuardedFetch({
    maxBytes: 1_000,
    timeoutMs: 2_000,
    resolve: () => Promise.resolve(["93.184.216.34"]),
    dial(address, port) {
      dialled.push(`${address}:${port}`);
      return Promise.reject(new Deno.errors.ConnectionRefused("nobody listens"));
    },
  });
  try {
    for (
      const url of ["http://wallet.example:8443/", "https://wallet.example:1000/", "ftp://wallet.example/"]
    ) {
      await assert.rejects(() => outgoing.fetch(url), { code: "url_refused" }, url);
    }
    assert.deepEqual(dialled, []);
  } finally {
    await outgoing.close();
  }
});

Deno.test("R-12-98 a callback never leads into our own network (Polaris)", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.wallet.give(ada.person);
    for (
      const url of [
        "http://wallet.example/",
        "https://127.0.0.1/",
        "https://localhost:8443/",
        "https://[::ffff:10.0.0.1]/",
        "https://100.64.0.1/",
        "https://[fd00::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://wallet.example@127.0.0.1/",
      ]
    ) {
      assert.equal(await registerCallback(gateway, ada.token, url), 400, url);
    }
  }));

Deno.test("R-12-91 #1941 a callback tells its own customer's changes and nobody else's", async () => {
  const heard: Record<string, string[]> = { ada: [], bob: [] };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    heard[new URL(request.url).pathname.slice(1)]?.push(await request.text());
    return new Response(null, { status: 204 });
  });
  const authority = `127.0.0.1:${server.addr.port}`;
  try {
    await withGateway({ variables: { OUTGOING_ALLOW: authority } }, async (gateway) => {
      const ada = await arrive(gateway);
      const bob = await arrive(gateway);
      const ids: Record<string, string> = {};
      for (const [name, customer] of Object.entries({ ada, bob })) {
        ids[name] = await customer.wallet.give({ first_name: name });
        const url = `http://${authority}/${name}`;
        assert.equal(await registerCallback(gateway, customer.token, url), 200);
      }
      for (const [name, customer] of Object.entries({ ada, bob })) {
        await customer.wallet.give(customer.person);
        await gateway.until(
          `${name}'s wallet to be told`,
          () => Promise.resolve(heard[name]?.length ? true : null),
        );
      }
      await gateway.advance();
      for (const [name, bodies] of Object.entries(heard)) {
        assert.ok(bodies.every((body) => body.includes(`"${ids[name]}"`)), name);
      }
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("R-12-98 a certificate that nobody vouches for ends the call (Anchor Platform does not look at it)", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  const files = await localCertificates(folder);
  let asked = 0;
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: await Deno.readTextFile(files.cert),
    key: await Deno.readTextFile(files.key),
    onListen() {},
  }, () => {
    asked++;
    return new Response("hello");
  });
  const authority = `localhost:${server.addr.port}`;
  const options = { allow: [authority], maxBytes: 1_000, timeoutMs: 3_000 };
  const outgoing = createGuardedFetch(options);
  const trusting = createGuardedFetch({ ...options, caCerts: [await Deno.readTextFile(files.authority)] });
  try {
    await assert.rejects(() => outgoing.fetch(`https://${authority}/`));
    assert.equal(asked, 0);
    assert.equal((await trusting.fetch(`https://${authority}/`)).status, 200);
  } finally {
    await outgoing.close();
    await trusting.close();
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
});
