import assert from "node:assert/strict";
import { withGateway } from "../../support/gateway.ts";

Deno.test("a running gateway says without a key that it lives and is ready, and that it is not when Horizon is away", () =>
  withGateway({}, async (gateway) => {
    await gateway.ledger.behave({ behaviour: "rate_limit", count: "until_cleared" });
    const away = await gateway.ask("/health/ready");
    assert.equal(away.status, 503);
    assert.equal(away.headers.get("cache-control"), "no-store");
    assert.deepEqual(await away.json(), {
      status: "not_ready",
      checks: { database: "ok", sessions: "ok", horizon: "failed", jobs: "ok" },
    });
    const live = await gateway.ask("/health/live");
    assert.equal(live.status, 200);
    assert.deepEqual(await live.json(), { status: "live" });
    for (const path of ["/health", "/health/", "/health/ready/x"]) {
      const elsewhere = await gateway.ask(path);
      assert.equal(elsewhere.status, 404, path);
      await elsewhere.body?.cancel();
    }
  }));

Deno.test("a gateway whose jobs run says so too", () =>
  withGateway({ jobs: true }, async (gateway) => {
    await gateway.until("a job to end", () => Promise.resolve(gateway.running.gateway.runner.idleMs()));
    const ready = await gateway.ask("/health/ready");
    assert.equal(ready.status, 200);
    assert.deepEqual(await ready.json(), {
      status: "ready",
      checks: { database: "ok", sessions: "ok", horizon: "ok", jobs: "ok" },
    });
  }));
