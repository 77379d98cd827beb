/**
 * Who asks: a bearer token becomes a caller, or the request ends here.
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import { isBearerToken } from "../../core/auth/bearer.ts";
import type { Caller } from "../../core/auth/session.ts";
import { Refusal } from "../../core/refusal.ts";
import type { HttpEnv } from "./env.ts";

/** Why a request has no caller: it brought no bearer token, or one that is not good (any more). */
export type NoCaller = "required" | "invalid";

/** How a room authenticates. */
export interface AuthenticateOptions {
  /** The caller of a token, or null when the token is not good. What it throws ends in 500 or 503, never in a caller. */
  readonly verify: (token: string) => Promise<Caller | null>;
  /** The SEP's own way to say no: {@link refuseWith401} for SEP-12, {@link refuseWith403Type} for SEP-6 and SEP-24. */
  readonly refuse: (c: Context<HttpEnv>, why: NoCaller) => Response;
}

/** Sets `c.var.caller`, or answers by `refuse`. */
export function authenticate(options: AuthenticateOptions): MiddlewareHandler<HttpEnv> {
  return async function authenticate(c, next) {
    const token = bearerToken(c.req.header("authorization"));
    if (token === null) return options.refuse(c, "required");
    const caller = await options.verify(token);
    if (!caller) return options.refuse(c, "invalid");
    c.set("caller", caller);
    return await next();
  };
}

/** The token of an `Authorization: Bearer` header; the scheme's case does not matter (RFC 9110). */
export function bearerToken(header: string | undefined): string | null {
  const token = /^bearer +(\S+) *$/i.exec(header ?? "")?.[1] ?? "";
  return isBearerToken(token) ? token : null;
}

/** SEP-12's no (R-12-3): 401 with `error`, localized by the error handler. */
export function refuseWith401(c: Context<HttpEnv>, why: NoCaller): Response {
  c.header("WWW-Authenticate", "Bearer");
  throw new Refusal(`authentication.${why}`);
}

/** SEP-6's and SEP-24's no (R-06-10): 403 with exactly this body. */
export function refuseWith403Type(c: Context<HttpEnv>): Response {
  return c.json({ type: "authentication_required" }, 403);
}
