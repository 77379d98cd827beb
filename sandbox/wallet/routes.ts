/**
 * The demo wallet, mounted at `/sandbox/wallet` where the sandbox has a ledger: a page, and what its buttons ask.
 *
 * In the page's query: `lang` chooses what the wallet speaks to the anchor, `frame=1` opens the anchor's pages in a frame
 * instead of a popup, `noopener=1` in a popup that cannot reach the wallet.
 * @module
 */
import { Hono } from "hono";
import { NONCE, secureHeaders } from "hono/secure-headers";
import * as z from "zod";
import { answerProblem } from "../http/problem.ts";
import { readJson } from "../http/requests.ts";
import type { DemoWallet } from "./keeper.ts";
import { walletPage } from "./page.ts";

const beginRequest = z.strictObject({
  kind: z.enum(["deposit", "withdraw"]),
  lang: z.string().max(35).default(""),
});

/** The routes. @param anchorUrl the gateway, whose pages may stand in a frame */
export function walletRoutes(wallet: DemoWallet, anchorUrl: string): Hono {
  const { origin } = new URL(anchorUrl);
  const app = new Hono()
    .get(
      "/",
      secureHeaders({
        contentSecurityPolicy: {
          defaultSrc: ["'none'"],
          scriptSrc: [NONCE],
          styleSrc: [NONCE],
          connectSrc: ["'self'"],
          // An icon of nothing, so that none is asked for.
          imgSrc: ["data:"],
          frameSrc: [origin],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
        // A wallet talks to the window that it opened.
        crossOriginOpenerPolicy: "unsafe-none",
        referrerPolicy: "no-referrer",
        // It would bind whatever else is served on localhost.
        strictTransportSecurity: false,
      }),
      (c) => c.html(walletPage({ nonce: c.get("secureHeadersNonce") ?? "", anchorOrigin: origin })),
    )
    .get("/standing", async (c) => c.json(await wallet.standing()))
    .post("/transactions", async (c) => c.json(await wallet.begin(await readJson(c, beginRequest)), 201))
    .post("/transactions/:id/payment", async (c) => {
      await readJson(c, z.strictObject({}));
      return c.json({ stellar_transaction_id: await wallet.pay(c.req.param("id")) }, 201);
    });
  app.onError(answerProblem);
  return app;
}
