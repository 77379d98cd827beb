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
for (const fault of faults) {
  Deno.test({
    name: `Upstash sessions: nothing is let through when the store can only ${fault}`,
    ...needs(redisServer, async () => {
      await using bridge = await startRedisBridge();
      const sessions = upstashSessions({ ...bridge, timeoutMs: 100 });
      bridge.fail(fault, 100);
      await assert.rejects(sessions.once("used:key", 60), isUnreachable);
      await assert.rejects(sessions.put("used:key", "personal", 60), isUnreachable);
      await assert.rejects(sessions.get("used:key"), isUnreachable);
      await assert.rejects(sessions.take("used:key"), isUnreachable);
      await assert.rejects(sessions.count("used:key", 60), isUnreachable);
    }),
  });
}

Deno.test({
  name: "Upstash sessions: nothing is let through by an answer that makes no sense",
  ...needs(redisServer, async () => {
    await using bridge = await startRedisBridge();
    const sessions = upstashSessions(bridge);
    bridge.fail("answer 200 with nonsense", 100);
    assert.equal(await sessions.once("used:key", 60), false);
    assert.equal(await sessions.get("used:key"), null);
    assert.equal(await sessions.take("used:key"), null);
    await assert.rejects(sessions.put("used:key", "personal", 60), isUnreachable);
    await assert.rejects(sessions.count("used:key", 60), isUnreachable);
  }),
});

Deno.test({
  name: "Upstash sessions: one lost answer ends on the closed side",
  ...needs(redisServer, async () => {
    await using bridge = await startRedisBridge();
    const sessions = upstashSessions(bridge);
    bridge.fail("drop the answer", 1);
    assert.equal(await sessions.once("used:a", 60), false, "committed, so nobody else can have it");
    await sessions.put("page:a", "x", 60);
    bridge.fail("drop the answer", 1);
    assert.equal(await sessions.take("page:a"), null);
    bridge.fail("drop the answer", 1);
    assert.equal(await sessions.count("rate:a", 60), 2);
  }),
});

Deno.test({
  name: "Upstash sessions: each operation is one command, and every key expires",
  ...needs(redisServer, async () => {
    await using bridge = await startRedisBridge();
    const sessions = upstashSessions({ ...bridge, prefix: "testnet:" });
    await Promise.all([
      sessions.once("used:a", 60),
      sessions.put("page:a", "x", 60),
      sessions.count("rate:a", 60),
      sessions.count("rate:a", 60),
      sessions.get("none"),
      sessions.take("none"),
    ]);
    const names = bridge.commands.map(([name]) => name?.toLowerCase());
    assert.deepEqual(names.sort(), ["eval", "eval", "get", "getdel", "set", "set"]);
    for (const key of ["testnet:used:a", "testnet:page:a", "testnet:rate:a"]) {
      const left = await bridge.ask(["TTL", key]);
      assert.ok(typeof left === "number" && left > 50 && left <= 60, `${key} lives ${left} s`);
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
    const nowhere = upstashSessions({ url: "http://127.0.0.1:1", token: "x" });
    await assert.rejects(nowhere.once("used:key", 60), isUnreachable);
  }),
});

Deno.test({
  name: "sessions are in Upstash when it is configured, else in the database",
  ...needs(redisServer, async () => {
    await using bridge = await startRedisBridge();
    const db = await openDatabase({ url: ":memory:", onDeploy: false });
    const sessions = await openSessions({ db, upstash: bridge });
    assert.equal(await sessions.once("used:a", 60), true);
    assert.equal(bridge.commands.length, 1);
    await assert.rejects((await openSessions({ db })).once("used:a", 60), /no such table: sessions/);
    db.close();
  }),
});
