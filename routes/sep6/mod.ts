/**
 * SEP-6, to be mounted at `/sep6`: deposits and withdrawals without pages of ours.
 * @module
 */
import { Hono } from "hono";
import type { Translator } from "../../core/i18n/mod.ts";
import { feeWords, servesFee } from "../../core/seps/sep6-fees.ts";
import { sep6Info } from "../../core/seps/sep6-info.ts";
import { authenticate, cors, type HttpEnv, readableQuery, refuseWith403Type, uncached } from "../http/mod.ts";
import { getFee } from "../transfers/fee.ts";
import { getTransaction } from "../transfers/transactions.ts";
import { getDeposit } from "./deposit.ts";
import type { Sep6Options } from "./options.ts";
import { patchTransaction } from "./patch.ts";
import { getTransactions } from "./transactions.ts";
import { getWithdraw } from "./withdraw.ts";

export type { Sep6Options } from "./options.ts";

/** The routes. `/info` is public; everything else needs a token (R-06-7, R-06-8). */
export function sep6Routes(options: Sep6Options): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const infoIn = infoTexts(options);
  app.use(cors(["PATCH"]));
  app.use(options.languages.middleware);
  app.use(readableQuery);
  app.get("/info", function info(c) {
    c.header("Cache-Control", "public, max-age=60");
    c.header("Content-Type", "application/json");
    return c.body(infoIn(options.languages.of(c)));
  });
  const closed = authenticate({ verify: options.verify, refuse: refuseWith403Type });
  app.use("/*", uncached);
  app.get("/deposit", closed, getDeposit(options));
  app.get("/withdraw", closed, getWithdraw(options));
  app.get("/transactions", closed, getTransactions(options));
  if (servesFee(options.services)) {
    app.get("/fee", closed, getFee({ feeFor: options.feeFor, codeOf: (code) => code }));
  }
  app.patch("/transactions/:id", closed, patchTransaction(options));
  app.get("/transaction", closed, getTransaction({ ...options, protocol: "sep6" }));
  return app;
}

/** What `/info` says, written once a language: the config does not change while a gateway runs. */
function infoTexts({ services, features }: Sep6Options): (translator: Translator) => string {
  const written = new Map<Translator, string>();
  return (translator) => {
    const text = written.get(translator) ??
      JSON.stringify(sep6Info(services, features, feeWords(services, translator)));
    written.set(translator, text);
    return text;
  };
}
