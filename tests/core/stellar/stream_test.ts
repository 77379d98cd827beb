import { Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { openLedgerStream } from "../../../core/stellar/stream.ts";
import { ledgerWorld } from "./ledger-world.ts";

/** Counts how often it was woken, and waits for the next time. */
function alarmClock() {
  let count = 0;
  let ring = Promise.withResolvers<void>();
  return {
    count: () => count,
    wake: () => {
      count += 1;
      ring.resolve();
      ring = Promise.withResolvers();
    },
    next: () => ring.promise,
  };
}

Deno.test("M-9 a stream wakes the job when an operation touches an account, and after it was cut", async () => {
  await using world = await ledgerWorld();
  const clock = alarmClock();
  const account = world.distribution.publicKey();
  let opened = Promise.withResolvers<void>();
  const stream = openLedgerStream({
    url: world.url,
    accounts: [account],
    wake: clock.wake,
    pauseMs: 1,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      opened.resolve();
      return response;
    },
  });
  try {
    const first = clock.next();
    await opened.promise;
    // What was before it was open is looked for once.
    await first;
    assert.equal(clock.count(), 1);
    const paid = clock.next();
    await world.put(world.distribution, [Operation.manageData({ name: "x", value: "y" })]);
    await paid;

    opened = Promise.withResolvers();
    const ended = clock.next();
    world.ledger.behave({ behaviour: "end_streams" });
    await ended;
    await opened.promise;
    const again = clock.next();
    await world.put(world.distribution, [Operation.manageData({ name: "x", value: "z" })]);
    await again;
  } finally {
    await stream.close();
  }
});

Deno.test("M-9 a stream that cannot be opened keeps trying and can be closed", async () => {
  const tried = Promise.withResolvers<void>();
  let tries = 0;
  const fetch = () => {
    tries += 1;
    if (tries === 3) tried.resolve();
    return Promise.resolve(new Response("no", { status: 503 }));
  };
  const stream = openLedgerStream({
    url: "http://horizon.example",
    accounts: ["G"],
    wake: () => {},
    fetch,
    pauseMs: 1,
  });
  await tried.promise;
  await stream.close();
});

Deno.test("M-9 a stream whose other end is gone without a word is given up and opened anew", async () => {
  let opened = 0;
  const again = Promise.withResolvers<void>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
    opened += 1;
    if (opened === 3) again.resolve();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("retry: 1000\n\n")),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  const clock = alarmClock();
  const stream = openLedgerStream({
    url: `http://127.0.0.1:${server.addr.port}`,
    accounts: ["G"],
    wake: clock.wake,
    pauseMs: 1,
    idleMs: 20,
  });
  try {
    await again.promise;
    // Each stream that opened woke the job; a slow machine may give one up before it has.
    while (clock.count() < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  } finally {
    await stream.close();
    await server.shutdown();
  }
});
