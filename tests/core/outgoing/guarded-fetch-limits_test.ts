import assert from "node:assert/strict";
import { failureOf, withServer } from "./wallet-server.ts";

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
  await withServer(() => release.promise, { timeoutMs: 1_000 }, async (guard) => {
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
