/**
 * The sandbox KYC bureau, mounted at `/sandbox/kyc`: it decides by the `last_name` that it is given. `Reject` is
 * rejected, `Review` waits for a person, `More` wants a photo of a document, `Risk` is
 * accepted with a flag, every other name is accepted.
 *
 * Open to everybody: `POST /decide` plays that person, `GET /codes` shows the codes that were sent, `POST /faults` sets
 * what goes wrong next (`DELETE` forgets it), `/page/{token}` is the bureau's own page. Under `/bureaus/{name}` is the
 * API for an account's owner, with a bearer.
 * @module
 */
import { Hono } from "hono";
import { oneAtATime } from "../in-turn.ts";
import { answerProblem } from "../http/problem.ts";
import { readJson } from "../http/requests.ts";
import { type Faults, faultSchema, openFaults } from "../faults/mod.ts";
import type { PartOptions, SandboxPart } from "../part.ts";
import { openWebhooks } from "../webhooks/mod.ts";
import { ownerRoutes } from "./owner-routes.ts";
import { pageRoutes } from "./page.ts";
import { openRecords } from "./records.ts";
import { decide, decideDue, decideRequest, type Desk } from "./reviews.ts";

/** How often, in milliseconds, a running bureau looks for cases that time decides. */
const DECIDE_EVERY = 1000;

/** Opens the bureau on its storage. */
export async function openKyc(options: PartOptions): Promise<SandboxPart> {
  const now = options.now ?? Date.now;
  const closing = new AbortController();
  const faults = await openFaults(options.store, "kyc");
  const webhooks = await openWebhooks({
    store: options.store,
    part: "kyc",
    now,
    fetch: options.fetch ?? fetch,
    faults,
    closed: closing.signal,
  });
  const desk: Desk = {
    records: await openRecords(options.store),
    webhooks,
    now,
    key: options.key ?? null,
    closed: closing.signal,
    inTurn: oneAtATime(),
  };
  async function work(): Promise<void> {
    if (closing.signal.aborted) return;
    await decideDue(desk);
    await webhooks.flush();
  }
  const timer = setInterval(() => void work(), DECIDE_EVERY);
  Deno.unrefTimer(timer);
  return {
    routes: kycRoutes(desk, faults),
    work,
    settled: webhooks.settled,
    async close() {
      clearInterval(timer);
      closing.abort();
      await webhooks.settled();
      // The last event in turn may still be writing.
      await desk.inTurn(() => Promise.resolve());
    },
  };
}

function kycRoutes(desk: Desk, faults: Faults): Hono {
  const app = new Hono()
    .post("/decide", async (c) => c.json(await decide(desk, await readJson(c, decideRequest))))
    .get("/codes", async (c) => {
      const codes = await desk.records.codes(c.req.query("customer_id") ?? "");
      return c.json({
        codes: codes.map(({ customer, field, value, code, expires }) => ({
          customer_id: customer,
          field,
          value,
          code,
          expires_at: new Date(expires).toISOString(),
        })),
      });
    })
    .post("/faults", async (c) => {
      const fault = await readJson(c, faultSchema);
      await faults.add(fault);
      return c.json(fault, 201);
    })
    .delete("/faults", async (c) => {
      await faults.clear();
      return c.body(null, 204);
    });
  app.route("/bureaus", ownerRoutes(desk, faults));
  app.route("/page", pageRoutes(desk));
  app.onError(answerProblem);
  return app;
}
