import assert from "node:assert/strict";
import { openSessions } from "../../../core/sessions/open.ts";
import { upstashSessions } from "../../../core/sessions/upstash.ts";
import { Refusal } from "../../../core/refusal.ts";
import { openDatabase } from "../../../core/records/database.ts";
import { needs, redisServer } from "../../support/machine.ts";
import { startRedisBridge } from "../../support/redis-bridge.ts";
import type { BridgeFault } from "../../support/redis-bridge.ts";
import { sessionsContract } from "./contract.ts";

sessionsContract("Upstash", redisServer, async () => {
  const bridge = await startRedisBridge();
  const open = () => upstashSessions({ ...bridge, prefix: "test:", timeoutMs: 10_000 });
  return {
    sessions: open(),
    another: open(),
    advance: bridge.advance,
    [Symbol.asyncDispose]: () => bridge[Symbol.asyncDispose](),
  };
});

/** The refusal of an unreachable store, which tells nothing of keys and values. */
function isUnreachable(error: unknown): boolean {
  assert.ok(error instanceof Refusal);
  assert.equal(error.status, 503);
  assert.equal(error.code, "sessions.unreachable");
  assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`, /personal|used:key/);
  return true;
}

const faults: BridgeFault[] = ["drop the answer", "cut the answer in the midst", "answer 500", "hang"];
for (const fault of [...faults, "answer 200 with nonsense"] satisfies BridgeFault[]) {
  Deno.test({
    name: `Upstash sessions: nothing is let through when the store can only ${fault}`,
    ...needs(redisServer, async () => {
      await using bridge = await startRedisBridge();
      const sessions = upstashSessions({ ...bridge, timeoutMs: 100 });
      bridge.fail(fault, 100);
      await assert.rejects(sessions.once("used:key", 60), isUnreachable);
      await assert.rejects(sessions.claim("used:key", "personal", 60), isUnreachable);
      await assert.rejects(sessions.put("used:key", "personal", 60), isUnreachable);
      await assert.rejects(sessions.get("used:key"), isUnreachable);
      await assert.rejects(sessions.take("used:key"), isUnreachable);
      await assert.rejects(sessions.count("used:key", 60), isUnreachable);
    }),
  });
}

const passing: BridgeFault[] = [...faults, "refuse with 429", "answer 200 with nonsense"];
for (const fault of passing) {
  Deno.test({
    name: `Upstash sessions: one command changes nothing when the store can at first only ${fault}`,
    ...needs(redisServer, async () => {
      await using bridge = await startRedisBridge();
      const sessions = upstashSessions({ ...bridge, timeoutMs: fault === "hang" ? 1500 : 5000 });
      const once = () => bridge.fail(fault, 1);
      once();
      assert.equal(await sessions.once("used:a", 60), true, "its own mark is found");
      assert.equal(await sessions.once("used:a", 60), false);
      once();
      assert.equal(await sessions.claim("page:b", "mine", 60), "mine", "its own value is found");
      once();
      assert.equal(await sessions.claim("page:b", "another's", 60), "mine");
      once();
      await sessions.put("page:a", "x", 60);
      assert.equal(await sessions.get("page:a"), "x");
      once();
      assert.equal(await sessions.take("page:a"), "x", "the taker asked again");
      assert.equal(await sessions.take("page:a"), null, "and nobody else can");
      assert.equal(await sessions.count("rate:a", 60), 1);
      once();
      assert.equal(await sessions.count("rate:a", 60), 2);
    }),
  });
}

Deno.test({
  name: "Upstash sessions: whoever counts in between makes a repeated call count twice, never too little",
  ...needs(redisServer, async () => {
    await using bridge = await startRedisBridge();
    const sessions = upstashSessions(bridge);
    bridge.fail("drop the answer", 1);
    const both = await Promise.all([sessions.count("rate:a", 60), sessions.count("rate:a", 60)]);
    assert.ok(Math.max(...both) >= 2, String(both));
    assert.ok(await sessions.count("rate:a", 60) >= 3);
  }),
});

Deno.test({
  name: "Upstash sessions: all tries together take no longer than one time limit",
  ...needs(redisServer, async () => {
    await using bridge = await startRedisBridge();
    const sessions = upstashSessions({ ...bridge, timeoutMs: 1_500 });
    bridge.fail("hang", 100);
    const began = performance.now();
    const several = await Promise.allSettled([1, 2, 3].map((i) => sessions.get(`page:${i}`)));
    const ms = performance.now() - began;
    assert.ok(several.every(({ status }) => status === "rejected"));
    assert.ok(ms < 4_000, `${ms} ms`);
    assert.ok(
      bridge.commands.length > 3 && bridge.commands.length <= 9,
      "each asked again, three times at most",
    );
  }),
});

Deno.test({
  name: "Upstash sessions: each operation is one command, and every key expires",
  ...needs(redisServer, async () => {
    await using bridge = await startRedisBridge();
    const sessions = upstashSessions({ ...bridge, prefix: "testnet:" });
    await Promise.all([
      sessions.once("used:a", 60),
      sessions.claim("page:c", "z", 60),
      sessions.put("page:a", "x", 60),
      sessions.count("rate:a", 60),
      sessions.get("none"),
      sessions.take("none"),
    ]);
    await sessions.count("rate:a", 60);
    await sessions.put("page:b", "y", 60);
    await sessions.take("page:b");
    assert.deepEqual(bridge.commands.map(([name]) => name?.toLowerCase()), Array<string>(9).fill("eval"));
    const keys = await bridge.ask(["KEYS", "*"]);
    assert.ok(Array.isArray(keys) && keys.length === 5, "what was taken waits for its taker alone");
    for (const key of keys) {
      assert.ok(typeof key === "string" && key.startsWith("testnet:"));
      const left = await bridge.ask(["TTL", key]);
      const longest = key.startsWith("testnet:taken:") ? 10 : 60;
      assert.ok(typeof left === "number" && left > longest / 2 && left <= longest, `${key} lives ${left} s`);
    }
  }),
});

Deno.test({
  name: "Upstash sessions: a wrong token and a store that is not there are unreachable",
  ...needs(redisServer, async () => {
    await using bridge = await startRedisBridge();
    await assert.rejects(
      upstashSessions({ url: bridge.url, token: "wrong" }).once("used:key", 60),
      isUnreachable,
    );
    assert.deepEqual(bridge.commands, []);
    await assert.rejects(
      upstashSessions({ url: bridge.url, token: "wrong" }).get("used:key"),
      (error) => error instanceof Refusal && /check UPSTASH_REDIS_REST_TOKEN/.test(error.message),
      "whoever reads the log learns what to do",
    );
    assert.equal(bridge.refused, 2, "a token that is wrong is not tried again");
    const nowhere = upstashSessions({ url: "http://127.0.0.1:1", token: "x" });
    await assert.rejects(nowhere.once("used:key", 60), isUnreachable);
  }),
});

Deno.test({
  name: "sessions are in Upstash when it is configured, else in the database",
  ...needs(redisServer, async () => {
    await using bridge = await startRedisBridge();
    const db = await openDatabase({ url: ":memory:", onDeploy: false });
    const sessions = await openSessions({ db, url: ":memory:", upstash: bridge });
    assert.equal(await sessions.once("used:a", 60), true);
    assert.equal(bridge.commands.length, 1);
    await assert.rejects(
      (await openSessions({ db, url: ":memory:" })).once("used:a", 60),
      /no such table: sessions/,
    );
    db.close();
  }),
});
