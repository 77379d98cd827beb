import assert from "node:assert/strict";
import { Hono } from "hono";
import { type HttpEnv, requestIdOf, requestLog } from "../../../routes/http/mod.ts";
import { exampleApp } from "./example-app.ts";

Deno.test("a request's line holds its template, status and time, and nothing that was sent", async () => {
  const { app, log, lines } = exampleApp();
  let ms = 0;
  app.use(requestLog(log, () => ms += 12.34));
  const room = new Hono<HttpEnv>();
  room.post("/:secret/*", (c) => c.json({ request: requestIdOf(c) }, 201));
  app.route("/webhooks", room);
  const response = await app.request("/webhooks/quoted-secret/pix?token=quoted-secret", {
    method: "POST",
    headers: { authorization: "Bearer quoted-secret", "user-agent": "quoted-secret" },
    body: "quoted-secret",
  });
  const { request } = await response.json();
  assert.equal(lines.length, 1);
  assert.deepEqual(JSON.parse(lines[0] ?? ""), {
    time: "1970-01-01T00:00:00.000Z",
    level: "info",
    event: "request",
    request,
    method: "POST",
    route: "/webhooks/:secret/*",
    status: 201,
    ms: 12.3,
  });
});

Deno.test("requests that fail or find nothing are logged too, under the id of their answer", async () => {
  const { app, log, lines } = exampleApp();
  app.use(requestLog(log));
  app.get("/boom", () => {
    throw new Error("boom");
  });
  const failed = await (await app.request("/boom")).json();
  const missing = await (await app.request("/quoted-secret", { method: "BREW" })).json();
  const entries = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "request");
  assert.deepEqual(entries.map(({ level, route, status, method }) => [level, route, status, method]), [
    ["error", "/boom", 500, "GET"],
    ["info", "/*", 404, "other"],
  ]);
  assert.deepEqual(entries.map(({ request }) => request), [failed.request_id, missing.request_id]);
});
