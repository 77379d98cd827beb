/**
 * Headers of the pages: nothing but what stands in the document runs or is styled, nothing is loaded from elsewhere, and
 * only who the config names may frame them. The wallet's window stays reachable, since it is told by `postMessage`.
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import { NONCE, secureHeaders } from "hono/secure-headers";
import type { Anchor } from "../../core/config/anchor-runtime.ts";
import type { PageEnv } from "./page.ts";

/** Browser features that a provider's frame may be given, and no other page of ours. */
const FEATURES = ["camera", "microphone", "geolocation", "payment"] as const;

/**
 * The middleware.
 * @param options.frameAncestors origins, or `*`; nobody when it is empty
 * @param options.logo where the brand's picture lies, on the home domain
 */
export function pageHeaders(
  { frameAncestors, logo }: Pick<Anchor["pages"], "frameAncestors" | "logo">,
): MiddlewareHandler<PageEnv> {
  const named = frameAncestors === "*" ? ["*"] : frameAncestors;
  const ancestors = (c: Context<PageEnv>) =>
    [...c.get("sources")?.isFramedByUs ? ["'self'"] : [], ...named].join(" ") || "'none'";
  // What is framed comes back to a page of ours.
  const framed = (c: Context<PageEnv>) => {
    const { frame } = c.get("sources") ?? { frame: [] };
    return frame.length === 0 ? "'none'" : ["'self'", ...frame].join(" ");
  };
  const posted = (c: Context<PageEnv>) => ["'self'", ...c.get("sources")?.form ?? []].join(" ");
  const headers = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [NONCE],
      styleSrc: [NONCE],
      imgSrc: ["'self'", ...(logo === null ? [] : [new URL(logo).origin])],
      connectSrc: ["'self'"],
      formAction: [posted],
      frameSrc: [framed],
      baseUri: ["'none'"],
      frameAncestors: [ancestors],
    },
    // `frame-ancestors` says it; this older header knows no list.
    xFrameOptions: false,
    referrerPolicy: "no-referrer",
    crossOriginOpenerPolicy: "unsafe-none",
    crossOriginResourcePolicy: "same-origin",
  });
  return async function pageHeaders(c, next) {
    c.header("Cache-Control", "no-store");
    c.header("Permissions-Policy", permissionsPolicy([], []));
    return await headers(c, next);
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
