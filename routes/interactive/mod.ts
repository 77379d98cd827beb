/**
 * The pages of SEP-24, to be mounted at `/interactive`: what a person sees of the anchor.
 * @module
 */
import { Hono } from "hono";
import { getCustomer, postCustomer } from "./customer.tsx";
import { getIdentity, getLeaveFrame, getReturn, postIdentity } from "./hosted.tsx";
import { getAmount, postAmount } from "./amount.tsx";
import { getEstimate } from "./estimate.ts";
import { postLanguage } from "./language.tsx";
import { postOpen } from "./link.tsx";
import { faultPage, unknownPage } from "./faults.tsx";
import { pageHeaders } from "./headers.ts";
import type { InteractiveOptions } from "./options.ts";
import type { PageEnv } from "./page.ts";
import { getStatus } from "./status.tsx";
import { getStep } from "./step.tsx";
import { entered } from "./visit.ts";

export type { InteractiveOptions } from "./options.ts";

/** The pages. The link and the status page are open to who holds their token or key, everything else to a session. */
export function interactiveRoutes(options: InteractiveOptions): Hono<PageEnv> {
  const app = new Hono<PageEnv>();
  app.onError(faultPage(options));
  app.use(pageHeaders(options.anchor.pages));
  const closed = entered(options);
  app.get("/:id", getStep(options));
  app.post("/:id/open", postOpen(options));
  app.post("/:id/language", closed, postLanguage(options));
  app.get("/:id/customer", closed, getCustomer);
  app.post("/:id/customer", closed, postCustomer(options));
  app.get("/:id/identity", closed, getIdentity(options));
  app.post("/:id/identity", closed, postIdentity(options));
  app.get("/:id/identity/return", closed, getReturn(options));
  app.get("/:id/identity/back", getLeaveFrame(options));
  app.get("/:id/status", getStatus(options));
  app.get("/:id/amount", closed, getAmount);
  app.post("/:id/amount", closed, postAmount(options));
  app.get("/:id/estimate", closed, getEstimate(options));
  app.all("/:id/*", unknownPage(options));
  return app;
}
