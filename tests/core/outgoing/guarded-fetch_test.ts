import assert from "node:assert/strict";
import { generate } from "selfsigned";
import {
  createGuardedFetch,
  GuardedFetchError,
  type GuardedFetchOptions,
} from "../../../core/outgoing/mod.ts";

const PUBLIC = "93.184.215.14";
const certificate = await generate([{ name: "commonName", value: "wallet.example" }], {
  keyType: "ec",
  algorithm: "sha256",
  extensions: [
    { name: "basicConstraints", cA: false },
    { name: "subjectAltName", altNames: [{ type: 2, value: "wallet.example" }, { type: 7, ip: PUBLIC }] },
  ],
});

/** A wallet's server on the loopback interface, and a guard for which it stands at a public address. */
async function withServer(
  handler: (request: Request) => Response | Promise<Response>,
  options: Partial<GuardedFetchOptions>,
  run: (
    guard: ReturnType<typeof createGuardedFetch>,
    seen: { dialled: string[]; port: number },
  ) => Promise<void>,
) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert: certificate.cert, key: certificate.private, onListen() {} },
    handler,
  );
  const seen = { dialled: [] as string[], port: server.addr.port };
  const guard = createGuardedFetch({
    resolve: () => Promise.resolve([PUBLIC]),
    dial(address, port) {
      seen.dialled.push(`${address}:${port}`);
      return Deno.connect({ hostname: "127.0.0.1", port: seen.port });
    },
    caCerts: [certificate.cert],
    maxBytes: 1000,
    timeoutMs: 5000,
    ...options,
  });
  try {
    await run(guard, seen);
  } finally {
    await guard.close();
    await server.shutdown();
  }
}

/** The error that a guarded request ends in. */
async function failureOf(answer: Promise<unknown>): Promise<GuardedFetchError> {
  const error = await answer.then(() => undefined, (reason: unknown) => reason);
  assert.ok(error instanceof GuardedFetchError, `expected a GuardedFetchError, got ${error}`);
  return error;
}

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

Deno.test("R-10-40 a redirect is an answer and is not followed", async () => {
  let requests = 0;
  const handler = () => {
    requests++;
    return new Response("moved", { status: 302, headers: { location: "https://127.0.0.1:8443/" } });
  };
  await withServer(handler, {}, async (guard) => {
    const answer = await guard.fetch("https://wallet.example/");
    assert.equal(answer.status, 302);
    assert.equal(answer.headers.get("location"), "https://127.0.0.1:8443/");
    assert.equal(requests, 1);
  });
});

Deno.test("R-10-40 a body longer than the cap ends the request, the cap itself is accepted", async () => {
  await withServer(
    (request) => new Response("x".repeat(Number(new URL(request.url).searchParams.get("n")))),
    {},
    async (guard) => {
      assert.equal((await guard.fetch("https://wallet.example/?n=1000")).body.length, 1000);
      const error = await failureOf(guard.fetch("https://wallet.example/?n=1001"));
      assert.deepEqual([error.code, error.sent], ["too_large", true]);
    },
  );
});

Deno.test("R-10-40 a compressed body is capped by its decompressed length", async () => {
  const bomb = new Blob(["x".repeat(1_000_000)]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = await new Response(bomb).arrayBuffer();
  await withServer(() => new Response(bytes, { headers: { "content-encoding": "gzip" } }), {
    maxBytes: 10_000,
  }, async (guard) => {
    assert.ok(bytes.byteLength < 10_000);
    assert.equal((await failureOf(guard.fetch("https://wallet.example/"))).code, "too_large");
  });
});

Deno.test("R-10-40 an endless body is cut", async () => {
  let cancelled = false;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(500)),
        cancel: () => void (cancelled = true),
      }),
    );
  await withServer(endless, {}, async (guard) => {
    assert.equal((await failureOf(guard.fetch("https://wallet.example/"))).code, "too_large");
  });
  assert.ok(cancelled);
});

Deno.test("R-10-40 a server that never answers is left in time", async () => {
  const release = Promise.withResolvers<Response>();
  await withServer(() => release.promise, { timeoutMs: 150 }, async (guard) => {
    const error = await failureOf(guard.fetch("https://wallet.example/"));
    assert.deepEqual([error.code, error.sent], ["timed_out", true]);
    release.resolve(new Response("late"));
  });
});

Deno.test("a look-up or a connection attempt that hangs is left in time, with nothing sent", async () => {
  for (const part of ["resolve", "dial"]) {
    const hanging = Promise.withResolvers<never>();
    await withServer(
      () => new Response("ok"),
      { timeoutMs: 50, [part]: () => hanging.promise },
      async (guard) => {
        const error = await failureOf(guard.fetch("https://wallet.example/"));
        assert.deepEqual([error.code, error.sent], ["timed_out", false]);
      },
    );
    hanging.reject(new Error("the end"));
    await hanging.promise.catch(() => {});
  }
});

Deno.test("a connection that comes too late is closed", async () => {
  const late = Promise.withResolvers<Deno.TcpConn>();
  await withServer(
    () => new Response("ok"),
    { timeoutMs: 50, dial: () => late.promise },
    async (guard, seen) => {
      assert.equal((await failureOf(guard.fetch("https://wallet.example/"))).code, "timed_out");
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: seen.port });
      late.resolve(conn);
      await late.promise;
      assert.equal(await conn.read(new Uint8Array(1)).catch(() => "closed"), "closed");
    },
  );
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

Deno.test("NO_PROXY of the environment does not lead around the guard and is left as it was", async () => {
  const before = Deno.env.get("NO_PROXY");
  Deno.env.set("NO_PROXY", "*");
  try {
    const server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      cert: certificate.cert,
      key: certificate.private,
      onListen() {},
    }, () => new Response("secret"));
    const guard = createGuardedFetch({ maxBytes: 100, timeoutMs: 5000, caCerts: [certificate.cert] });
    const error = await failureOf(guard.fetch(`https://127.0.0.1:${server.addr.port}/`));
    assert.equal(error.code, "address_refused");
    assert.equal(Deno.env.get("NO_PROXY"), "*");
    await guard.close();
    await server.shutdown();
  } finally {
    if (before === undefined) Deno.env.delete("NO_PROXY");
    else Deno.env.set("NO_PROXY", before);
  }
});

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
