import assert from "node:assert/strict";
import { limitRate, rateLimitOver } from "../../../routes/http/mod.ts";
import { exampleApp } from "./example-app.ts";

/** An app that lets each `x-who` ask twice. */
function limited(count: (key: string) => Promise<number>) {
  const { app } = exampleApp();
  app.use(limitRate({
    rateLimit: rateLimitOver({ count }),
    name: "example",
    limit: 2,
    windowSeconds: 30,
    key: (c) => c.req.header("x-who") ?? "",
  }));
  app.get("/", (c) => c.text("in"));
  return (who: string) => app.request("/", { headers: { "x-who": who } });
}

Deno.test("who asks too often is told when to try again, and nobody else is", async () => {
  const hits = new Map<string, number>();
  const ask = limited((key) => {
    const count = (hits.get(key) ?? 0) + 1;
    hits.set(key, count);
    return Promise.resolve(count);
  });
  for (const expected of [200, 200, 429, 429]) {
    const response = await ask("ada");
    assert.equal(response.status, expected);
    if (expected === 429) {
      assert.equal(response.headers.get("retry-after"), "30");
      const { code, error } = await response.json();
      assert.deepEqual([code, error], ["too_many_requests", "Too many requests. Try again in 30 seconds."]);
    } else await response.body?.cancel();
  }
  assert.equal(await (await ask("eve")).text(), "in");
  assert.deepEqual([...hits.keys()], ["example:ada", "example:eve"]);
});

Deno.test("when hits cannot be counted nothing is let through", async () => {
  const response = await limited(() => Promise.reject(new Error("store away")))("ada");
  assert.equal(response.status, 500);
  await response.body?.cancel();
});
