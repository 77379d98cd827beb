import assert from "node:assert/strict";
import { startRequestFront } from "./front.ts";

/** A process behind the front: answers with its name, and what it was asked. */
function behind(name: string) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { host, pathname, search } = new URL(request.url);
    const body = await request.text();
    const said = [name, request.method, host, pathname + search, body].join(" ");
    return new Response(request.method === "HEAD" ? null : said.repeat(100), { headers: { "x-name": name } });
  });
  return { port: server.addr.port, stop: () => server.shutdown() };
}

Deno.test("each request of a kept-alive connection goes to the next process, with the Host that was sent", async () => {
  const [one, two] = [behind("one"), behind("two")];
  const front = startRequestFront();
  const url = `http://localhost:${front.port}`;
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(url + path, init);
    return { status: answer.status, name: answer.headers.get("x-name"), text: await answer.text() };
  };
  try {
    assert.equal((await ask("/")).status, 502, "nobody is there yet");
    front.serve([one.port, two.port]);
    const names: (string | null)[] = [];
    for (let times = 0; times < 4; times++) names.push((await ask("/a?b=c")).name);
    assert.deepEqual(names.sort(), ["one", "one", "two", "two"]);
    const { text } = await ask("/a%20b?c=%2B", { method: "PUT", body: "given" });
    assert.ok(text.startsWith(`one PUT localhost:${front.port} /a%20b?c=%2B given`), text.slice(0, 80));
    assert.equal((await ask("/", { method: "HEAD" })).status, 200);
    front.serve([two.port]);
    assert.deepEqual([(await ask("/")).name, (await ask("/")).name], ["two", "two"]);
  } finally {
    await front.stop();
    await one.stop();
    await two.stop();
  }
});
