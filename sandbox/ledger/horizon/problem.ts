/**
 * Horizon's errors.
 * @module
 */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { HorizonContext } from "./env.ts";

/** An error answer in Horizon's form. */
export interface Problem {
  /** The last part of its address. */
  type: string;
  title: string;
  status: ContentfulStatusCode;
  detail: string;
  extras?: Record<string, unknown>;
}

/** Sends a problem. */
export function sendProblem(c: HorizonContext, problem: Problem): Response {
  const { type, ...rest } = problem;
  return c.json({ type: `https://stellar.org/horizon-errors/${type}`, ...rest }, problem.status, {
    "content-type": "application/problem+json; charset=utf-8",
  });
}

/** There is no such resource. */
export const NOT_FOUND: Problem = {
  type: "not_found",
  title: "Resource Missing",
  status: 404,
  detail:
    "The resource at the url requested was not found.  This usually occurs for one of two reasons:  The url " +
    "requested is not valid, or no data in our database could be found with the parameters provided.",
};

/** What is asked for is older than the history that is kept. */
export const BEFORE_HISTORY: Problem = {
  type: "before_history",
  title: "Data Requested Is Before Recorded History",
  status: 410,
  detail:
    "This horizon instance is configured to only track a portion of the stellar network's latest history. This " +
    "request is asking for results prior to the recorded history known to this horizon instance.",
};

/** The sandbox itself is at fault; the detail says how, since nobody but developers reads it. */
export function serverError(error: Error): Problem {
  return { type: "server_error", title: "Internal Server Error", status: 500, detail: error.message };
}

/** Too many requests. */
export const RATE_LIMITED: Problem = {
  type: "rate_limit_exceeded",
  title: "Rate Limit Exceeded",
  status: 429,
  detail:
    "The rate limit for the requesting IP address is over its alloted limit.  The allowed limit and requests " +
    "left per time period are communicated to clients via the http response headers 'X-RateLimit-*' headers.",
};

/** A parameter that is wrong. */
export function badRequest(field: string, reason: string): Problem {
  return {
    type: "bad_request",
    title: "Bad Request",
    status: 400,
    detail: "The request you sent was invalid in some way.",
    extras: { invalid_field: field, reason },
  };
}

/** What a handler throws to answer with a problem. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  constructor(
    /** The answer. */
    readonly problem: Problem,
  ) {
    super(problem.title);
  }
}
