/**
 * What operators do, to be mounted at `/operator`: every route is closed without a key of `OPERATOR_API_KEYS` (P18), and
 * every action stands in the audit log (M-28).
 * @module
 */
import { Hono } from "hono";
import { type HttpEnv, readableQuery, uncached } from "../http/mod.ts";
import { getAlarms, postClose, postRelease } from "./alarms.ts";
import { getAudit } from "./audit.ts";
import { authenticateOperator } from "./authenticate.ts";
import { getDebits, postExplain } from "./debits.ts";
import { getEnvelopes, postDecide } from "./envelopes.ts";
import type { OperatorOptions } from "./options.ts";
import { getReceivables, postClawback, postLift, postSettle } from "./receivables.ts";
import { getTransfer, getTransfers, postApprove, postFail, postPay, postRefund } from "./transfers.ts";
import { getUnmatched, postAssign, postReturn } from "./unmatched.ts";

export type { OperatorOptions } from "./options.ts";

/** The routes. */
export function operatorRoutes(options: OperatorOptions): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const closed = authenticateOperator(options);
  app.use("/*", uncached);
  app.use("/*", options.languages.middleware);
  app.use("/*", readableQuery);
  app.get("/transfers", closed, getTransfers(options));
  app.get("/transfers/:id", closed, getTransfer(options));
  app.post("/transfers/:id/approve", closed, postApprove(options));
  app.post("/transfers/:id/pay", closed, postPay(options));
  app.post("/transfers/:id/refund", closed, postRefund(options));
  app.post("/transfers/:id/fail", closed, postFail(options));
  app.get("/unmatched", closed, getUnmatched(options));
  app.post("/unmatched/:id/assign", closed, postAssign(options));
  app.get("/receivables", closed, getReceivables(options));
  app.post("/receivables/:id/settle", closed, postSettle(options));
  app.post("/receivables/:id/clawback", closed, postClawback(options));
  app.post("/receivables/:id/lift", closed, postLift(options));
  app.post("/unmatched/:id/return", closed, postReturn(options));
  app.get("/alarms", closed, getAlarms(options));
  app.get("/audit", closed, getAudit(options));
  app.post("/alarms/:id/close", closed, postClose(options));
  app.get("/debits", closed, getDebits(options));
  app.post("/debits/:id/explain", closed, postExplain(options));
  app.post("/assets/:code/release", closed, postRelease(options));
  app.get("/envelopes", closed, getEnvelopes(options));
  app.post("/envelopes/:id/decide", closed, postDecide(options));
  return app;
}
