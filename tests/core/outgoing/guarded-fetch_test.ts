import assert from "node:assert/strict";
import { createGuardedFetch } from "../../../core/outgoing/mod.ts";
import { certificate, failureOf, PUBLIC, withServer } from "./wallet-server.ts";

Deno.test("a request goes over TLS, with the host's name, to the address that was judged", async () => {
  const asked: string[] = [];
  const resolve = (hostname: string) => {
    asked.push(hostname);
    return Promise.resolve([PUBLIC]);
  };
  await withServer(
    async (request) =>
      Response.json({ host: new URL(request.url).host, body: await request.text() }, { status: 201 }),
    { resolve },
    async (guard, seen) => {
      const answer = await guard.fetch("https://wallet.example/callback?id=1", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      assert.equal(answer.status, 201);
      assert.equal(answer.headers.get("content-type"), "application/json");
      assert.deepEqual(JSON.parse(new TextDecoder().decode(answer.body)), {
        host: "wallet.example",
        body: "{}",
      });
      assert.deepEqual(asked, ["wallet.example"]);
      assert.deepEqual(seen.dialled, [`${PUBLIC}:443`]);
    },
  );
});

Deno.test("each request resolves and judges anew, so a name that is rebound is refused", async () => {
  const answers = [[PUBLIC], ["127.0.0.1"]];
  await withServer(
    () => new Response("ok"),
    { resolve: () => Promise.resolve(answers.shift() ?? []) },
    async (guard, seen) => {
      assert.equal((await guard.fetch("https://wallet.example/")).status, 200);
      assert.equal((await failureOf(guard.fetch("https://wallet.example/"))).code, "address_refused");
      assert.equal(seen.dialled.length, 1);
    },
  );
});

Deno.test("R-10-40 one private address among public ones refuses the host, and nothing is dialled", async () => {
  for (
    const hidden of [
      "10.0.0.1",
      "127.0.0.1",
      "169.254.169.254",
      "::1",
      "::ffff:10.0.0.1",
      "64:ff9b::a00:1",
      "fd00::1",
    ]
  ) {
    await withServer(
      () => new Response("secret"),
      { resolve: () => Promise.resolve([PUBLIC, hidden]) },
      async (guard, seen) => {
        const error = await failureOf(guard.fetch("https://wallet.example/"));
        assert.deepEqual([error.code, error.sent], ["address_refused", false]);
        assert.deepEqual(seen.dialled, []);
      },
    );
  }
});

Deno.test("R-10-40 address literals are judged in every spelling", async () => {
  await withServer(() => new Response("secret"), {}, async (guard, seen) => {
    const hosts = [
      "127.0.0.1",
      "127.1",
      "0x7f.1",
      "2130706433",
      "0177.0.0.1",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "[::127.0.0.1]",
      "169.254.169.254",
      "0",
    ];
    for (const host of hosts) {
      const error = await failureOf(guard.fetch(`https://${host}:8443/`));
      assert.deepEqual([host, error.code, error.sent], [host, "address_refused", false]);
    }
    assert.deepEqual(seen.dialled, []);
    assert.equal((await guard.fetch(`https://${PUBLIC}/`)).status, 200);
  });
});

Deno.test("R-10-40 only HTTPS on port 443 or from 1024 on, without credentials", async () => {
  await withServer(() => new Response("ok"), {}, async (guard, seen) => {
    const refused = [
      "http://wallet.example/",
      "http://wallet.example:443/",
      "https://wallet.example:22/",
      "https://wallet.example:80/",
      "https://wallet.example:1023/",
      "https://user:pass@wallet.example/",
      "ftp://wallet.example/",
      "file:///etc/passwd",
      "data:text/plain,x",
      "not a url",
    ];
    for (const url of refused) {
      const error = await failureOf(guard.fetch(url));
      assert.deepEqual([url, error.code, error.sent], [url, "url_refused", false]);
    }
    assert.deepEqual(seen.dialled, []);
    await guard.fetch("https://wallet.example:1024/");
    assert.deepEqual(seen.dialled, [`${PUBLIC}:1024`]);
  });
});

Deno.test("a certificate for another name, or by nobody known, is refused", async () => {
  await withServer(() => new Response("ok"), {}, async (guard) => {
    assert.equal((await failureOf(guard.fetch("https://other.example/"))).code, "unreachable");
  });
  await withServer(() => new Response("ok"), { caCerts: [] }, async (guard) => {
    assert.equal((await failureOf(guard.fetch("https://wallet.example/"))).code, "unreachable");
  });
});

Deno.test("a name without addresses, and addresses where nobody listens, fail with nothing sent", async () => {
  await withServer(() => new Response("ok"), { resolve: () => Promise.resolve([]) }, async (guard) => {
    const error = await failureOf(guard.fetch("https://wallet.example/"));
    assert.deepEqual([error.code, error.sent], ["unresolved", false]);
  });
  const dial = () => Promise.reject(new Deno.errors.ConnectionRefused());
  await withServer(() => new Response("ok"), { dial }, async (guard) => {
    const error = await failureOf(guard.fetch("https://wallet.example/"));
    assert.deepEqual([error.code, error.sent], ["unreachable", false]);
  });
});

Deno.test("the next judged address is tried when the first does not answer", async () => {
  const dialled: string[] = [];
  let port = 0;
  const dial = (address: string) => {
    dialled.push(address);
    return dialled.length === 1
      ? Promise.reject(new Error("down"))
      : Deno.connect({ hostname: "127.0.0.1", port });
  };
  const resolve = () => Promise.resolve(["8.8.8.8", "1.1.1.1"]);
  await withServer(() => new Response("ok"), { resolve, dial }, async (guard, seen) => {
    port = seen.port;
    assert.equal((await guard.fetch("https://wallet.example/")).status, 200);
    assert.deepEqual(dialled, ["8.8.8.8", "1.1.1.1"]);
  });
});

for (const name of ["NO_PROXY", "no_proxy"]) {
  Deno.test(`${name} of the environment does not lead around the guard and is left as it was`, async () => {
    const before = Deno.env.get(name);
    Deno.env.set(name, "127.0.0.1");
    try {
      const server = Deno.serve(
        {
          hostname: "127.0.0.1",
          port: 0,
          cert: certificate.cert,
          key: certificate.private,
          onListen() {},
        },
        () => new Response("secret"),
      );
      const guard = createGuardedFetch({ maxBytes: 100, timeoutMs: 5000, caCerts: [certificate.cert] });
      const error = await failureOf(guard.fetch(`https://127.0.0.1:${server.addr.port}/`));
      assert.equal(error.code, "address_refused");
      assert.equal(Deno.env.get(name), "127.0.0.1");
      await guard.close();
      await server.shutdown();
    } finally {
      if (before === undefined) Deno.env.delete(name);
      else Deno.env.set(name, before);
    }
  });
}

Deno.test("exceptions are reached by plain HTTP and by HTTPS on the loopback interface, other ports are not", async () => {
  const plain = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("plain"));
  await withServer(() => new Response("ok"), {}, async (_, { port }) => {
    const guard = createGuardedFetch({
      allow: [`127.0.0.1:${plain.addr.port}`, `localhost:${port}`],
      maxBytes: 100,
      timeoutMs: 5000,
      caCerts: [certificate.cert],
    });
    const answer = await guard.fetch(`http://127.0.0.1:${plain.addr.port}/`);
    assert.equal(new TextDecoder().decode(answer.body), "plain");
    // Reached, and then refused by TLS: the certificate names wallet.example.
    const error = await failureOf(guard.fetch(`https://localhost:${port}/`));
    assert.deepEqual([error.code, error.sent], ["unreachable", true]);
    assert.equal((await failureOf(guard.fetch(`http://localhost:${plain.addr.port}/`))).code, "url_refused");
    assert.equal((await failureOf(guard.fetch(`https://127.0.0.1:${port}/`))).code, "address_refused");
    await guard.close();
  });
  await plain.shutdown();
});

Deno.test("requests run side by side, and closing ends those under way and refuses new ones", async () => {
  const release = Promise.withResolvers<Response>();
  let arrived = 0;
  const all = Promise.withResolvers<void>();
  const handler = () => {
    if (++arrived === 10) all.resolve();
    return release.promise.then((response) => response.clone());
  };
  await withServer(handler, {}, async (guard) => {
    const answers = Array.from({ length: 10 }, () => failureOf(guard.fetch("https://wallet.example/")));
    await all.promise;
    await guard.close();
    assert.deepEqual((await Promise.all(answers)).map((error) => error.code), Array(10).fill("timed_out"));
    const error = await failureOf(guard.fetch("https://wallet.example/"));
    assert.deepEqual([error.code, error.sent], ["closed", false]);
    release.resolve(new Response("late"));
  });
});
