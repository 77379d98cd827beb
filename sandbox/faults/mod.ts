/**
 * What goes wrong next at the sandbox bank or KYC bureau, set from outside and used up one by one. Faults lie in the
 * sandbox's storage, so they survive a restart.
 * @module
 */
import { createMiddleware } from "hono/factory";
import * as z from "zod";
import type { Store } from "../store.ts";

/**
 * What goes wrong.
 *
 * Of calls: `rate_limited` 429, `unavailable` 503, `server_error` 500, `html` an HTML page with 502, `garbage` a 200
 * that is no JSON, `unauthorized` 401, `hang` (nothing is done and no answer comes), `commit_then_hang` and
 * `commit_then_drop` (it is done, the answer is lost), `delay`, `unknown_status` (a state that no documentation names).
 * Of webhooks: `duplicate` (three times), `out_of_order` (after the next one), `bad_signature`, `stale` (an old
 * timestamp), `lost` (never sent), `garbage`, `delay`.
 */
export const FAULTS = [
  "rate_limited",
  "unavailable",
  "server_error",
  "html",
  "garbage",
  "unauthorized",
  "hang",
  "commit_then_hang",
  "commit_then_drop",
  "delay",
  "unknown_status",
  "duplicate",
  "out_of_order",
  "bad_signature",
  "stale",
  "lost",
] as const;

/** The body of `POST …/faults`. */
export const faultSchema = z.strictObject({
  /** Name of the account or bureau; every one when absent. */
  account: z.string().optional(),
  /** Name of the operation that fails, `webhook`, or `any` call. */
  on: z.string().default("any"),
  fault: z.enum(FAULTS),
  /** How many times. */
  count: z.int().min(1).max(1000).default(1),
  /** Milliseconds, for `delay` and for how long a call hangs. */
  ms: z.int().min(0).max(60_000).default(10_000),
});

/** One fault, as set. */
export type Fault = z.output<typeof faultSchema>;

/** The faults of one part (`bank`, `kyc`) of the sandbox. */
export type Faults = Awaited<ReturnType<typeof openFaults>>;

/** Opens the faults of a part. */
export async function openFaults(store: Store, part: string) {
  await store.batch([
    `create table if not exists sandbox_faults (
       id integer primary key autoincrement, part text not null, account text, operation text not null,
       fault text not null, ms integer not null, remaining integer not null) strict`,
  ]);
  return {
    /** Adds a fault behind those that wait. */
    async add(fault: Fault): Promise<void> {
      await store.batch([{
        sql:
          `insert into sandbox_faults (part, account, operation, fault, ms, remaining) values (?, ?, ?, ?, ?, ?)`,
        args: [part, fault.account ?? null, fault.on, fault.fault, fault.ms, fault.count],
      }]);
    },
    /** Forgets all that wait. */
    async clear(): Promise<void> {
      await store.batch([{ sql: `delete from sandbox_faults where part = ?`, args: [part] }]);
    },
    /** Takes the fault that meets this operation, if one waits. */
    async take(account: string, operation: string): Promise<Pick<Fault, "fault" | "ms"> | null> {
      const [taken] = await store.batch([
        {
          sql: `update sandbox_faults set remaining = remaining - 1 where id = (
                  select id from sandbox_faults where part = ? and remaining > 0
                     and (account is null or account = ?)
                     and (operation = ? or (operation = 'any' and ? <> 'webhook'))
                  order by id limit 1) returning fault, ms`,
          args: [part, account, operation, operation],
        },
        `delete from sandbox_faults where remaining = 0`,
      ]);
      const row = taken?.rows[0];
      return row ? z.object({ fault: z.enum(FAULTS), ms: z.number() }).parse(row) : null;
    },
  };
}

/** Waits; ends early when the sandbox closes. */
export function pause(ms: number, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      closed.removeEventListener("abort", stop);
      resolve();
    };
    const timer = setTimeout(stop, ms);
    if (closed.aborted) stop();
    closed.addEventListener("abort", stop);
  });
}

/**
 * Middleware that lets the fault for an operation happen.
 * @param operation the name by which faults are set
 * @param closed aborted when the sandbox closes, so that no hanging call outlives it
 */
export function faulty(faults: Faults, operation: string, closed: AbortSignal) {
  return createMiddleware(async function faultyCall(c, next) {
    const taken = await faults.take(c.req.param("name") ?? "", operation);
    if (!taken) return await next();
    const hang = () => pause(taken.ms, closed);
    switch (taken.fault) {
      case "rate_limited":
        return c.json({ error: { code: "rate_limited" } }, 429, { "Retry-After": "2" });
      case "unavailable":
        return c.json({ error: { code: "unavailable" } }, 503);
      case "server_error":
        return c.json({ error: { code: "server_error" } }, 500);
      case "html":
        return c.html("<html><body><h1>502 Bad Gateway</h1></body></html>", 502);
      case "garbage":
        return c.text('{"state":"boo', 200, { "Content-Type": "application/json" });
      case "unauthorized":
        return c.json({ error: { code: "unauthorized" } }, 401);
      case "hang":
        await hang();
        return c.json({ error: { code: "unavailable" } }, 503);
      case "commit_then_hang":
        await next();
        return await hang();
      case "commit_then_drop":
        await next();
        // Fewer bytes than announced: the caller sees a connection that was lost on the way.
        c.res = new Response("{", { status: c.res.status, headers: { "Content-Length": "4096" } });
        return;
      case "delay":
        await hang();
        return await next();
      case "unknown_status":
        await next();
        c.res = Response.json(renamed(await c.res.json()), { status: c.res.status });
        return;
      default:
        return await next();
    }
  });
}

/** The same answer with every `state` replaced by one that no documentation names. */
function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, key === "state" ? "transmogrified" : renamed(member)]),
  );
}
