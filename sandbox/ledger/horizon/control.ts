/**
 * Steering the ledger from tests and by hand: closing ledgers, moving the clock, telling it to misbehave.
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";
import { behaviourSchema } from "../behaviours.ts";
import type { Header } from "../header.ts";
import type { Ledger } from "../ledger.ts";
import { isoTime } from "../records.ts";

/** `POST …/close` takes how many ledgers (at most 1,000) and, in seconds or as ISO 8601, the time to move on to. */
const closeSchema = z.object({
  ledgers: z.int().min(1).max(1000).default(1),
  at: z.union([z.int().positive(), z.iso.datetime({ offset: true })]).optional(),
});

/** The routes `POST /close`, `POST /behaviour` and `GET /behaviour`. Errors are 400 with `{ error }`. */
export function controlRoutes(ledger: Ledger): Hono {
  const app = new Hono();
  app.post("/close", async (c) => {
    const body = closeSchema.safeParse(await jsonOr(c.req.raw, {}));
    if (!body.success) return c.json({ error: z.prettifyError(body.error) }, 400);
    const { ledgers, at } = body.data;
    try {
      return c.json(headerJson(await ledger.close(ledgers, secondsOf(at))));
    } catch (error) {
      if (error instanceof RangeError) return c.json({ error: error.message }, 400);
      throw error;
    }
  });
  app.post("/behaviour", async (c) => {
    const body = behaviourSchema.safeParse(await jsonOr(c.req.raw, null));
    if (!body.success) return c.json({ error: z.prettifyError(body.error) }, 400);
    await ledger.behave(body.data);
    return c.json({ waiting: ledger.behaviours.list() });
  });
  app.get("/behaviour", (c) => c.json({ waiting: ledger.behaviours.list() }));
  return app;
}

/** The body as JSON; what stands for none or a broken one is left to the schema to judge. */
async function jsonOr(request: Request, otherwise: unknown): Promise<unknown> {
  const text = await request.text();
  if (text === "") return otherwise;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function secondsOf(at: number | string | undefined): number | undefined {
  return typeof at === "string" ? Math.floor(Date.parse(at) / 1000) : at;
}

function headerJson(header: Header) {
  return { ledger: header.sequence, hash: header.hash, closed_at: isoTime(header.closeTime) };
}
