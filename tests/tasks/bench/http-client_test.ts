import assert from "node:assert/strict";
import { answerReader, openHttpClient, wireForm } from "../../../tasks/bench/http-client.ts";

Deno.test("answers come in the order of the calls, however many connections there are", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    return new Response(`${request.method} ${pathname} ${await request.text()}`, { status: 201 });
  });
  const client = await openHttpClient({
    url: `http://127.0.0.1:${server.addr.port}`,
    connections: 3,
    depth: 2,
  });
  try {
    for (const round of [1, 2]) {
      const answers = await client.send(
        Array.from(
          { length: 20 },
          (_, i) => ({ method: "POST", path: `/${round}/${i}`, body: "é".repeat(i) }),
        ),
      );
      assert.deepEqual(
        answers,
        Array.from({ length: 20 }, (_, i) => ({ status: 201, body: `POST /${round}/${i} ${"é".repeat(i)}` })),
      );
    }
  } finally {
    client.close();
    await server.shutdown();
  }
});

Deno.test("a request carries its headers and the length of its body in bytes", () => {
  assert.equal(
    wireForm({ method: "POST", path: "/a?b=c", headers: { accept: "x" }, body: "é" }, "h:1"),
    "POST /a?b=c HTTP/1.1\r\nhost: h:1\r\naccept: x\r\ncontent-length: 2\r\n\r\né",
  );
  assert.equal(wireForm({ method: "GET", path: "/" }, "h:1"), "GET / HTTP/1.1\r\nhost: h:1\r\n\r\n");
});

/** A stream that gives these bytes, so many at a time. */
function stream(text: string, size: number) {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return {
    read: (into: Uint8Array) => {
      const part = bytes.subarray(at, at + Math.min(size, into.length));
      into.set(part);
      at += part.length;
      return Promise.resolve(part.length === 0 ? null : part.length);
    },
  };
}

Deno.test("answers are read whole, wherever the stream cuts them, and larger ones than its room too", async () => {
  const large = "x".repeat(200_000);
  const text = [
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\r\na",
    "HTTP/1.1 204 No Content\r\n\r\n",
    `HTTP/1.1 404 Not Found\r\na: b\r\ncontent-length: ${large.length}\r\n\r\n${large}`,
  ].join("");
  for (const size of [1, 7, 100_000]) {
    const read = answerReader(stream(text, size));
    assert.deepEqual(await read(), { status: 200, body: "\r\na" });
    assert.deepEqual(await read(), { status: 204, body: "" });
    assert.deepEqual(await read(), { status: 404, body: large });
    await assert.rejects(read(), /the connection was closed/);
  }
});

Deno.test("an answer without a length is refused, since nobody would know where it ends", async () => {
  const read = answerReader(stream("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", 10));
  await assert.rejects(read(), /without a length/);
});
