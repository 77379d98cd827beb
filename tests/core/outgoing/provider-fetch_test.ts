import assert from "node:assert/strict";
import { createProviderFetch, type ProviderCall } from "../../../core/outgoing/provider-fetch.ts";
import type { PortRequest } from "../../../plugins/ports.ts";
import { type CuttableAnswer, type CuttableRequest, serveCuttable } from "../../support/cuttable-server.ts";

type Handler = (request: CuttableRequest, count: number) => CuttableAnswer | Promise<CuttableAnswer>;

/** A provider that answers as the handler says, and the port over it. */
async function provider(handler: Handler, options: { timeoutMs?: number; maxBytes?: number } = {}) {
  const seen: CuttableRequest[] = [];
  const server = await serveCuttable(async (request) => {
    seen.push(request);
    return await handler(request, seen.length);
  });
  const calls: ProviderCall[] = [];
  const fetch = createProviderFetch({
    instance: "bank",
    timeoutMs: 2_000,
    maxBytes: 1_000,
    log: (call) => calls.push(call),
    ...options,
  });
  const ask = (request: Partial<PortRequest> = {}) =>
    fetch({ method: "POST", url: `${server.url}/pay?secret=1`, body: "pay", idempotent: false, ...request });
  return { server, seen, calls, fetch, ask, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** An address at which nobody listens. */
async function deadUrl(): Promise<string> {
  const server = await serveCuttable(() => Promise.resolve("cut"));
  await server[Symbol.asyncDispose]();
  return server.url;
}

Deno.test("M-16 what must not be sent twice is sent once, also when a kept-alive connection breaks after it was read", async () => {
  const requests: Pick<PortRequest, "method" | "body">[] = [
    { method: "POST", body: "pay" },
    { method: "POST", body: new Uint8Array([1, 2, 3]) },
    { method: "PUT", body: "pay" },
    { method: "PATCH", body: "pay" },
    { method: "DELETE" },
    { method: "POST" },
  ];
  for (const cut of ["cut", "cut in the midst"] as const) {
    await using bank = await provider(({ method }) => method === "GET" ? new Response("alive") : cut);
    const url = bank.server.url;
    for (const request of requests) {
      assert.equal((await bank.fetch({ method: "GET", url, idempotent: true })).kind, "answered");
      bank.seen.length = 0;
      const answer = await bank.fetch({ ...request, url, idempotent: false });
      assert.deepEqual([answer.kind, bank.seen.length], ["unknown", 1], `${request.method} ${cut}`);
    }
  }
});

Deno.test("M-16 a request that may be sent twice is tried again, three times in all", async () => {
  await using bank = await provider((_request, count) =>
    count < 3 ? "cut in the midst" : new Response("done")
  );
  const answer = await bank.ask({ idempotent: true });
  assert.ok(answer.kind === "answered");
  assert.equal(new TextDecoder().decode(answer.response.body), "done");
  await using failing = await provider(() => new Response("no", { status: 503 }));
  const failed = await failing.ask({ idempotent: true });
  assert.deepEqual([failed.kind === "answered" && failed.response.status, failing.seen.length], [503, 3]);
});

Deno.test("an answer below 500 is an answer, and a failure of what must not be repeated is not repeated", async () => {
  for (const [status, idempotent] of [[404, true], [429, true], [500, false], [503, false]] as const) {
    await using bank = await provider(() => new Response("no", { status }));
    const answer = await bank.ask({ idempotent });
    assert.deepEqual([answer.kind === "answered" && answer.response.status, bank.seen.length], [status, 1]);
  }
});

Deno.test("M-16 not sent is said only when no byte can have left", async () => {
  await using bank = await provider(() => "cut");
  const dead = await deadUrl();
  assert.equal((await bank.ask({ url: dead })).kind, "not_sent");
  assert.equal((await bank.ask({ url: dead, method: "GET", idempotent: true })).kind, "not_sent");
  assert.equal((await bank.ask({ url: "http://nowhere.invalid/" })).kind, "not_sent");
  assert.equal((await bank.ask({ url: bank.server.url })).kind, "unknown");
  // An address that reads like the runtime's words proves nothing.
  const liar = `${bank.server.url}/: client error (Connect)`;
  assert.equal((await bank.ask({ url: liar })).kind, "unknown");
});

Deno.test("M-16 a request that was read before its provider went away is unknown, whatever the last try says", async () => {
  const gone: { now?: () => void } = {};
  await using bank = await provider((request) => {
    if (request.method === "GET") return new Response("alive");
    gone.now?.();
    return "cut";
  });
  await bank.ask({ method: "GET", idempotent: true });
  gone.now = () => void bank.server[Symbol.asyncDispose]();
  const answer = await bank.ask({ method: "PUT", idempotent: true });
  assert.deepEqual([answer.kind, bank.seen.length], ["unknown", 2]);
});

Deno.test("a provider that is slow, before its answer or within it, is given up", async () => {
  const release = Promise.withResolvers<void>();
  await using bank = await provider(async () => {
    await release.promise;
    return new Response("late");
  });
  assert.equal((await bank.ask({ timeoutMs: 500 })).kind, "unknown");
  assert.equal(bank.seen.length, 1);
  release.resolve();
});

Deno.test("an answer that is too long is not read to its end, and one of just the limit is", async () => {
  await using bank = await provider((request) => new Response("x".repeat(Number(request.path.slice(1)))));
  const { url } = bank.server;
  assert.equal((await bank.ask({ url: `${url}/1000` })).kind, "answered");
  assert.equal((await bank.ask({ url: `${url}/1001` })).kind, "unknown");
});

Deno.test("redirects are answers and are not followed", async () => {
  await using bank = await provider(({ path }) =>
    path.startsWith("/pay")
      ? new Response(null, { status: 307, headers: { location: "/elsewhere" } })
      : new Response("followed")
  );
  const answer = await bank.ask();
  assert.deepEqual([answer.kind === "answered" && answer.response.status, bank.seen.length], [307, 1]);
});

Deno.test("what was signed is what is sent, byte for byte, with its headers", async () => {
  await using bank = await provider(() => new Response("ok", { headers: { "x-id": "7" } }));
  const body = new Uint8Array([0, 255, 10, 13]);
  for (const idempotent of [true, false]) {
    const answer = await bank.ask({ body, idempotent, headers: { "x-signature": "s" } });
    assert.equal(answer.kind === "answered" && answer.response.headers.get("x-id"), "7");
    assert.deepEqual(bank.seen.at(-1)?.body, body);
    assert.equal(bank.seen.at(-1)?.headers.get("x-signature"), "s");
  }
});

Deno.test("the log gets host and outcome, and no path, query or value", async () => {
  await using bank = await provider((_request, count) => count === 1 ? new Response("ok") : "cut");
  await bank.ask();
  await bank.ask();
  const { host } = new URL(bank.server.url);
  assert.deepEqual(
    bank.calls.map(({ ms: _, ...call }) => call),
    [200, "unknown"].map((outcome) => ({ instance: "bank", method: "POST", host, outcome })),
  );
});
