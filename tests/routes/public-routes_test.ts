import assert from "node:assert/strict";
import { Hono } from "hono";
import { authenticate, cors, type HttpEnv, refuseWith401, refuseWith403Type } from "../../routes/http/mod.ts";
import { findOpenRoutes, PUBLIC_ROUTES } from "../../routes/public-routes.ts";
import { exampleApp } from "./http/example-app.ts";

const nobody = () => Promise.resolve(null);

/** An app with one public route and two closed rooms. */
function closedApp(): Hono<HttpEnv> {
  const { app } = exampleApp();
  app.get("/info", (c) => c.json({}));
  const transfers = new Hono<HttpEnv>();
  transfers.use(cors(), authenticate({ verify: nobody, refuse: refuseWith403Type }));
  transfers.get("/transaction", (c) => c.json({}));
  const customers = new Hono<HttpEnv>();
  customers.put("/customer/:id", authenticate({ verify: nobody, refuse: refuseWith401 }), (c) => c.json({}));
  app.route("/sep6", transfers);
  app.route("/sep12", customers);
  return app;
}

const INFO = { method: "GET", path: "/info", why: "example" };

Deno.test("P18 an app whose routes are all listed or closed has no fault", async () => {
  assert.deepEqual(await findOpenRoutes(closedApp(), [INFO]), []);
});

Deno.test("P18 a route that was forgotten is found, in a mounted room and behind a room's own error handler too", async () => {
  const app = closedApp();
  const room = new Hono<HttpEnv>();
  room.onError((_, c) => c.text("no", 400));
  room.use(cors());
  room.delete("/customers/:id{[0-9]+}/*", (c) => c.json({}));
  room.all("/anything", (c) => c.json({}));
  app.route("/operator", room);
  app.get("/records/:id", (c) => c.notFound());
  app.post("/fails", () => {
    throw new Error("before it asks who");
  });
  const found = await findOpenRoutes(app, [INFO]);
  assert.deepEqual(found.map(({ method, path }) => `${method} ${path}`).toSorted(), [
    "DELETE /operator/anything",
    "DELETE /operator/customers/:id{[0-9]+}/*",
    "GET /operator/anything",
    "GET /records/:id",
    "PATCH /operator/anything",
    "POST /fails",
    "POST /operator/anything",
    "PUT /operator/anything",
  ]);
});

Deno.test("P18 a listed route of another method or template does not count", async () => {
  const app = closedApp();
  app.post("/info", (c) => c.json({}));
  assert.deepEqual((await findOpenRoutes(app, [INFO])).map(({ method }) => method), ["POST"]);
});

Deno.test("P18 a listed route that is gone is found, so that the list stays true", async () => {
  const gone = { method: "GET", path: "/old", why: "example" };
  assert.deepEqual(await findOpenRoutes(closedApp(), [INFO, gone]), [
    { method: "GET", path: "/old", says: "is listed as public and does not exist" },
  ]);
});

Deno.test("P18 a hidden route has to look as if it were not there", async () => {
  const app = closedApp();
  app.post("/jobs/run", (c) => c.req.header("x-key") === "right" ? c.json({}) : c.notFound());
  app.all("/hooks/:secret/*", (c) => c.req.method === "PUT" ? c.json({}) : c.notFound());
  const hidden = [
    { method: "POST", path: "/jobs/run", why: "example", hidden: true },
    { method: "ALL", path: "/hooks/:secret/*", why: "example", hidden: true },
  ] as const;
  assert.deepEqual(await findOpenRoutes(app, [INFO, ...hidden]), [
    { method: "PUT", path: "/hooks/:secret/*", says: "answers 200 and is listed as hidden" },
  ]);
});

Deno.test("another application may be mounted under a path of its own", async () => {
  const app = closedApp();
  app.get("/sandbox/friendbot", (c) => c.json({}));
  assert.equal((await findOpenRoutes(app, [INFO])).length, 1);
  assert.deepEqual(await findOpenRoutes(app, [INFO], ["/sandbox/"]), []);
});

Deno.test("P18 each public route says why it is one", () => {
  assert.ok(PUBLIC_ROUTES.every(({ why }) => why.length > 10));
});
