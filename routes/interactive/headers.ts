/**
 * Headers of the pages: nothing but what stands in the document runs or is styled, nothing is loaded from elsewhere, and
 * only who the config names may frame them. The wallet's window stays reachable, since it is told by `postMessage`.
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Anchor } from "../../core/config/anchor-runtime.ts";
import type { PageEnv, PageSources } from "./page.ts";

/** Browser features that a provider's frame may be given, and no other page of ours. */
const FEATURES = ["camera", "microphone", "geolocation", "payment"] as const;

/** What an answer without sources of its own allows. */
const NOTHING_ELSE: PageSources = { frame: [], form: [], isFramedByUs: false };

/**
 * The middleware.
 * @param options.frameAncestors origins, or `*`; nobody when it is empty
 * @param options.logo where the brand's picture lies, on the home domain
 */
export function pageHeaders(
  { frameAncestors, logo }: Pick<Anchor["pages"], "frameAncestors" | "logo">,
): MiddlewareHandler<PageEnv> {
  const images = ["'self'", ...(logo === null ? [] : [new URL(logo).origin])].join(" ");
  const named = frameAncestors === "*" ? ["*"] : frameAncestors;
  const headers = secureHeaders({
    // It would bind every program of this host, and is the operator's to say for the whole of it.
    strictTransportSecurity: false,
    // `frame-ancestors` says it; this older header knows no list.
    xFrameOptions: false,
    referrerPolicy: "no-referrer",
    crossOriginOpenerPolicy: "unsafe-none",
    crossOriginResourcePolicy: "same-origin",
  });

  function policyFor(nonce: string, { frame, form, isFramedByUs }: PageSources): string {
    return [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      `img-src ${images}`,
      "connect-src 'self'",
      `form-action ${["'self'", ...form].join(" ")}`,
      // What is framed comes back to a page of ours.
      `frame-src ${frame.length === 0 ? "'none'" : ["'self'", ...frame].join(" ")}`,
      "base-uri 'none'",
      `frame-ancestors ${[...isFramedByUs ? ["'self'"] : [], ...named].join(" ") || "'none'"}`,
    ].join("; ");
  }

  return async function pageHeaders(c, next) {
    c.header("Cache-Control", "no-store");
    c.header("Permissions-Policy", permissionsPolicy([], []));
    const nonce = crypto.getRandomValues(new Uint8Array(16)).toBase64();
    c.set("nonce", nonce);
    await headers(c, next);
    // Only now is it known which page was answered.
    c.header("Content-Security-Policy", policyFor(nonce, c.get("sources") ?? NOTHING_ELSE));
  };
}

/** Features that this answer's frames may use. */
export function allowInFrame(
  c: Context<PageEnv>,
  { origins, permissions }: { readonly origins: readonly string[]; readonly permissions: readonly string[] },
): void {
  c.header("Permissions-Policy", permissionsPolicy(permissions, origins));
}

function permissionsPolicy(permissions: readonly string[], origins: readonly string[]): string {
  const names = [...new Set([...FEATURES, ...permissions.filter((name) => /^[a-z-]+$/.test(name))])];
  return names.map((name) => {
    const who = permissions.includes(name) ? ["self", ...origins.map((origin) => `"${origin}"`)] : [];
    return `${name}=(${who.join(" ")})`;
  }).join(", ");
}
