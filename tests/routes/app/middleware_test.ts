/**
 * What runs before each route, by name: middleware is paid for by what needs it, so a new one has to be written down here.
 */
import assert from "node:assert/strict";
import type { Hono } from "hono";
import { inspectRoutes } from "hono/dev";
import config from "../../../anchor.config.ts";
import { noLog } from "../../../core/log.ts";
import { run } from "../../../main.ts";
import { createApp } from "../../../routes/app.ts";
import type { HttpEnv } from "../../../routes/http/mod.ts";

/** Behind these nothing is said but to whom a token belongs, in the language that the request names. */
const SEP6 = "requestLog cors language readableQuery uncached authenticate";
const SEP12 = "requestLog cors language uncached readableQuery authenticate";

const OPERATOR = "requestLog uncached language readableQuery authenticateOperator";

const PAGE = "requestLog pageHeaders entered";

const EXPECTED = {
  "GET /.well-known/stellar.toml": "requestLog cors",
  "GET /logo.png": "requestLog",
  "GET /reserve": "requestLog cors",
  "GET /reserve.jws": "requestLog cors",
  // Refusals alone are for people, and the error handler finds their language.
  "GET /auth": "requestLog uncached cors readableQuery",
  "POST /auth": "requestLog uncached cors",
  "ALL /auth": "requestLog uncached cors",
  "GET /sep6/info": "requestLog cors language readableQuery",
  "GET /sep6/deposit": SEP6,
  "GET /sep6/withdraw": SEP6,
  "GET /sep6/fee": SEP6,
  "GET /sep6/transaction": SEP6,
  "GET /sep6/transactions": SEP6,
  "PATCH /sep6/transactions/:id": SEP6,
  "GET /sep12/customer": SEP12,
  "PUT /sep12/customer": SEP12,
  "DELETE /sep12/customer/:account": SEP12,
  "PUT /sep12/customer/callback": SEP12,
  "PUT /sep12/customer/verification": SEP12,
  "GET /sep12/customer/files": SEP12,
  "POST /sep12/customer/files": SEP12,
  "GET /sep24/info": "requestLog cors language readableQuery",
  "POST /sep24/transactions/deposit/interactive": SEP6,
  "POST /sep24/transactions/withdraw/interactive": SEP6,
  "GET /sep24/fee": SEP6,
  "GET /sep24/transaction": SEP6,
  "GET /sep24/transactions": SEP6,
  // The link and the status page find who is here by themselves: their token or key stands in the address.
  "GET /interactive/:id": "requestLog pageHeaders",
  "POST /interactive/:id/open": "requestLog pageHeaders",
  "POST /interactive/:id/language": PAGE,
  "GET /interactive/:id/amount": PAGE,
  "POST /interactive/:id/amount": PAGE,
  "GET /interactive/:id/estimate": PAGE,
  "GET /interactive/:id/customer": PAGE,
  "POST /interactive/:id/customer": PAGE,
  "GET /interactive/:id/identity": PAGE,
  "POST /interactive/:id/identity": PAGE,
  "GET /interactive/:id/identity/return": PAGE,
  "GET /interactive/:id/identity/back": "requestLog pageHeaders",
  "GET /interactive/:id/status": "requestLog pageHeaders",
  "ALL /interactive/:id/*": "requestLog pageHeaders",
  "GET /operator/transfers": OPERATOR,
  "GET /operator/transfers/:id": OPERATOR,
  "POST /operator/transfers/:id/approve": OPERATOR,
  "POST /operator/transfers/:id/pay": OPERATOR,
  "POST /operator/transfers/:id/refund": OPERATOR,
  "POST /operator/transfers/:id/fail": OPERATOR,
  "GET /operator/unmatched": OPERATOR,
  "POST /operator/unmatched/:id/assign": OPERATOR,
  "GET /operator/receivables": OPERATOR,
  "POST /operator/receivables/:id/settle": OPERATOR,
  "POST /operator/receivables/:id/clawback": OPERATOR,
  "POST /operator/receivables/:id/lift": OPERATOR,
  "POST /operator/unmatched/:id/return": OPERATOR,
  "GET /operator/alarms": OPERATOR,
  "GET /operator/audit": OPERATOR,
  "POST /operator/alarms/:id/close": OPERATOR,
  "GET /operator/debits": OPERATOR,
  "POST /operator/debits/:id/explain": OPERATOR,
  "POST /operator/assets/:code/release": OPERATOR,
  "GET /operator/envelopes": OPERATOR,
  "POST /operator/envelopes/:id/decide": OPERATOR,
  "ALL /webhooks/:instance/:secret": "requestLog",
  "ALL /webhooks/:instance/:secret/*": "requestLog",
  "GET /health/live": "requestLog",
  "GET /health/ready": "requestLog",
  "POST /jobs/run": "requestLog",
  "ALL /sandbox/*": "requestLog",
};

/** Route → names of what runs before its handler, in order. */
function middlewareOf(app: Hono<HttpEnv>): Record<string, string> {
  const routes = inspectRoutes(app);
  const covers = (pattern: string, path: string) =>
    pattern === path || (pattern.endsWith("/*") && `${path}/`.startsWith(pattern.slice(0, -1)));
  return Object.fromEntries(
    routes.flatMap(({ method, path, isMiddleware }, at) => {
      if (isMiddleware) return [];
      const before = routes.slice(0, at).filter((one) =>
        one.isMiddleware && covers(one.path, path) && (one.method === "ALL" || one.method === method)
      );
      return [[`${method} ${path}`, before.map(({ name }) => name).join(" ")]];
    }),
  );
}

Deno.test("each route has the middleware that it needs, and no other", async () => {
  const dataDir = await Deno.makeTempDir();
  const running = await run({
    variables: { DATA_DIR: dataDir, PORT: "0", JOBS_SECRET: "a-secret-for-jobs-0123456789-ABCDEFGH" },
    mode: "dev",
    log: noLog,
    closeEvery: "on submit",
    jobs: false,
    config: async (inputs) => {
      const given = await config(inputs);
      const fee = { fixed: "0.50", percent: "0.5", minimum: "0.6", maximum: "400" };
      return { ...given, services: given.services.map((service) => ({ ...service, fee })) };
    },
  });
  try {
    const { gateway, environment, anchor, sandbox } = running;
    assert.ok(sandbox);
    const door = { handle: (request: Request) => sandbox.app.fetch(request), keys: null };
    const { app } = await createApp({ gateway, environment, anchor, log: noLog, sandbox: door });
    assert.deepEqual(middlewareOf(app), EXPECTED);
  } finally {
    await running.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
});
