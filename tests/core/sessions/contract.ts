/**
 * What every store of sessions keeps, whatever stands behind it.
 * @module
 */
import assert from "node:assert/strict";
import type { Sessions } from "../../../core/sessions/sessions.ts";
import type { Tool } from "../../support/machine.ts";
import { needs } from "../../support/machine.ts";

/** A store under test; a second process is `another` of the same store. */
export interface Store extends AsyncDisposable {
  readonly sessions: Sessions;
  readonly another: Sessions;
  /** Lets the store's time pass. */
  advance(ms: number): Promise<void>;
}

/** Registers the contract's tests for one store. */
export function sessionsContract(name: string, tool: Tool, open: () => Promise<Store>): void {
  const clause = (promise: string, body: (store: Store) => Promise<void>) =>
    Deno.test({
      name: `${name} sessions: ${promise}`,
      ...needs(tool, async () => {
        await using store = await open();
        await body(store);
      }),
    });

  clause("once is true for one of fifty racers in two processes", async ({ sessions, another }) => {
    const racers = Array.from({ length: 50 }, (_, i) => (i % 2 ? sessions : another).once("used:a", 60));
    const wins = (await Promise.all(racers)).filter((won) => won);
    assert.equal(wins.length, 1);
    assert.equal(await sessions.once("used:b", 60), true);
  });

  clause("once holds until its time is over, and not longer", async ({ sessions, advance }) => {
    assert.equal(await sessions.once("used:a", 60), true);
    await advance(55_000);
    assert.equal(await sessions.once("used:a", 60), false);
    await advance(6_000);
    assert.equal(await sessions.once("used:a", 60), true);
    await advance(55_000);
    assert.equal(await sessions.once("used:a", 60), false, "the second time runs from the second once");
  });

  clause(
    "claim keeps the value of one of fifty racers in two processes, and tells it to all",
    async ({ sessions, another }) => {
      const racers = Array.from(
        { length: 50 },
        (_, i) => (i % 2 ? sessions : another).claim("page:a", `value ${i}`, 60),
      );
      const [standing, ...others] = new Set(await Promise.all(racers));
      assert.match(standing ?? "", /^value \d+$/);
      assert.deepEqual(others, []);
      assert.equal(await another.claim("page:b", "another", 60), "another");
      assert.equal(await sessions.get("page:a"), standing);
    },
  );

  clause("claim's value answers itself, exactly the text", async ({ sessions, another }) => {
    const texts = ["true", "1", "007", "OK", "null", "", '{"a":1}', "ünï 😀\nend", "x".repeat(10_000)];
    for (const [n, text] of texts.entries()) {
      assert.equal(await sessions.claim(`page:${n}`, text, 60), text);
      assert.equal(await another.claim(`page:${n}`, text, 60), text, "sent again it is the same");
      assert.equal(await another.claim(`page:${n}`, `${text}!`, 60), text);
    }
  });

  clause("claim holds until its time is over, however often it is asked", async ({ sessions, advance }) => {
    assert.equal(await sessions.claim("page:a", "one", 60), "one");
    await advance(55_000);
    assert.equal(await sessions.claim("page:a", "one", 60), "one");
    assert.equal(await sessions.claim("page:a", "two", 60), "one");
    await advance(6_000);
    assert.equal(await sessions.get("page:a"), null);
    assert.equal(await sessions.claim("page:a", "two", 60), "two");
    await advance(55_000);
    assert.equal(
      await sessions.claim("page:a", "one", 60),
      "two",
      "the second's time runs from the second claim",
    );
  });

  clause("claim finds what was put, and a taken key is free", async ({ sessions }) => {
    await sessions.put("page:a", "put", 60);
    assert.equal(await sessions.claim("page:a", "claimed", 60), "put");
    assert.equal(await sessions.take("page:a"), "put");
    assert.equal(await sessions.claim("page:a", "claimed", 60), "claimed");
  });

  clause("put replaces and get reads, exactly the text", async ({ sessions, another }) => {
    assert.equal(await sessions.get("page:a"), null);
    const texts = ["true", "1", "007", "OK", "null", "", '{"a":1}', "ünï 😀\nend", "x".repeat(100_000)];
    for (const text of texts) {
      await sessions.put("page:a", text, 60);
      assert.equal(await another.get("page:a"), text);
    }
  });

  clause("put's time begins anew with each put", async ({ sessions, advance }) => {
    await sessions.put("page:a", "one", 10);
    await advance(8_000);
    await sessions.put("page:a", "two", 10);
    await advance(8_000);
    assert.equal(await sessions.get("page:a"), "two");
    await advance(3_000);
    assert.equal(await sessions.get("page:a"), null);
    assert.equal(await sessions.take("page:a"), null);
  });

  clause("take gives the value to one of twenty racers", async ({ sessions, another }) => {
    await sessions.put("page:a", "secret", 60);
    const racers = Array.from({ length: 20 }, (_, i) => (i % 2 ? sessions : another).take("page:a"));
    const taken = (await Promise.all(racers)).filter((value) => value !== null);
    assert.deepEqual(taken, ["secret"]);
    assert.equal(await sessions.get("page:a"), null);
    assert.equal(await sessions.once("page:a", 60), true, "a taken key is free");
  });

  clause(
    "count counts each call once, in windows that do not slide",
    async ({ sessions, another, advance }) => {
      const racers = Array.from({ length: 20 }, (_, i) => (i % 2 ? sessions : another).count("rate:a", 60));
      const counts = (await Promise.all(racers)).sort((a, b) => a - b);
      assert.deepEqual(counts, Array.from({ length: 20 }, (_, i) => i + 1));
      await advance(55_000);
      assert.equal(await sessions.count("rate:a", 60), 21);
      await advance(6_000);
      assert.equal(
        await sessions.count("rate:a", 60),
        1,
        "the window began with the first count, not the last",
      );
      assert.equal(await sessions.count("rate:b", 60), 1);
    },
  );

  clause(
    "countEach counts every key by one command, each in its own window",
    async ({ sessions, advance }) => {
      await sessions.count("rate:a", 60);
      await advance(30_000);
      assert.deepEqual(await sessions.countEach(["rate:b", "rate:a"], 60), [1, 2]);
      await advance(31_000);
      assert.deepEqual(await sessions.countEach(["rate:b", "rate:a"], 60), [2, 1]);
    },
  );

  clause("a time that is no whole number of seconds above 0 is refused", async ({ sessions }) => {
    for (const seconds of [0, -1, 0.5, NaN, Infinity]) {
      await assert.rejects(sessions.once("used:a", seconds), RangeError);
      await assert.rejects(sessions.put("page:a", "x", seconds), RangeError);
      await assert.rejects(sessions.claim("page:a", "x", seconds), RangeError);
      await assert.rejects(sessions.count("rate:a", seconds), RangeError);
    }
    assert.equal(await sessions.once("used:a", 1), true);
  });
}
