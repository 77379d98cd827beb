import assert from "node:assert/strict";
import { Hono } from "hono";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { Refusal } from "../../../core/refusal.ts";
import { cors, type HttpEnv, InvalidInput, readInput } from "../../../routes/http/mod.ts";
import { exampleApp } from "./example-app.ts";

/** The answer to one thrown error. */
async function answerTo(
  error: () => never,
  headers: Record<string, string> = {},
  isUnavailable?: () => boolean,
) {
  const { app, lines } = exampleApp(isUnavailable ? { isUnavailable } : {});
  app.get("/:id", () => error());
  const response = await app.request("/1?secret=quoted-secret", { headers });
  const text = await response.text();
  return { response, text, body: JSON.parse(text), lines };
}

Deno.test("P7 a refusal is answered in the caller's language with a code and the request's id", async () => {
  const refuse = () => {
    throw new Refusal("request.too_large", { limit: 1000 });
  };
  const { response, body } = await answerTo(refuse, { "accept-language": "es" });
  assert.equal(response.status, 413);
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  assert.equal(body.error, "El cuerpo supera 1000 bytes. Envía menos, o un archivo más pequeño.");
  assert.equal(body.code, "request.too_large");
  assert.match(body.request_id, /^[0-9a-f]{32}$/);
});

Deno.test("what nobody expected is a 500 that says nothing of itself, and is logged without values", async () => {
  const fail = () => {
    throw Object.assign(new TypeError("quoted-secret of Ada\n    at quoted-secret (file:///x.ts:1:1)"), {
      code: "SOME_CODE",
      cause: new RangeError("quoted-secret"),
    });
  };
  const { response, text, body, lines } = await answerTo(fail);
  assert.equal(response.status, 500);
  assert.equal(body.code, "internal");
  assert.match(body.error, new RegExp(body.request_id), "support can find it by the id");
  assert.ok(!text.includes("quoted-secret") && !text.includes("at "), text);
  assert.equal(lines.length, 1);
  const [line = ""] = lines;
  assert.ok(!line.includes("quoted-secret"), line);
  const entry = JSON.parse(line);
  assert.deepEqual(
    [entry.level, entry.event, entry.request, entry.error, entry.code, entry.cause],
    ["error", "request.failed", body.request_id, "TypeError", "SOME_CODE", "RangeError"],
  );
  assert.match(entry.at[0], /refusal_test\.ts/);
});

Deno.test("what cannot be answered now is a 503 that says when to try again", async () => {
  const ours = await answerTo(() => {
    throw new Refusal("unavailable", { retry_after: 5 }, "Cannot reach the store: no answer");
  });
  assert.equal(ours.response.headers.get("retry-after"), "5");
  assert.equal(JSON.parse(ours.lines[0] ?? "{}").reason, "Cannot reach the store: no answer");
  const theirs = await answerTo(
    () => {
      throw new Error("quoted-secret");
    },
    {},
    () => true,
  );
  assert.equal(theirs.response.status, 503);
  assert.equal(theirs.response.headers.get("retry-after"), "60");
  assert.ok(!theirs.text.includes("quoted-secret") && !(theirs.lines[0] ?? "").includes("quoted-secret"));
});

Deno.test("errors of Hono's own middleware get a text of ours", async () => {
  for (const status of [400, 401, 403, 404, 405, 413, 415, 503] as const) {
    const { response, body } = await answerTo(() => {
      throw new HTTPException(status, { res: new Response("theirs") });
    });
    assert.equal(response.status, status);
    assert.ok(body.error.length > 20 && !body.error.includes("theirs"), body.error);
  }
  const { app } = exampleApp();
  app.use(csrf());
  app.post("/", (c) => c.text("ok"));
  const response = await app.request("/", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: "https://foreign.example" },
  });
  assert.equal((await response.json()).code, "http.forbidden");
});

Deno.test("P7 all that is wrong with an input is said at once, field by field", async () => {
  const schema = z.strictObject({
    amount: z.string().refine((text) => text !== "x", {
      params: { code: "request.field.too_large", limit: "10" },
    }),
    kind: z.enum(["deposit", "withdrawal"]),
    name: z.string().max(3),
    id: z.string().regex(/^\d+$/),
    count: z.number().min(2),
  });
  const { response, body } = await answerTo(() => {
    readInput(schema, { amount: "x", kind: "gift", name: "Adelaide", count: 1, "<other>": 1, nested: {} });
    throw new Error("Cannot come here");
  });
  assert.equal(response.status, 400);
  assert.equal(body.code, "request.invalid");
  assert.deepEqual(body.fields, {
    amount: "'amount' is too large. The most allowed is 10.",
    kind: "'kind' must be one of: deposit, withdrawal.",
    name: "'name' is too long. Use at most 3 characters.",
    id: "'id' is missing. Add it and send the request again.",
    count: "'count' is too small. The least allowed is 2.",
    "?other?": "'?other?' is not known here. Leave it out.",
    nested: "'nested' is not known here. Leave it out.",
  });
  assert.equal(body.error, Object.values(body.fields).join(" "));
  assert.equal("Adelaide" in body, false);
});

Deno.test("one fault is named by its own code, and input that fits comes back read", () => {
  const schema = z.object({ amount: z.string().trim() });
  assert.deepEqual(readInput(schema, { amount: " 5 ", more: 1 }), { amount: "5" });
  assert.throws(() => readInput(schema, {}), (error: InvalidInput) => {
    assert.deepEqual(error.faults, [{
      field: "amount",
      code: "request.field.missing",
      params: { field: "amount" },
    }]);
    return true;
  });
});

Deno.test("a schema that fails on anything but input is our fault, not the caller's", async () => {
  const { response } = await answerTo(() => {
    z.string().parse(1);
    throw new Error("Cannot come here");
  });
  assert.equal(response.status, 500);
});

Deno.test("headers set before an error are on its answer, in a mounted room too", async () => {
  const { app } = exampleApp();
  const room = new Hono<HttpEnv>();
  room.use(cors(["PUT"]));
  room.put("/thing", () => {
    throw new Refusal("not_found");
  });
  room.get("/boom", () => {
    throw new Error("boom");
  });
  app.route("/room", room);
  const requests: [string, RequestInit, number][] = [
    ["/room/thing", { method: "PUT" }, 404],
    ["/room/boom", {}, 500],
    ["/room/nothing", {}, 404],
    ["/room/thing", { method: "OPTIONS" }, 204],
  ];
  for (const [path, init, status] of requests) {
    const response = await app.request(path, init);
    assert.equal(response.status, status);
    assert.equal(response.headers.get("access-control-allow-origin"), "*", path);
    await response.body?.cancel();
  }
  const preflight = await app.request("/room/thing", { method: "OPTIONS" });
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /authorization, content-type/);
  assert.equal(preflight.headers.get("access-control-allow-methods"), "GET, HEAD, POST, PUT, OPTIONS");
});
