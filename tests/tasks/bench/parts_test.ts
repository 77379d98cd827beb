import assert from "node:assert/strict";
import { loadEnvironment } from "../../../core/config/environment.ts";
import { measureParts, PARTS } from "../../../tasks/bench/parts.ts";
import { sessionsInMemory } from "../../routes/sep10/deployment.ts";

Deno.test("every part of a login is measured, each on work that succeeds", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    const loaded = await loadEnvironment({ DATA_DIR: dataDir });
    assert.ok(loaded.ok);
    const kept = sessionsInMemory();
    const asked: string[] = [];
    const once = async (key: string, seconds: number) => {
      assert.ok(await kept.once(key, seconds), "no key is spent twice");
      asked.push(key);
      return true;
    };
    const parts = await measureParts({
      environment: loaded.value,
      sessions: { once, countEach: kept.countEach },
      n: 3,
    });
    assert.deepEqual(Object.keys(parts), [...PARTS]);
    assert.ok(Object.values(parts).every((micros) => micros >= 0));
    assert.equal(asked.length, 3);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
