import assert from "node:assert/strict";
import {
  gatewayChecks,
  type HealthCheck,
  type HealthOptions,
  healthRoutes,
  SPARED,
} from "../../../routes/health/mod.ts";

const good: HealthCheck = () => Promise.resolve(true);

async function ready(options: HealthOptions) {
  const response = await healthRoutes(options).request("/ready");
  assert.equal(response.headers.get("cache-control"), "no-store");
  return { status: response.status, body: await response.json() };
}

Deno.test("a gateway lives whatever fails around it", async () => {
  const response = await healthRoutes({ checks: { database: () => Promise.reject(new Error("away")) } })
    .request("/live");
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: "live" });
});

Deno.test("a gateway is ready when every check passes", async () => {
  assert.deepEqual(await ready({ checks: { database: good, sessions: good } }), {
    status: 200,
    body: { status: "ready", checks: { database: "ok", sessions: "ok" } },
  });
});

Deno.test("one check that fails, throws or hangs makes it not ready, and nothing of why is told", async () => {
  let aborted = false;
  const hangs: HealthCheck = (signal) =>
    new Promise(() => signal.addEventListener("abort", () => void (aborted = true)));
  const { status, body } = await ready({
    checks: {
      database: good,
      sessions: () => Promise.resolve(false),
      horizon: () => Promise.reject(new Error("https://secret@horizon.example")),
      jobs: hangs,
    },
    timeoutMs: 5,
  });
  assert.equal(status, 503);
  assert.deepEqual(body, {
    status: "not_ready",
    checks: { database: "ok", sessions: "failed", horizon: "failed", jobs: "failed" },
  });
  assert.ok(aborted, "a check that is given up is told so");
});

Deno.test("a gateway that can spare what fails stays ready, and says what does", async () => {
  const bad: HealthCheck = () => Promise.resolve(false);
  const with_ = async (checks: HealthOptions["checks"]) => {
    const { status, body } = await ready({ checks, spared: SPARED });
    return [status, body.status];
  };
  assert.deepEqual(await with_({ database: good, sessions: bad }), [200, "degraded"]);
  assert.deepEqual(await with_({ database: bad, sessions: bad }), [503, "not_ready"]);
  assert.deepEqual(await with_({ database: bad, sessions: good }), [503, "not_ready"]);
  assert.deepEqual(await with_({ database: good, sessions: good }), [200, "ready"]);
});

Deno.test("many who ask at once cost one round of checks", async () => {
  let rounds = 0;
  let now = 0;
  const counted: HealthCheck = () => {
    rounds++;
    return Promise.resolve(true);
  };
  const routes = healthRoutes({ checks: { database: counted }, keepMs: 1_000, clock: () => now });
  const all = await Promise.all(Array.from({ length: 50 }, () => routes.request("/ready")));
  for (const response of all) await response.body?.cancel();
  assert.equal(rounds, 1);
  now = 1_000;
  await (await routes.request("/ready")).body?.cancel();
  assert.equal(rounds, 2);
});

Deno.test("the gateway's checks ask the database, the sessions, Horizon and the age of jobs", async () => {
  const away = () => Promise.reject(new Error("away"));
  const parts = {
    db: { query: () => Promise.resolve([{ one: 1n }]) },
    sessions: { get: () => Promise.resolve(null) },
    horizon: { latestLedger: away },
    jobsIdleMs: null,
  };
  const results = async (checks: Readonly<Record<string, HealthCheck>>) =>
    (await ready({ checks })).body.checks;
  assert.deepEqual(await results(gatewayChecks(parts)), {
    database: "ok",
    sessions: "ok",
    horizon: "failed",
  });
  const idle = (ms: number | null) =>
    results(gatewayChecks({ ...parts, jobsIdleMs: () => Promise.resolve(ms) }));
  assert.deepEqual([(await idle(null)).jobs, (await idle(300_000)).jobs, (await idle(300_001)).jobs], [
    "ok",
    "ok",
    "failed",
  ]);
});
