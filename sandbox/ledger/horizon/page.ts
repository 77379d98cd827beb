/**
 * Lists in pages: what a request asks for, and how the answer looks.
 * @module
 */
import type { Page } from "../history.ts";
import { historyToken, type JsonRecord } from "../records.ts";
import type { HorizonContext } from "./env.ts";
import { link } from "./links.ts";
import { badRequest, ProblemError } from "./problem.ts";

/** Records on a page unless the request says otherwise, and at most. */
const DEFAULT_LIMIT = 10;
const LIMIT = 200;

/** The order that a request asks for. */
export function orderOf(c: HorizonContext): "asc" | "desc" {
  const order = c.req.query("order") ?? "";
  if (order === "" || order === "asc") return "asc";
  if (order === "desc") return "desc";
  throw new ProblemError(badRequest("order", "order: invalid value"));
}

/** How many records a request asks for. */
export function limitOf(c: HorizonContext): number {
  const text = c.req.query("limit") ?? "";
  if (text === "") return DEFAULT_LIMIT;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > LIMIT) {
    throw new ProblemError(badRequest("limit", `limit: value must be between 1 and ${LIMIT}`));
  }
  return limit;
}

/** The part of a list that a request asks for. `now` is the end of what it may see. */
export function pageOf(c: HorizonContext): Page {
  return { cursor: cursorOf(c, c.req.query("cursor")), order: orderOf(c), limit: limitOf(c) };
}

/** A cursor out of its text; undefined for the beginning of the list. */
export function cursorOf(c: HorizonContext, text: string | undefined): bigint | undefined {
  if (text === undefined || text === "") return undefined;
  if (text === "now") return historyToken(c.var.snapshot.header.sequence + 1) - 1n;
  if (!/^\d{1,19}$/.test(text)) throw new ProblemError(badRequest("cursor", "cursor: invalid value"));
  return BigInt(text);
}

/** Whether a request asks for failed transactions too. */
export function includesFailed(c: HorizonContext): boolean {
  const text = c.req.query("include_failed") ?? "";
  if (text === "" || text === "false") return false;
  if (text === "true") return true;
  throw new ProblemError(badRequest("include_failed", "include_failed: invalid value"));
}

/** A page of records with the links to it and to its neighbours. */
export function pageBody(c: HorizonContext, records: readonly JsonRecord[]): JsonRecord {
  const order = orderOf(c);
  const limit = String(limitOf(c));
  const asked = c.req.query("cursor") ?? "";
  const first = String(records[0]?.paging_token ?? asked);
  const last = String(records.at(-1)?.paging_token ?? asked);
  const path = new URL(c.req.url).pathname.slice(new URL(c.var.base).pathname.replace(/\/$/, "").length);
  const to = (cursor: string, direction: string) => {
    const query = new URLSearchParams(new URL(c.req.url).search);
    for (const [name, value] of [["cursor", cursor], ["limit", limit], ["order", direction]] as const) {
      query.set(name, value);
    }
    return link(c.var.base, `${path}?${query}`);
  };
  return {
    _links: {
      self: to(asked, order),
      next: to(last, order),
      prev: to(first, order === "asc" ? "desc" : "asc"),
    },
    _embedded: { records },
  };
}

/** Sends a resource in Horizon's form. */
export function sendResource(c: HorizonContext, body: JsonRecord): Response {
  return c.json(body, 200, { "content-type": "application/hal+json; charset=utf-8" });
}
